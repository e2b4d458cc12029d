/**
 * A hash of everything that happened, in order: two runs with the same hash went the same way. 64 bits in two lanes of
 * multiply-and-mix; it tells runs apart, it is no protection against forgery.
 */
import { mix32 } from '@peerlab/graph';

/** See the module's header. */
export class TraceHash {
  #a = 0x243f6a88;
  #b = 0x85a308d3;
  #events = 0;

  /** How many events went in. */
  get events(): number {
    return this.#events;
  }

  /** Adds a frame's arrival. @param atUs whole microseconds; all of its bits count */
  frame(atUs: number, from: number, to: number, ttl: number): void {
    this.#events++;
    this.#mix(atUs | 0, (atUs / 2 ** 32) | 0);
    this.#mix(from, to);
    this.#mix(ttl, this.#events);
  }

  /** Adds bytes: what a frame held. */
  bytes(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += 4) {
      const half = ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
      this.#mix(half, ((bytes[i + 2] ?? 0) << 8) | (bytes[i + 3] ?? 0));
    }
    this.#mix(bytes.length, this.#events);
  }

  /** Sixteen hexadecimal digits. */
  get digest(): string {
    return hex(mix32(this.#a)) + hex(mix32(this.#b));
  }

  #mix(x: number, y: number): void {
    let a = Math.imul(this.#a ^ x, 0x9e3779b1);
    a = (a << 13) | (a >>> 19);
    let b = Math.imul(this.#b ^ y, 0x85ebca77);
    b = (b << 17) | (b >>> 15);
    this.#a = (a + b) | 0;
    this.#b = (Math.imul(b, 5) ^ a) | 0;
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
