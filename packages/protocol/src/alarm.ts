/** One timer of the host's for several who want to be woken. */

/** Each purpose has one time; asking again replaces it. */
export class Alarm {
  readonly #schedule: (atMs: number, callback: () => void) => void;
  readonly #nowMs: () => number;
  readonly #times: Map<string, { atMs: number; callback: () => void }> = new Map();
  #setForMs: number = Number.POSITIVE_INFINITY;

  constructor(schedule: (atMs: number, callback: () => void) => void, nowMs: () => number) {
    this.#schedule = schedule;
    this.#nowMs = nowMs;
  }

  /** Calls back at or soon after the time, once. */
  set(purpose: string, atMs: number, callback: () => void): void {
    this.#times.set(purpose, { atMs, callback });
    this.#arm();
  }

  #arm(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const { atMs } of this.#times.values()) next = Math.min(next, atMs);
    if (next >= this.#setForMs) return;
    this.#setForMs = next;
    this.#schedule(next, () => this.#ring());
  }

  #ring(): void {
    this.#setForMs = Number.POSITIVE_INFINITY;
    const now = this.#nowMs();
    for (const [purpose, time] of [...this.#times]) {
      // A callback before this one may have asked for another time.
      if (time.atMs > now || this.#times.get(purpose) !== time) continue;
      this.#times.delete(purpose);
      time.callback();
    }
    this.#arm();
  }
}
