/**
 * Relays that wait a moment for a better copy of their message (hop-memory.ts says for how long). Bounded in bytes; a
 * frame that does not fit is not held. What happens to one that is released is flooder.ts.
 */
import { formatId, ID_BYTES } from './id.ts';
import type { Link } from './link.ts';

/** A frame that waits. */
export interface HeldRelay {
  /** The whole frame, its TTL as it goes on. A separate copy, so that it keeps no chunk alive. */
  readonly frame: Uint8Array;
  /** The link that it came by. */
  readonly from: Link;
  /** When it goes on at the latest. */
  readonly atMs: number;
}

/** Bytes that are counted for each frame beside its own: about what the entry takes. */
const ENTRY_BYTES = 256;

/** See the module's header. */
export class HeldRelays {
  readonly #maxBytes: number;
  readonly #byId: Map<string, HeldRelay> = new Map();
  #sizeBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** When the first is due; Infinity: none waits. */
  get dueAtMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { atMs } of this.#byId.values()) next = Math.min(next, atMs);
    return next;
  }

  fits(frameBytes: number): boolean {
    return this.#sizeBytes + frameBytes + ENTRY_BYTES <= this.#maxBytes;
  }

  /** @param idOffset of the message id within the frame */
  add(held: HeldRelay, idOffset: number): void {
    this.#byId.set(keyAt(held.frame, idOffset), held);
    this.#sizeBytes += held.frame.length + ENTRY_BYTES;
  }

  /** Takes out the relay of this message, if it waits. */
  take(bytes: Uint8Array, idOffset: number): HeldRelay | undefined {
    if (this.#byId.size === 0) return undefined;
    const key = keyAt(bytes, idOffset);
    const held = this.#byId.get(key);
    if (held !== undefined) this.#remove(key, held);
    return held;
  }

  /** Takes out those that are due, in the order in which they came. Infinity: all. */
  takeDue(nowMs: number): HeldRelay[] {
    const due: HeldRelay[] = [];
    for (const [key, held] of this.#byId) {
      if (held.atMs > nowMs) continue;
      this.#remove(key, held);
      due.push(held);
    }
    return due;
  }

  #remove(key: string, held: HeldRelay): void {
    this.#byId.delete(key);
    this.#sizeBytes -= held.frame.length + ENTRY_BYTES;
  }
}

function keyAt(bytes: Uint8Array, offset: number): string {
  return formatId(bytes.subarray(offset, offset + ID_BYTES));
}
