/** Makes the frames of this peer's own messages: stamped, numbered, named by their content, and signed. */
import { MESSAGE_ID_AT } from '../frame.ts';
import type { Id } from '../id.ts';
import { idOfHash } from './derived-id.ts';
import type { MessageDigest } from './message-digest.ts';
import type { PeerSecurity } from './peer-security.ts';
import { encodeUnsigned, type SignedLayout, signedLayout } from './signed-frame.ts';

/** A message to be signed. */
export interface OwnMessage {
  readonly flags: number;
  /** 0..65535. */
  readonly ttl: number;
  readonly destination?: Id | undefined;
  readonly payload: Uint8Array;
}

/** See the module's header. */
export class MessageSigner {
  readonly #security: PeerSecurity;
  readonly #digest: MessageDigest;
  readonly #origin: Id;
  readonly #startMs: number;
  #sequence = 0;

  constructor(security: PeerSecurity, digest: MessageDigest, origin: Id) {
    this.#security = security;
    this.#digest = digest;
    this.#origin = origin;
    this.#startMs = wholeMs(security);
  }

  /** The whole frame of a message, signed by itself. */
  frame(message: OwnMessage): Uint8Array {
    const { publicKey } = this.#security;
    // A clock that is set back must not send a message before the peer's own start.
    const timeMs = Math.max(this.#startMs, wholeMs(this.#security));
    const stamp = { startMs: this.#startMs, timeMs, sequence: ++this.#sequence };
    const frame = encodeUnsigned({ ...message, origin: this.#origin, publicKey, stamp }, 0);
    const layout = layoutOf(frame);
    const leaf = this.#digest.leaf(frame, 0, frame.length, layout);
    frame.set(idOfHash(leaf), MESSAGE_ID_AT);
    frame.set(this.#security.sign(this.#digest.signedBytes(leaf)), layout.signatureAt);
    return frame;
  }
}

function layoutOf(frame: Uint8Array): SignedLayout {
  const layout = signedLayout(frame, 0, frame.length);
  if (layout === undefined) throw new Error('a frame of this peer is not well-formed');
  return layout;
}

function wholeMs(security: PeerSecurity): number {
  return Math.max(0, Math.floor(security.clockMs()));
}
