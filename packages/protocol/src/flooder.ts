/**
 * Flooding over the links that are up: originating, relaying, delivering, counting. The decision itself is flood.ts;
 * the links' lives are link-lifecycle.ts. A relayed frame is never rebuilt: its TTL is patched where it stands, and a run of
 * consecutive frames that all go on leaves as one slice of the chunk that they came in.
 */

import { ArrivedMessage } from './arrived-message.ts';
import { readU16, writeU16 } from './bytes.ts';
import { DELIVER, decideFlood, IGNORE, OWN_MESSAGE, RELAY, REMEMBER } from './flood.ts';
import {
  BROADCAST_HEADER_BYTES,
  DESTINATION_AT,
  DM_FLAG,
  DM_HEADER_BYTES,
  encodeData,
  FLAGS_AT,
  FRAME_TYPE,
  INITIAL_TTL_AT,
  MESSAGE_ID_AT,
  ORIGIN_AT,
  TTL_AT,
  TYPE_AT,
} from './frame.ts';
import type { PeerHost, PeerTrace } from './host.ts';
import { ID_BYTES, type Id, idAt, sameId } from './id.ts';
import type { Link } from './link.ts';
import type { Neighbours } from './neighbours.ts';
import type { PeerOptions } from './options.ts';
import type { PeerIdentity } from './peer-identity.ts';
import { SeenCache } from './seen-cache.ts';

/** Sums over a peer's life, in messages or copies. */
export interface Totals {
  /** Messages that this peer sent as their origin. */
  originated: number;
  /** Messages handed to the application. */
  delivered: number;
  /** Copies passed on, counted once for each copy, not for each link. */
  relayed: number;
  /** Copies that changed nothing. */
  duplicate: number;
  /** Messages taken and not passed on, because their TTL had run out. */
  expired: number;
  /** Frames that did not go to a link, because its queue was full, it is muted, or it lost them. */
  dropped: number;
}

/** What a new message is made of, beside its payload. */
export interface Outgoing {
  /** Present in a DM. */
  readonly destination?: Id | undefined;
  /** 0..65535. With 0 it goes nowhere. */
  readonly ttl: number;
  /** Flag bits of frame.ts. */
  readonly flags: number;
}

/** What a {@link Flooder} works with. */
export interface FlooderParts {
  readonly identity: PeerIdentity;
  readonly options: PeerOptions;
  readonly host: PeerHost;
  readonly neighbours: Neighbours;
  /** Ends a link whose queue is full. */
  readonly cutOff: (link: Link) => void;
}

const NOTHING = new Uint8Array(0);

/** See the module's header. */
export class Flooder {
  readonly totals: Totals = { originated: 0, delivered: 0, relayed: 0, duplicate: 0, expired: 0, dropped: 0 };
  readonly seen: SeenCache;
  trace: PeerTrace | undefined;
  readonly #nodeId: Id;
  readonly #options: PeerOptions;
  readonly #host: PeerHost;
  readonly #neighbours: Neighbours;
  readonly #cutOff: (link: Link) => void;
  // The run: consecutive frames of one array that wait to go on together.
  #run: Uint8Array = NOTHING;
  #runStart = 0;
  #runEnd = 0;
  #runFrames = 0;

  constructor({ identity, options, host, neighbours, cutOff }: FlooderParts) {
    this.#nodeId = identity.nodeId;
    this.#options = options;
    this.#host = host;
    this.#neighbours = neighbours;
    this.#cutOff = cutOff;
    const { seenMaxEntries: maxEntries, seenMaxAgeMs: maxAgeMs } = options;
    this.seen = new SeenCache({ maxEntries, maxAgeMs, hashSeed: identity.hashSeed });
  }

