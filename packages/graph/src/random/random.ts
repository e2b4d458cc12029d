/**
 * The one seeded source of random numbers: xoshiro128** (Blackman and Vigna, 2018), seeded by splitmix32. Integer
 * arithmetic only, so that a seed gives the same numbers on every machine. Draws that must not depend on the order of
 * events (a frame's delay) come from mix32.ts in place of this.
 */
import { mix32 } from './mix32.ts';

/** A stream of random numbers. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed an integer; its low 32 bits count */
  constructor(seed: number) {
    let state = seed | 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      return mix32(state) | 0;
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    // Never all zero, which would stay so for ever: mix32 takes no value twice.
    this.#d = next();
  }

  /** An integer from 0 to 2^32 - 1. */
  u32(): number {
    const b = this.#b;
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    this.#c ^= this.#a;
    this.#d ^= b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= b << 9;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /**
   * An integer from 0 to `bound` - 1, each as likely as any other.
   * @throws RangeError for a bound that is no whole number from 1 to 2^32: there is nothing to draw from
   */
  below(bound: number): number {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= 2 ** 32)) throw new RangeError(`nothing is below ${bound}`);
    const threshold = 2 ** 32 % bound;
    for (;;) {
      const draw = this.u32();
      // The topmost draws, too few for a whole round, are thrown away.
      if (2 ** 32 - draw > threshold) return draw % bound;
    }
  }

  /** A number in [0, 1), a multiple of 2^-32. */
  fraction(): number {
    return this.u32() / 2 ** 32;
  }

  /** Fills an array of 16 bytes, for an id. */
  bytes16(): Uint8Array {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < 16; at += 4) view.setUint32(at, this.u32());
    return bytes;
  }
}
