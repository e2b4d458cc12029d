/**
 * Flooding over the links that are up: originating, relaying, delivering, counting. The decision itself is flood.ts;
 * the links' lives are link-lifecycle.ts. A relayed frame is never rebuilt: its TTL is patched where it stands, and a run of
 * consecutive frames that all go on leaves as one slice of the chunk that they came in.
 *
 * A better copy makes a peer relay again. Two things keep that rare, docs/adr/0022-exact-horizons-cheaply.md: the relay of
 * a first copy waits a moment where a better one is to be expected, and a copy that is relayed again goes only to
 * neighbours that may need it.
 */

import { ArrivedMessage } from './arrived-message.ts';
import { readU16, writeU16 } from './bytes.ts';
import { DELIVER, decideFlood, hopsOf, IGNORE, isNeeded, OWN_MESSAGE, RELAY, REMEMBER, UNSEEN } from './flood.ts';
import {
  BROADCAST_HEADER_BYTES,
  DESTINATION_AT,
  DM_FLAG,
  DM_HEADER_BYTES,
  encodeData,
  FLAGS_AT,
  INITIAL_TTL_AT,
  isDmType,
  MAX_TTL,
  MESSAGE_ID_AT,
  ORIGIN_AT,
  TTL_AT,
  TYPE_AT,
} from './frame.ts';
import { HeldRelays } from './held-relays.ts';
import { HopMemory } from './hop-memory.ts';
import type { PeerHost, PeerTrace } from './host.ts';
import { ID_BYTES, type Id, idAt, sameId } from './id.ts';
import type { Link } from './link.ts';
import type { Neighbours } from './neighbours.ts';
import type { PeerOptions } from './options.ts';
import type { PeerIdentity } from './peer-identity.ts';
import type { PeerTime } from './peer-time.ts';
import { isSealedDm, MessageSecurity, type Rejected } from './security/message-security.ts';
import { OpenedMessage } from './security/opened-message.ts';
import { HASH_BYTES } from './security/peer-security.ts';
import { MAX_SIBLINGS, SIGNED_EXTRA_BYTES } from './security/signed-frame.ts';
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
  readonly time: PeerTime;
  /** Ends a link whose queue is full. */
  readonly cutOff: (link: Link) => void;
  /** Ends a link on which too many messages came that are not their origins'. */
  readonly distrust: (link: Link) => void;
}

const NOTHING = new Uint8Array(0);
const NOTHING_REJECTED: Rejected = { invalid: 0, old: 0 };
/** Ids remembered for each link at the least: those of the messages that are under way at once. */
const SHOWN_ENTRIES = 256;
/** Payloads up to this are signed with others. Hashing a larger one takes longer than a signature. */
const MAX_BATCHED_BYTES = 16_384;
/** Of a frame, beside its payload, when it carries the largest proof. */
const PROOF_BYTES: number = DM_HEADER_BYTES + SIGNED_EXTRA_BYTES + MAX_SIBLINGS * HASH_BYTES;
/** In place of a time: the relay goes on at once. */
const AT_ONCE = -1;
/** In place of a time: at once too, but another copy of the message has been passed on already. */
const RELAYED_BEFORE = -2;

/** See the module's header. */
export class Flooder {
  readonly totals: Totals = { originated: 0, delivered: 0, relayed: 0, duplicate: 0, expired: 0, dropped: 0 };
  readonly seen: SeenCache;
  trace: PeerTrace | undefined;
  readonly #nodeId: Id;
  readonly #options: PeerOptions;
  readonly #host: PeerHost;
  readonly #neighbours: Neighbours;
  readonly #time: PeerTime;
  readonly #hashSeed: number;
  readonly #memory: HopMemory;
  readonly #held: HeldRelays;
  readonly #cutOff: (link: Link) => void;
  readonly #distrust: (link: Link) => void;
  /** Signs and checks messages, where that is wanted. */
  readonly #security: MessageSecurity | undefined;
  // The run: consecutive frames of one array that wait to go on together.
  #run: Uint8Array = NOTHING;
  #runStart = 0;
  #runEnd = 0;
  #runFrames = 0;

