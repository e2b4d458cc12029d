/**
 * A table from message ids to small numbers: exact, and compact enough for millions of messages. An id is 128 bits, and
 * takes 20 bytes of a table that is at most half full.
 */

const INITIAL_SLOTS = 64;

/** See the module's header. Ids are GUIDs, as the contract has them; upper and lower case are the same. */
export class IdTable {
  /** Four words for each slot. */
  #words: Uint32Array = new Uint32Array(4 * INITIAL_SLOTS);
  /** The number of each slot plus one; 0: the slot is free. */
  #values: Uint32Array = new Uint32Array(INITIAL_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Keeps a number, 0 to 2^32 - 2, for an id; in place of the one before. */
  set(id: string, value: number): void {
    if (2 * (this.#size + 1) > this.#values.length) this.#grow();
    if (this.#put(wordsOf(id), value + 1)) this.#size++;
  }

  /** The number of an id; undefined for one that is not in the table. */
  get(id: string): number | undefined {
    const slot = this.#slotOf(wordsOf(id));
    const value = this.#values[slot] ?? 0;
    return value === 0 ? undefined : value - 1;
  }

  /** Every id, in lower case, with its number; in no particular order. */
  *entries(): Generator<[id: string, value: number]> {
    for (const [slot, value] of this.#values.entries()) {
      if (value !== 0) yield [idOf(this.#words.subarray(4 * slot, 4 * slot + 4)), value - 1];
    }
  }

  /** @returns true for an id that was not in the table */
  #put(words: Words, value: number): boolean {
    const slot = this.#slotOf(words);
    const isNew = this.#values[slot] === 0;
    this.#words.set(words, 4 * slot);
    this.#values[slot] = value;
    return isNew;
  }

  /** Where the id stands, or the free slot where it belongs. */
  #slotOf([a, b, c, d]: Words): number {
    const words = this.#words;
    const mask = this.#values.length - 1;
    let slot = Math.imul(
      a ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f),
      0x9e3779b1,
    );
    for (slot = (slot ^ (slot >>> 15)) & mask; this.#values[slot] !== 0; slot = (slot + 1) & mask) {
      const at = 4 * slot;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return slot;
    }
    return slot;
  }

  #grow(): void {
    const [words, values] = [this.#words, this.#values];
    this.#words = new Uint32Array(2 * words.length);
    this.#values = new Uint32Array(2 * values.length);
    for (const [slot, value] of values.entries()) {
      const at = 4 * slot;
      if (value !== 0) this.#put([words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0], value);
    }
  }
}

type Words = readonly [number, number, number, number];

/** The hexadecimal digits of `12345678-1234-1234-1234-123456789abc`, eight at a time. */
function wordsOf(id: string): Words {
  const word = (text: string): number => Number.parseInt(text, 16) >>> 0;
  return [
    word(id.slice(0, 8)),
    word(id.slice(9, 13) + id.slice(14, 18)),
    word(id.slice(19, 23) + id.slice(24, 28)),
    word(id.slice(28, 36)),
  ];
}

function idOf(words: Uint32Array): string {
  const digits = [...words].map(word => word.toString(16).padStart(8, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
