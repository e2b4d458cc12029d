/** What surrounds a peer: where its events go, and where time and chance come from. */
import type { Id } from './id.ts';
import type { Link, LinkEnd } from './link.ts';

/** A message as it is handed to the application. Its parts may be read from the frame as they are asked for. */
export interface Message {
  readonly kind: 'broadcast' | 'dm';
  readonly id: Id;
  readonly origin: Id;
  /** The link that the delivered copy came by. */
  readonly link: Link;
  /** Links that the copy crossed. */
  readonly hops: number;
  /** The copy's remaining TTL as it came. */
  readonly ttl: number;
  readonly initialTtl: number;
  /** The content bits of the frame's flags, see CONTENT in frame.ts. */
  readonly content: number;
  /** Bytes of the received chunk: to be copied by who keeps them. */
  readonly payload: Uint8Array;
}

/** What tracing tells about each copy. The arrays are views that are valid during the call only. */
export interface PeerTrace {
  /** The message went to these links with this TTL; `from`: the link that it was relayed from, none at its origin. */
  sent(id: Uint8Array, kind: 'broadcast' | 'dm', to: readonly Link[], ttl: number, from: Link | undefined): void;
  /** A copy of a known message came and brought nothing new. */
  duplicate(id: Uint8Array, from: Link, ttl: number): void;
  /** A message was taken and not relayed, because its TTL had run out. */
  expired(id: Uint8Array, from: Link): void;
  /** The message did not go to a link. */
  dropped(id: Uint8Array, to: Link, reason: 'queue-full' | 'muted' | 'lost'): void;
}

/** The host of a peer. Its methods are called from within the peer's; what they throw is the host's own defect. */
export interface PeerHost {
  /** A new random id: 16 bytes, never given before. */
  randomId(): Id;
  /**
   * Calls back when what happens now has been dealt with, before more is read: messages sent until then are signed at once.
   * Left out: each message is signed by itself, when it is sent.
   */
  soon?(callback: () => void): void;
  /** `handleTimeout` is wanted at this time, or soon after it; replaces what was wanted before. */
  schedule(atMs: number): void;
  linkUp(link: Link): void;
  /** A link that was up has ended. It may still receive frames that were in flight. */
  linkDown(link: Link, reason: LinkEnd): void;
  /** A link ended for good that had never been up here. `by`: the other end's node id, where it told. */
  linkRefused(link: Link, reason: LinkEnd, by: Id | undefined): void;
  /** A link that was up has ended for good; its counters change no more. */
  linkClosed(link: Link): void;
  message(message: Message): void;
  /** The recipient of a DM that wanted it says that it has it. */
  acknowledged(messageId: Id, by: Id): void;
}
