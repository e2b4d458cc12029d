/** When something is tried again that did not help: at once, then after waits that double. */

/** See the module's header. */
export class Backoff {
  readonly #range: { readonly first: number; readonly last: number };
  #waitMs: number;
  /** When it is due. */
  atMs = 0;

  /** @param range the first and the longest wait, in milliseconds */
  constructor(range: { readonly first: number; readonly last: number }) {
    this.#range = range;
    this.#waitMs = range.first;
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.atMs;
  }

  /** It is tried now; the next time is later. */
  next(nowMs: number): void {
    this.atMs = nowMs + this.#waitMs;
    this.#waitMs = Math.min(this.#range.last, this.#waitMs * 2);
  }

  /** Something has changed: the next time is sooner, and never more often than the first wait lets. */
  reset(nowMs: number): void {
    this.#waitMs = this.#range.first;
    this.atMs = Math.min(this.atMs, nowMs + this.#waitMs);
  }
}
