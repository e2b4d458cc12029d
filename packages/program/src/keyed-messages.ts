/**
 * Messages that a program names itself, by a key such as a block's hash: what was sent under a key is known to the peer that
 * sent it, and looked up by those that receive the key. A key may be heard before the command that made it has answered.
 */
import { v5 } from 'uuid';
import type { CarriedMessage } from './message-text.ts';

/** The namespace of the ids of keyed messages: a random UUID, fixed once. */
const NAMESPACE = 'c4a2f3f2-6c33-4a34-9d0b-0c9f6a7c7a11';

/** Keys that are waited for, and that are known, at most: a program may print keys without end. */
const MAX_KEYS = 10_000;

/** The id of the message with a key, the same at every peer. */
export function idOfKey(key: string): string {
  return v5(key, NAMESPACE);
}

/** What is known of a keyed message once it was sent. */
export type SentUnderKey = Omit<CarriedMessage, 'id'>;

/** See the module's header. One for all peers of a lab. */
export class KeyedMessages {
  readonly #known: Map<string, SentUnderKey> = new Map();
  readonly #waiting: Map<string, ((sent: SentUnderKey) => void)[]> = new Map();

  /** A peer has sent a message, and this is its key. */
  sent(key: string, message: SentUnderKey): void {
    this.#known.set(key, message);
    bound(this.#known);
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const take of waiting) take(message);
  }

  /** Calls the function once it is known what was sent under the key: now, later, or never, where nobody of this lab sent it. */
  whenSent(key: string, take: (sent: SentUnderKey) => void): void {
    const known = this.#known.get(key);
    if (known !== undefined) {
      take(known);
      return;
    }
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), take]);
    bound(this.#waiting);
  }
}

/** Forgets the oldest. */
function bound(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= MAX_KEYS) return;
    map.delete(key);
  }
}
