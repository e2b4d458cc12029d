/**
 * The seen-cache: which messages a peer knows, and the best remaining TTL that it took each with.
 * Two generations of an open-addressing table: constant time, bounded by count and by age, no timer for any entry.
 */
import { readI32 } from './bytes.ts';
import { UNSEEN } from './flood.ts';

/** Bounds of a {@link SeenCache}. */
export interface SeenCacheOptions {
  /**
   * The cache remembers at least the latest so many ids, and at most twice as many.
   * @default 65536: at 1,000 messages a second a minute's worth, in at most 4.7 MB
   */
  readonly maxEntries: number;
  /**
   * An id is remembered at least this long (unless `maxEntries` pushes it out), and at most twice as long while
   * messages come, in milliseconds.
   * @default 120000: two minutes, far more than a copy stays under way
   */
  readonly maxAgeMs: number;
  /** Mixed into the hash, so that nobody outside can choose ids that collide. Any 32 bits. */
  readonly hashSeed: number;
}

const INITIAL_SLOTS = 16;
const WORDS = 4;

/** One generation: a hash table of 128-bit keys with 16-bit values; value 0 is an empty slot. */
class Generation {
  keys: Int32Array = new Int32Array(INITIAL_SLOTS * WORDS);
  values: Uint16Array = new Uint16Array(INITIAL_SLOTS);
  mask: number = INITIAL_SLOTS - 1;
  count = 0;

  clear(): void {
    if (this.count > 0) this.values.fill(UNSEEN);
    this.count = 0;
  }

  /** Writes the key into its slot. */
  put(slot: number, w0: number, w1: number, w2: number, w3: number): void {
    const { keys } = this;
    const at = slot * WORDS;
    keys[at] = w0;
    keys[at + 1] = w1;
    keys[at + 2] = w2;
    keys[at + 3] = w3;
  }

  /** The slot of the key, or the empty slot where it would stand. The table is never full. */
  slotOf(hash: number, w0: number, w1: number, w2: number, w3: number): number {
    const { keys, values, mask } = this;
    let slot = hash & mask;
    while (values[slot] !== UNSEEN) {
      const at = slot * WORDS;
      if (keys[at] === w0 && keys[at + 1] === w1 && keys[at + 2] === w2 && keys[at + 3] === w3) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}

/** See the module's header. */
export class SeenCache {
  readonly #maxEntries: number;
  readonly #maxAgeMs: number;
  readonly #seed: number;
  #young: Generation = new Generation();
  #old: Generation = new Generation();
  #youngSinceMs: number | undefined;

  constructor(options: SeenCacheOptions) {
    this.#maxEntries = options.maxEntries;
    this.#maxAgeMs = options.maxAgeMs;
    this.#seed = options.hashSeed | 0;
  }

  /** How many ids are remembered: at most twice `maxEntries`. */
  get size(): number {
    return this.#young.count + this.#old.count;
  }

  /** Bytes that the tables take. */
  get sizeBytes(): number {
    return (this.#young.values.length + this.#old.values.length) * (WORDS * 4 + 2);
  }

  /**
   * The best remaining TTL that the message was taken with, or {@link UNSEEN}.
   * @param bytes where the 16-byte id stands, at `offset`
   */
  best(bytes: Uint8Array, offset: number, nowMs: number): number {
    this.#age(nowMs);
    const w0 = readI32(bytes, offset);
    const w1 = readI32(bytes, offset + 4);
    const w2 = readI32(bytes, offset + 8);
    const w3 = readI32(bytes, offset + 12);
    const hash = this.#hash(w0, w1, w2, w3);
    const young = this.#young.values[this.#young.slotOf(hash, w0, w1, w2, w3)];
    if (young !== undefined && young !== UNSEEN) return young;
    if (this.#old.count === 0) return UNSEEN;
    return this.#old.values[this.#old.slotOf(hash, w0, w1, w2, w3)] ?? UNSEEN;
  }

  /**
   * Remembers the message with this best TTL, 1..65535, in place of what was remembered. A message that comes again
   * with a better TTL counts as new for the bounds.
   */
  remember(bytes: Uint8Array, offset: number, best: number, nowMs: number): void {
    const slot = this.#slotFor(bytes, offset, nowMs);
    this.#young.values[slot] = best;
  }

  /** As {@link remember}, but leaves a better TTL in place: in one step, for every copy that comes. */
  raise(bytes: Uint8Array, offset: number, best: number, nowMs: number): void {
    const slot = this.#slotFor(bytes, offset, nowMs);
    const { values } = this.#young;
    if (best > (values[slot] ?? UNSEEN)) values[slot] = best;
  }

  /** The slot of the id among the young, made where there is none; its value is to be set at once. */
  #slotFor(bytes: Uint8Array, offset: number, nowMs: number): number {
    this.#age(nowMs);
    const w0 = readI32(bytes, offset);
    const w1 = readI32(bytes, offset + 4);
    const w2 = readI32(bytes, offset + 8);
    const w3 = readI32(bytes, offset + 12);
    const hash = this.#hash(w0, w1, w2, w3);
    const young = this.#young;
    let slot = young.slotOf(hash, w0, w1, w2, w3);
    if (young.values[slot] === UNSEEN) {
      if (young.count >= this.#maxEntries) {
        this.#rotate(nowMs);
        return this.#slotFor(bytes, offset, nowMs);
      }
      if (2 * (young.count + 1) > young.values.length) {
        this.#grow(young);
        slot = young.slotOf(hash, w0, w1, w2, w3);
      }
      young.put(slot, w0, w1, w2, w3);
      young.count++;
    }
    return slot;
  }

  #hash(w0: number, w1: number, w2: number, w3: number): number {
    let h = Math.imul(w0 ^ this.#seed, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15) ^ w1, 0xc2b2ae35);
    h = Math.imul(h ^ (h >>> 13) ^ w2, 0x27d4eb2f);
    h = Math.imul(h ^ (h >>> 16) ^ w3, 0x165667b1);
    return h ^ (h >>> 15);
  }

  #age(nowMs: number): void {
    if (this.#youngSinceMs === undefined) {
      this.#youngSinceMs = nowMs;
    } else if (nowMs - this.#youngSinceMs >= this.#maxAgeMs) {
      const idle = nowMs - this.#youngSinceMs >= 2 * this.#maxAgeMs;
      this.#rotate(nowMs);
      if (idle) this.#rotate(nowMs);
    }
  }

  #rotate(nowMs: number): void {
    const emptied = this.#old;
    this.#old = this.#young;
    emptied.clear();
    this.#young = emptied;
    this.#youngSinceMs = nowMs;
  }

  #grow(table: Generation): void {
    const { keys, values } = table;
    const slots = values.length * 2;
    table.keys = new Int32Array(slots * WORDS);
    table.values = new Uint16Array(slots);
    table.mask = slots - 1;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? UNSEEN;
      if (value === UNSEEN) continue;
      const at = i * WORDS;
      const w0 = keys[at] ?? 0;
      const w1 = keys[at + 1] ?? 0;
      const w2 = keys[at + 2] ?? 0;
      const w3 = keys[at + 3] ?? 0;
      const slot = table.slotOf(this.#hash(w0, w1, w2, w3), w0, w1, w2, w3);
      table.put(slot, w0, w1, w2, w3);
      table.values[slot] = value;
    }
  }
}
