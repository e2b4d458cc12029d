/** What one peer printed, bounded, for `lab logs`. */
import type { LogOptions } from '@peerlab/driver';

/** Lines kept for each peer. @default 2000: the lines of a default check, and little enough for thousands of peers */
const MAX_LINES = 2000;

/** See the module's header. */
export class PeerLog {
  readonly #lines: string[] = [];
  /** How many lines were ever added: the last one has this number. */
  #count = 0;
  #isRunning = false;
  /** Lines of the latest run. */
  #runLines = 0;
  #wake: (() => void)[] = [];

  /** The peer starts. */
  begin(): void {
    this.#isRunning = true;
    this.#runLines = 0;
  }

  /** The peer has ended. */
  end(): void {
    this.#isRunning = false;
    this.#wakeAll();
  }

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
    this.#count++;
    this.#runLines++;
    this.#wakeAll();
  }

  /** The lines of the latest run that are kept, oldest first. */
  last(): readonly string[] {
    return this.#runLines === 0 ? [] : this.#lines.slice(-this.#runLines);
  }

  /** The lines, oldest first; with `follow`, goes on until the signal fires or the peer ends. */
  async *read({ tail, follow, signal }: LogOptions): AsyncGenerator<string> {
    const kept = this.#lines.slice(tail === undefined ? 0 : -tail);
    let next = this.#count;
    yield* kept;
    while (follow === true && !isAborted(signal)) {
      const missed = Math.min(this.#count - next, this.#lines.length);
      const lines = missed === 0 ? [] : this.#lines.slice(-missed);
      next = this.#count;
      yield* lines;
      if (next < this.#count) continue;
      if (!this.#isRunning || isAborted(signal)) return;
      await this.#change(signal);
    }
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        signal?.removeEventListener('abort', done);
        resolve();
      };
      signal?.addEventListener('abort', done, { once: true });
      this.#wake.push(done);
    });
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}

// The signal fires behind the compiler's back.
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
