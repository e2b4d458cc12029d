/** Does one thing after the other, and lets only so many wait. */

/** Things that wait at most: more than a person asks for, less than a script that runs away. */
const MAX_WAITING = 16;

/** See the module's header. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** True when no more can wait. */
  get isFull(): boolean {
    return this.#waiting >= MAX_WAITING;
  }

  /** Does this after everything that was asked for before. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const done = this.#last.then(work).finally(() => this.#waiting--);
    this.#last = done.catch(() => undefined);
    return await done;
  }
}
