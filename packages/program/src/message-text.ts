/**
 * What stands for `{message}`: one word that a program carries without knowing what it means, and that says of itself which
 * message it is, who sent it, and what it says. So what a peer receives is compared with what was sent, byte by byte.
 */
import type { MessageKind, Payload } from '@peerlab/contract';

/** What the text of a message says. */
export interface CarriedMessage {
  /** A UUID, chosen by the lab. */
  readonly id: string;
  readonly kind: MessageKind;
  /** The name of the peer that sent it. */
  readonly origin: string;
  readonly payload: Payload;
}

/** Every text begins so: base64url of `{"`. */
const START = 'eyJ';
const ID = /^\{"i":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/;

/** The text: letters, digits, `-` and `_` alone, so that no shell, URL or line protocol changes it. */
export function textOf({ id, kind, origin, payload }: CarriedMessage): string {
  const json = JSON.stringify({ i: id, ...(kind === 'dm' ? { d: 1 } : {}), o: origin, p: payload });
  return Buffer.from(json, 'utf8').toString('base64url');
}

/** What a text was found to be. */
export type ReadMessage =
  | { readonly state: 'whole'; readonly message: CarriedMessage }
  /** Of the lab, and changed on its way: `id` where that can still be read. */
  | { readonly state: 'damaged'; readonly id?: string | undefined; readonly rest: string }
  /** Not of the lab. */
  | { readonly state: 'foreign' };

/** Reads a text that a program printed. */
export function readMessage(text: string): ReadMessage {
  if (!text.startsWith(START)) return { state: 'foreign' };
  const json = Buffer.from(text, 'base64url').toString('utf8');
  const [, id] = ID.exec(json) ?? [];
  try {
    const { i, d, o, p } = Object(JSON.parse(json)) as Record<string, unknown>;
    const isWhole = typeof i === 'string' && i === id && typeof o === 'string' && isPayload(p);
    // What decodes to the same, and is written otherwise, was changed as well.
    if (isWhole) {
      const message: CarriedMessage = { id: i, kind: d === 1 ? 'dm' : 'broadcast', origin: o, payload: p };
      if (textOf(message) === text) return { state: 'whole', message };
    }
  } catch {
    // Cut off, or overwritten.
  }
  // JSON of another program begins so, too.
  return id === undefined && !/^\{"i":/.test(json) ? { state: 'foreign' } : { state: 'damaged', id, rest: json };
}

function isPayload(value: unknown): value is Payload {
  return typeof value === 'string' || typeof Object(value).base64 === 'string';
}
