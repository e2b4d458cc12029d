/**
 * Whether a peer can be asked now: it may be paused, or hang. A command past its timeout makes a peer silent; any answer ends
 * that. Looks, which only want to know what there is, are broken off where there is nothing to be learnt.
 */

/** How long a peer has been silent, in a clause that follows its name: `has not answered for 12 s`. */
export function silenceText(silentMs: number): string {
  return `has not answered for ${Math.max(1, Math.round(silentMs / 1000))} s`;
}

/** See the module's header. Times are in milliseconds, as of `performance.now`. */
export class Silence {
  #isPaused = false;
  #answeredAtMs = 0;
  #sinceMs: number | undefined;
  /** Waits for an answer: what ends each. */
  #waiting: (() => void)[] = [];
  /** What breaks off each look that is under way. */
  readonly #looks: Set<() => void> = new Set();

  /** How long the peer has not answered; undefined while it answers. */
  get lastedMs(): number | undefined {
    return this.#sinceMs === undefined ? undefined : performance.now() - this.#sinceMs;
  }

  /** True when nothing can be learnt from the peer now: it is paused, or does not answer. */
  get isAway(): boolean {
    return this.#isPaused || this.#sinceMs !== undefined;
  }

  /** Looks at a paused peer end at once. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (isPaused) for (const breakOff of this.#looks) breakOff();
  }

  /** The peer is silent from that time on, unless it is paused or has answered since. */
  begin(sinceMs: number): void {
    if (!this.#isPaused && this.#answeredAtMs <= sinceMs) this.#sinceMs ??= sinceMs;
  }

  /** The peer has answered. */
  answered(): void {
    this.#answeredAtMs = performance.now();
    this.#sinceMs = undefined;
    this.wake();
  }

  /** Ends every wait for an answer: the peer has ended, or has answered. */
  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves at the next answer, or once the peer has ended; at once where it is not silent. */
  async over(): Promise<void> {
    if (this.#sinceMs === undefined) return;
    await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  /** Waits for an answer to a look. @returns undefined where the look is broken off first */
  async look<T>(answer: Promise<T>): Promise<T | undefined> {
    let breakOff = (): void => undefined;
    const brokenOff = new Promise<undefined>(resolve => {
      breakOff = () => resolve(undefined);
    });
    this.#looks.add(breakOff);
    try {
      return await Promise.race([answer, brokenOff]);
    } finally {
      this.#looks.delete(breakOff);
      answer.catch(() => undefined);
    }
  }
}
