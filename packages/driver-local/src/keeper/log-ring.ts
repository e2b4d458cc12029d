/** What a peer printed, as far as it is kept: the newest lines, bounded in characters. */

/** A line that is kept. */
export interface KeptLine {
  /** How many lines the peer had printed before it, in all of its runs. */
  readonly position: number;
  readonly run: number;
  readonly stream: 1 | 2;
  readonly text: string;
}

/** Keeps the newest lines; the very last one always, however long. */
export class LogRing {
  #lines: KeptLine[] = [];
  #first = 0;
  #characters = 0;
  #next = 0;
  readonly #limit: number;

  /** `limit`: characters, at least 1. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Where the next line will stand. */
  get position(): number {
    return this.#next;
  }

  push(run: number, stream: 1 | 2, text: string): void {
    this.#lines.push({ position: this.#next, run, stream, text });
    this.#next += 1;
    this.#characters += cost(text);
    while (this.#characters > this.#limit && this.#lines.length - this.#first > 1) {
      this.#characters -= cost(this.#lines[this.#first]?.text ?? '');
      this.#first += 1;
    }
    // Dropped lines are cut away in bulk: one by one would move the whole array for every line.
    if (this.#first > 1024 || this.#first * 2 > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The kept lines from a position on, oldest first. */
  from(position: number): readonly KeptLine[] {
    const skipped = Math.max(0, position - (this.#next - (this.#lines.length - this.#first)));
    return this.#lines.slice(this.#first + skipped);
  }

  /** The last lines that are kept, oldest first; all of them when `count` is undefined. */
  tail(count: number | undefined): readonly KeptLine[] {
    return this.from(count === undefined ? 0 : this.#next - count);
  }
}

/** A line's own size and what it takes to keep one, so that empty lines are not free. */
function cost(text: string): number {
  return text.length + 32;
}