  constructor({ identity, options, host, neighbours, time, cutOff, distrust }: FlooderParts) {
    this.#nodeId = identity.nodeId;
    this.#options = options;
    this.#host = host;
    this.#neighbours = neighbours;
    this.#time = time;
    this.#cutOff = cutOff;
    this.#distrust = distrust;
    const { hashSeed, security } = identity;
    this.#security = security && new MessageSecurity(security, identity, () => entropyOf(host));
    const { seenMaxEntries: maxEntries, seenMaxAgeMs: maxAgeMs, maxHoldMs, maxHeldBytes } = options;
    this.#hashSeed = hashSeed;
    this.seen = new SeenCache({ maxEntries, maxAgeMs, hashSeed });
    this.#memory = new HopMemory({ maxHoldMs, hashSeed });
    this.#held = new HeldRelays(maxHeldBytes);
  }

  /** When a relay that is held back goes on at the latest; Infinity: none is. */
  get dueAtMs(): number {
    return this.#held.dueAtMs;
  }

  /** Relays held back at this moment. */
  get heldRelays(): number {
    return this.#held.size;
  }

  /** Copies that were dropped because they did not verify, by why. */
  get rejected(): Readonly<Rejected> {
    return this.#security?.rejected ?? NOTHING_REJECTED;
  }

  /** Signs, checks and seals messages, and knows keys; undefined without security. */
  get security(): MessageSecurity | undefined {
    return this.#security;
  }

  /** Sends a message of this peer's own on every link; where others may follow at once, a moment later, with them. @returns its id; undefined: it cannot be sealed */
  originate(payload: Uint8Array, outgoing: Outgoing, nowMs: number): Id | undefined {
    const security = this.#security;
    const message = security?.sealed({ ...outgoing, payload });
    if (security !== undefined && message === undefined) return undefined;
    if (security !== undefined && message !== undefined && outgoing.ttl > 0 && this.#isBatched(message.payload)) {
      const id = security.add(message);
      this.#originated(id, nowMs);
      if (security.isFull) this.signWaiting();
      else if (security.waiting === 1) this.#host.soon?.(() => this.signWaiting());
      return id;
    }
    this.signWaiting();
    const frame = message === undefined ? undefined : security?.frame(message);
    return this.#sendOwn(frame ?? this.#plainFrame(payload, outgoing), outgoing.ttl, nowMs);
  }

