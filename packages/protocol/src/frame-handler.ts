/** What a peer does with each frame that comes on a link. Messages go on to flooder.ts; HELLO, to handshake.ts. */
import { decodeBye } from './bye.ts';
import type { Flooder } from './flooder.ts';
import { encodePing, FRAME_TYPE, OPTIONAL_FRAME_TYPES_FROM, PING_BYTES, TYPE_AT } from './frame.ts';
import type { FrameSink } from './frame-reader.ts';
import type { Handshake } from './handshake.ts';
import { MAX_HELLO_BYTES } from './hello.ts';
import type { Link } from './link.ts';
import type { LinkLifecycle } from './link-lifecycle.ts';
import type { PeerOptions } from './options.ts';
import type { LocalPeer } from './peer-identity.ts';
import type { PeerTime } from './peer-time.ts';
import { type Pings, tokenAt } from './pings.ts';
import type { KeySearch } from './security/key-search.ts';
import type { Twins } from './twins.ts';

/**
 * Answers to PINGs that may wait for one link: each takes far more memory than its bytes.
 * @default 4096: a burst that comes in one read, and at most 1 MiB
 */
const MAX_WAITING_PONGS = 4096;

/** What a {@link FrameHandler} works with. */
export interface FrameHandlerParts {
  readonly local: LocalPeer;
  readonly options: PeerOptions;
  readonly time: PeerTime;
  readonly flooder: Flooder;
  readonly handshake: Handshake;
  readonly lifecycle: LinkLifecycle;
  readonly twins: Twins;
  readonly pings: Pings;
  readonly keys: KeySearch | undefined;
}

/** See the module's header. */
export class FrameHandler {
  readonly #parts: FrameHandlerParts;
  readonly #flooder: Flooder;
  readonly #time: PeerTime;
  readonly #isSecured: boolean;
  /** The types of the messages that this peer takes: signed ones, or those of version 1, never both. */
  readonly #broadcastType: number;
  readonly #dmType: number;

  constructor(parts: FrameHandlerParts) {
    this.#parts = parts;
    this.#isSecured = parts.local.identity.security !== undefined;
    this.#broadcastType = this.#isSecured ? FRAME_TYPE.signedBroadcast : FRAME_TYPE.broadcast;
    this.#dmType = this.#isSecured ? FRAME_TYPE.signedDm : FRAME_TYPE.dm;
    this.#flooder = parts.flooder;
    this.#time = parts.time;
  }

  /** Takes a link's frames. */
  sinkOf(link: Link): FrameSink {
    const { maxFrameBytes } = this.#parts.options;
    return {
      get maxFrameBytes() {
        return link.hello === undefined ? MAX_HELLO_BYTES : maxFrameBytes;
      },
      frame: (bytes, offset, sizeBytes) => this.#frame(link, bytes, offset, sizeBytes),
    };
  }

  #frame(link: Link, bytes: Uint8Array, offset: number, sizeBytes: number): boolean {
    const type = bytes[offset + TYPE_AT];
    if (type === this.#broadcastType || type === this.#dmType) {
      if (!link.mayCarryData) this.#parts.lifecycle.refuse(link, 'hello-expected');
      else if (!this.#flooder.take(link, bytes, offset, sizeBytes, this.#time.nowMs)) {
        this.#parts.lifecycle.refuse(link, 'malformed');
      }
    } else {
      // What was relayed so far leaves first: a control frame may end the link.
      this.#flooder.flush(link);
      this.#control(link, type ?? 0, bytes, offset, sizeBytes);
    }
    return !link.isClosed;
  }

  #control(link: Link, type: number, bytes: Uint8Array, offset: number, sizeBytes: number): void {
    const { lifecycle, handshake } = this.#parts;
    if (type === FRAME_TYPE.bye) this.#bye(link, bytes, offset, sizeBytes);
    else if (type === FRAME_TYPE.hello) handshake.hello(link, bytes, offset, sizeBytes);
    else if (this.#isSecured && type === FRAME_TYPE.challenge) handshake.challenge(link, bytes, offset, sizeBytes);
    else if (this.#isSecured && type === FRAME_TYPE.proof) handshake.proof(link, bytes, offset, sizeBytes);
    else if (link.hello === undefined) lifecycle.refuse(link, 'hello-expected');
    else if (type === FRAME_TYPE.ping || type === FRAME_TYPE.pong) {
      if (sizeBytes !== PING_BYTES) lifecycle.refuse(link, 'malformed');
      else if (type === FRAME_TYPE.pong) this.#pong(link, tokenAt(bytes, offset));
      else this.#ping(link, tokenAt(bytes, offset));
    } else if (type < OPTIONAL_FRAME_TYPES_FROM || !this.#key(link, type, bytes, offset, sizeBytes)) {
      lifecycle.refuse(link, 'malformed');
    }
  }

  /** A frame of an optional type. @returns false when it is malformed */
  #key(link: Link, type: number, bytes: Uint8Array, offset: number, sizeBytes: number): boolean {
    const { keys } = this.#parts;
    if (type === FRAME_TYPE.keyWanted) return keys?.asked(link, bytes, offset, sizeBytes) ?? true;
    return type === FRAME_TYPE.key ? (keys?.told(bytes, offset, sizeBytes) ?? true) : true;
  }

  #bye(link: Link, bytes: Uint8Array, offset: number, sizeBytes: number): void {
    const { lifecycle, twins } = this.#parts;
    const { reason, nodeId } = decodeBye(bytes, offset, sizeBytes);
    if (reason === 'twin' && twins.yields(link)) return;
    // The answer tells the other end that nothing more will come; then both may close.
    if (link.state === 'up') lifecycle.answer(link, reason === 'unknown' ? 'leaving' : reason);
    lifecycle.close(link, link.end ?? reason, 'flush', nodeId);
  }

  /** An answer is bounded like a message: a neighbour that asks without end and never reads is cut off. */
  #ping(link: Link, token: Uint8Array): void {
    const { lifecycle, options } = this.#parts;
    if (link.state !== 'up') return;
    const { queuedBytes } = link.transport;
    link.pongs = queuedBytes === 0 ? 0 : link.pongs + 1;
    if (queuedBytes > options.maxQueueBytes || link.pongs > MAX_WAITING_PONGS) lifecycle.abort(link, 'slow-reader');
    else link.send(encodePing('pong', token));
  }

  #pong(link: Link, token: Uint8Array): void {
    this.#parts.pings.pong(link, token, this.#time.nowMs);
    this.#parts.twins.pong(link, token);
  }
}