  /** Sends a message of this peer's own on every link. */
  originate(payload: Uint8Array, outgoing: Outgoing, nowMs: number): Id {
    const id = this.#host.randomId();
    this.seen.remember(id, 0, OWN_MESSAGE, nowMs);
    this.totals.originated++;
    if (outgoing.ttl === 0) return id;
    const { destination, ttl, flags } = outgoing;
    const frame = encodeData({ flags, ttl, initialTtl: ttl, id, origin: this.#nodeId, destination, payload });
    this.#send(frame, 1, undefined);
    return id;
  }

  /**
   * Takes a data frame from a link. What goes on may wait for {@link flush}.
   * @returns false when the frame is malformed
   */
  take(from: Link, bytes: Uint8Array, offset: number, sizeBytes: number, nowMs: number): boolean {
    const isDm = bytes[offset + TYPE_AT] === FRAME_TYPE.dm;
    if (sizeBytes < (isDm ? DM_HEADER_BYTES : BROADCAST_HEADER_BYTES)) return false;
    const ttl = readU16(bytes, offset + TTL_AT);
    const initialTtl = readU16(bytes, offset + INITIAL_TTL_AT);
    if (ttl === 0 || ttl > initialTtl) return false;
    from.framesIn++;

    const idOffset = offset + MESSAGE_ID_AT;
    const best = this.seen.best(bytes, idOffset, nowMs);
    const decision = decideFlood(best, ttl, initialTtl, this.#options.exactTtlMax);
    if (decision === IGNORE || idAt(bytes, offset + ORIGIN_AT, this.#nodeId)) {
      this.totals.duplicate++;
      this.trace?.duplicate(bytes.subarray(idOffset, idOffset + ID_BYTES), from, ttl);
      return true;
    }
    if ((decision & REMEMBER) !== 0) this.seen.remember(bytes, idOffset, ttl, nowMs);

    const isMine = isDm && idAt(bytes, offset + DESTINATION_AT, this.#nodeId);
    if ((decision & DELIVER) !== 0 && (isMine || !isDm)) {
      this.#deliver(from, bytes, offset, sizeBytes, ttl, initialTtl, isDm, nowMs);
    }
    if (isMine) return true;
    if ((decision & RELAY) !== 0) this.#relay(from, bytes, offset, sizeBytes, ttl - 1);
    else this.#expire(from, bytes, idOffset);
    return true;
  }

  /** Sends what waits of a chunk on its way: to be called after each chunk. */
  flush(from: Link): void {
    if (this.#runFrames === 0) return;
    const { buffer, byteOffset } = this.#run;
    const slice = new Uint8Array(buffer, byteOffset + this.#runStart, this.#runEnd - this.#runStart);
    const frames = this.#runFrames;
    this.#run = NOTHING;
    this.#runFrames = 0;
    this.#send(slice, frames, from);
  }

  #relay(from: Link, bytes: Uint8Array, offset: number, sizeBytes: number, ttl: number): void {
    writeU16(bytes, offset + TTL_AT, ttl);
    this.totals.relayed++;
    if (this.#run !== bytes || this.#runEnd !== offset) {
      this.flush(from);
      this.#run = bytes;
      this.#runStart = offset;
    }
    this.#runEnd = offset + sizeBytes;
    this.#runFrames++;
    // A trace reports one message at a time.
    if (this.trace !== undefined) this.flush(from);
  }

  #expire(from: Link, bytes: Uint8Array, idOffset: number): void {
    this.totals.expired++;
    this.trace?.expired(bytes.subarray(idOffset, idOffset + ID_BYTES), from);
  }

  #deliver(
    from: Link,
    bytes: Uint8Array,
    offset: number,
    sizeBytes: number,
    ttl: number,
    initialTtl: number,
    isDm: boolean,
    nowMs: number,
  ): void {
    const flags = bytes[offset + FLAGS_AT] ?? 0;
    const message = new ArrivedMessage(bytes, offset, sizeBytes, from, ttl);
    if (isDm && (flags & DM_FLAG.isAck) !== 0) {
      const { payload, origin } = message;
      if (payload.length === ID_BYTES) this.#host.acknowledged(payload.slice(), origin);
      return;
    }
    this.totals.delivered++;
    this.#host.message(message);
    if (isDm && (flags & DM_FLAG.ackWanted) !== 0) {
      // The way back is as long as the way here, so the origin's TTL suffices.
      this.originate(message.id, { destination: message.origin, ttl: initialTtl, flags: DM_FLAG.isAck }, nowMs);
    }
  }

  #send(bytes: Uint8Array, frames: number, from: Link | undefined): void {
    const { maxQueueBytes, slowReader } = this.#options;
    const reached: Link[] | undefined = this.trace === undefined ? undefined : [];
    for (const link of this.#neighbours.up) {
      if (link === from || link.state !== 'up') continue;
      // While a twin drains, its neighbour stands behind another link.
      if (from !== undefined && from.state !== 'up' && isSameNeighbour(link, from)) continue;
      if (link.isMuted || link.transport.queuedBytes > maxQueueBytes) {
        link.framesDropped += frames;
        this.totals.dropped += frames;
        const id = bytes.subarray(MESSAGE_ID_AT, MESSAGE_ID_AT + ID_BYTES);
        this.trace?.dropped(id, link, link.isMuted ? 'muted' : 'queue-full');
        if (slowReader === 'cut' && !link.isMuted) this.#cutOff(link);
        continue;
      }
      const lost = link.send(bytes);
      link.framesOut += frames - lost;
      if (lost > 0) {
        link.framesDropped += lost;
        this.totals.dropped += lost;
        this.trace?.dropped(bytes.subarray(MESSAGE_ID_AT, MESSAGE_ID_AT + ID_BYTES), link, 'lost');
      } else reached?.push(link);
    }
    if (reached !== undefined && reached.length > 0) {
      const kind = bytes[TYPE_AT] === FRAME_TYPE.dm ? 'dm' : 'broadcast';
      const id = bytes.subarray(MESSAGE_ID_AT, MESSAGE_ID_AT + ID_BYTES);
      this.trace?.sent(id, kind, reached, readU16(bytes, TTL_AT), from);
    }
  }
}

function isSameNeighbour(a: Link, b: Link): boolean {
  return a.peer !== undefined && b.peer !== undefined && sameId(a.peer, b.peer);
}