  #sendOwn(frame: Uint8Array, ttl: number, nowMs: number): Id {
    const id = frame.slice(MESSAGE_ID_AT, MESSAGE_ID_AT + ID_BYTES);
    this.#originated(id, nowMs);
    if (ttl > 0) this.#send(frame, 1, undefined);
    return id;
  }

  /** Sends what waits to be signed with others. */
  signWaiting(): void {
    if (this.#security === undefined || this.#security.waiting === 0) return;
    for (const frame of this.#security.sign()) this.#send(frame, 1, undefined);
  }

  /**
   * Takes a data frame from a link. What goes on may wait for {@link flush}.
   * @returns false when the frame is malformed
   */
  take(from: Link, bytes: Uint8Array, offset: number, sizeBytes: number, nowMs: number): boolean {
    const isDm = isDmType(bytes[offset + TYPE_AT] ?? 0);
    if (sizeBytes < (isDm ? DM_HEADER_BYTES : BROADCAST_HEADER_BYTES)) return false;
    const ttl = readU16(bytes, offset + TTL_AT);
    const initialTtl = readU16(bytes, offset + INITIAL_TTL_AT);
    if (ttl === 0 || ttl > initialTtl) return false;
    const security = this.#security;
    const layout = security === undefined ? undefined : security.layout(bytes, offset, sizeBytes);
    if (layout === undefined && security !== undefined) return false;
    // How far a copy of an unlimited flood may go is nothing that a relay could lower: its TTL only counts hops.
    const isEndless = security !== undefined && initialTtl === MAX_TTL;
    const reach = isEndless ? MAX_TTL : ttl;
    from.framesIn++;

    const idOffset = offset + MESSAGE_ID_AT;
    const best = this.seen.best(bytes, idOffset, nowMs);
    const { exactTtlMax } = this.#options;
    const isExact = initialTtl <= exactTtlMax;
    if (isExact) this.#show(from, bytes, idOffset, ttl, nowMs);
    const decision = decideFlood(best, reach, initialTtl, exactTtlMax);
    if (decision === IGNORE || idAt(bytes, offset + ORIGIN_AT, this.#nodeId)) {
      this.totals.duplicate++;
      this.trace?.duplicate(bytes.subarray(idOffset, idOffset + ID_BYTES), from, ttl);
      return true;
    }
    if (security !== undefined && layout !== undefined) {
      const verdict = security.check(from, bytes, offset, sizeBytes, layout, best === UNSEEN);
      if (verdict === 'invalid' && security.isDistrusted(from)) this.#distrust(from);
      if (verdict !== 'valid') return true;
    }
    if ((decision & REMEMBER) !== 0) this.seen.remember(bytes, idOffset, reach, nowMs);

    const isMine = isDm && idAt(bytes, offset + DESTINATION_AT, this.#nodeId);
    if ((decision & DELIVER) !== 0 && (isMine || !isDm)) {
      this.#deliver(from, bytes, offset, sizeBytes, ttl, initialTtl, isDm, nowMs);
    }
    if (isMine) return true;
    const goesOnAtMs = isExact ? this.#goesOnAt(bytes, offset, best, hopsOf(ttl, initialTtl), nowMs) : AT_ONCE;
    const nextTtl = isEndless ? Math.max(1, ttl - 1) : ttl - 1;
    if ((decision & RELAY) === 0) this.#expire(from, bytes, idOffset);
    else if (goesOnAtMs === AT_ONCE) this.#relay(from, bytes, offset, sizeBytes, nextTtl);
    else if (goesOnAtMs === RELAYED_BEFORE) this.#relayAgain(from, bytes, offset, sizeBytes, nextTtl, nowMs);
    else if (from.state !== 'up' || !this.#held.fits(sizeBytes)) this.#relay(from, bytes, offset, sizeBytes, nextTtl);
    else this.#hold(from, bytes.slice(offset, offset + sizeBytes), nextTtl, goesOnAtMs);
    return true;
  }

  /** Lets the relays go on that are due by this time. Infinity: all, for instance before a link ends. */
  release(untilMs: number): void {
    if (this.#held.size === 0) return;
    for (const { frame, from } of this.#held.takeDue(untilMs)) {
      from.framesIn++;
      this.totals.relayed++;
      if (untilMs !== Number.POSITIVE_INFINITY) {
        const hops = hopsOf(readU16(frame, TTL_AT) + 1, readU16(frame, INITIAL_TTL_AT));
        this.#memory.missed(frame, ORIGIN_AT, hops, this.#time.nowMs);
      }
      this.#send(frame, 1, from);
    }
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

  /** Whether a message may wait for others: a host that calls back, and a frame that has room for the proof. */
  #isBatched({ length }: Uint8Array): boolean {
    return (
      this.#host.soon !== undefined &&
      length <= MAX_BATCHED_BYTES &&
      length + PROOF_BYTES <= this.#options.maxFrameBytes
    );
  }

  #originated(id: Id, nowMs: number): void {
    this.seen.remember(id, 0, OWN_MESSAGE, nowMs);
    this.totals.originated++;
  }

  #plainFrame(payload: Uint8Array, { destination, ttl, flags }: Outgoing): Uint8Array {
    const id = this.#host.randomId();
    return encodeData({ flags, ttl, initialTtl: ttl, id, origin: this.#nodeId, destination, payload });
  }

  /** Remembers of a neighbour how good a copy it has shown to have. */
  #show(from: Link, bytes: Uint8Array, idOffset: number, ttl: number, nowMs: number): void {
    const { seenMaxAgeMs: maxAgeMs } = this.#options;
    from.shown ??= new SeenCache({ maxEntries: SHOWN_ENTRIES, maxAgeMs, hashSeed: this.#hashSeed });
    // A datagram may have been overtaken by a better one.
    from.shown.raise(bytes, idOffset, ttl, nowMs);
  }

  /**
   * Learns from a copy that brought something new; takes the place of one that is held back.
   * @returns when its relay goes on: {@link AT_ONCE}, a later time, or {@link RELAYED_BEFORE}
   */
  #goesOnAt(bytes: Uint8Array, offset: number, best: number, hops: number, nowMs: number): number {
    const idOffset = offset + MESSAGE_ID_AT;
    const originOffset = offset + ORIGIN_AT;
    if (best === UNSEEN) {
      const holdMs = this.#memory.first(bytes, idOffset, originOffset, hops, nowMs);
      return holdMs === 0 ? AT_ONCE : nowMs + holdMs;
    }
    const isBetterExpected = this.#memory.better(bytes, idOffset, originOffset, hops, nowMs);
    const held = this.#held.take(bytes, idOffset);
    if (held === undefined) return best > 1 ? RELAYED_BEFORE : AT_ONCE;
    held.from.framesIn++;
    this.totals.duplicate++;
    return isBetterExpected ? held.atMs : AT_ONCE;
  }

  /** The frame counts as taken when it goes on: until then an observer of the counters sees it in flight. */
  #hold(from: Link, frame: Uint8Array, ttl: number, atMs: number): void {
    writeU16(frame, TTL_AT, ttl);
    from.framesIn--;
    this.#held.add({ frame, from, atMs }, MESSAGE_ID_AT);
    this.#time.wake(atMs);
  }

  /** Passes a better copy on to those neighbours that may need it. */
  #relayAgain(from: Link, bytes: Uint8Array, offset: number, sizeBytes: number, ttl: number, nowMs: number): void {
    this.flush(from);
    writeU16(bytes, offset + TTL_AT, ttl);
    this.totals.relayed++;
    const frame = bytes.subarray(offset, offset + sizeBytes);
    this.#send(frame, 1, from, link => isNeeded(link.shown?.best(frame, MESSAGE_ID_AT, nowMs) ?? UNSEEN, ttl));
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
    const arrived = new ArrivedMessage(bytes, offset, sizeBytes, from, ttl);
    const isSealed = this.#security !== undefined && isSealedDm(bytes, offset);
    const body = isSealed ? this.#security?.opened(bytes, offset, sizeBytes) : undefined;
    if (isSealed && body === undefined) return;
    const message = body === undefined ? arrived : new OpenedMessage(arrived, body);
    const flags = body?.flags ?? bytes[offset + FLAGS_AT] ?? 0;
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

  #send(bytes: Uint8Array, frames: number, from: Link | undefined, needs?: (link: Link) => boolean): void {
    const { maxQueueBytes, slowReader } = this.#options;
    const reached: Link[] | undefined = this.trace === undefined ? undefined : [];
    for (const link of this.#neighbours.up) {
      if (link === from || link.state !== 'up' || (needs !== undefined && !needs(link))) continue;
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
      const kind = isDmType(bytes[TYPE_AT] ?? 0) ? 'dm' : 'broadcast';
      const id = bytes.subarray(MESSAGE_ID_AT, MESSAGE_ID_AT + ID_BYTES);
      this.trace?.sent(id, kind, reached, readU16(bytes, TTL_AT), from);
    }
  }
}

function isSameNeighbour(a: Link, b: Link): boolean {
  return a.peer !== undefined && b.peer !== undefined && sameId(a.peer, b.peer);
}

/** 32 bytes that nobody has had before: of what a host gives, 244 bits are random. */
function entropyOf(host: PeerHost): Uint8Array {
  const entropy = new Uint8Array(2 * ID_BYTES);
  entropy.set(host.randomId());
  entropy.set(host.randomId(), ID_BYTES);
  return entropy;
}
