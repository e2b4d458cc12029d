/**
 * The peer as a pure state machine: links from handshake to BYE, who may be a neighbour, liveness. It has no socket,
 * timer, clock or chance of its own: the host (host.ts) hands connections, bytes and the time in, and bytes leave by
 * each link's transport. Messages are flooder.ts.
 */
import { Admission } from './admission.ts';
import { type ByeReason, decodeBye, encodeBye } from './bye.ts';
import { sameBytes } from './bytes.ts';
import { Flooder, type Totals } from './flooder.ts';
import {
  CONTENT,
  DM_FLAG,
  dataFrameBytes,
  encodePing,
  FRAME_TYPE,
  MAX_TTL,
  OPTIONAL_FRAME_TYPES_FROM,
  PING_BYTES,
  PROTOCOL_VERSION,
  TYPE_AT,
} from './frame.ts';
import type { FrameSink } from './frame-reader.ts';
import { decodeHello, encodeHello, type Hello, helloVersion, MAX_HELLO_BYTES } from './hello.ts';
import type { PeerHost, PeerTrace } from './host.ts';
import { formatId, type Id, sameId } from './id.ts';
import { type Direction, Link, type LinkEnd, type LinkTransport } from './link.ts';
import { LinkFaults } from './link-faults.ts';
import { DEFAULT_PEER_OPTIONS, type PeerOptions } from './options.ts';
import { type PingAnswered, Pings, tokenAt } from './pings.ts';
import { isBetterTwin, isSameProcess, mayBeTwin } from './twins.ts';

/** Who a peer is. */
export interface PeerIdentity {
  readonly nodeId: Id;
  /** At most 255 bytes; peers of another network are refused. */
  readonly network: Uint8Array;
  /** UTF-8, at most 255 bytes; empty: the address that its connections come from. */
  readonly listenHost: Uint8Array;
  /** 0: it takes no links. */
  readonly listenPort: number;
  /** Any 32 bits, unknown outside: see SeenCacheOptions. */
  readonly hashSeed: number;
}

/** How a message is sent. */
export interface SendOptions {
  /**
   * How many links the message may cross, 0..65535.
   * @default 65535: without limit
   */
  readonly ttl?: number | undefined;
  /**
   * What the payload is: a value of CONTENT.
   * @default CONTENT.bytes
   */
  readonly content?: number | undefined;
}

const NEVER = Number.POSITIVE_INFINITY;
const LIVENESS_TOKEN = new Uint8Array(8);

/** See the module's header. */
export class Peer {
  readonly nodeId: Id;
  readonly options: PeerOptions;
  /** Every link that is not closed yet. */
  readonly links: Set<Link> = new Set();
  readonly #identity: PeerIdentity;
  readonly #instance: Id;
  readonly #host: PeerHost;
  readonly #flooder: Flooder;
  readonly #admission: Admission;
  readonly #sinkOf = (link: Link): FrameSink => {
    const peer = this;
    return {
      get maxFrameBytes() {
        return link.hello === undefined ? MAX_HELLO_BYTES : peer.options.maxFrameBytes;
      },
      frame: (bytes, offset, sizeBytes) => this.#frame(link, bytes, offset, sizeBytes),
    };
  };
  readonly #neighbours: Map<string, Link> = new Map();
  readonly #faults: LinkFaults = new LinkFaults();
  readonly #pings: Pings = new Pings();
  #pendingHandshakes = 0;
  #nowMs = 0;
  #wakeAtMs = NEVER;
  #leaving = false;

  constructor(identity: PeerIdentity, host: PeerHost, options: Partial<PeerOptions> = {}) {
    this.nodeId = identity.nodeId;
    this.options = { ...DEFAULT_PEER_OPTIONS, ...options };
    this.#identity = identity;
    this.#host = host;
    this.#instance = host.randomId();
    this.#admission = new Admission(this.options.attemptsPerSecond, this.options.attemptsBurst);
    this.#flooder = new Flooder(identity.nodeId, this.options, identity.hashSeed, host, link =>
      this.#abort(link, 'slow-reader'),
    );
  }

  /** The links that are up, one for each neighbour. */
  get neighbours(): readonly Link[] {
    return this.#flooder.up;
  }

  /** The link to the neighbour with this node id. */
  neighbour(nodeId: Id): Link | undefined {
    return this.#neighbours.get(formatId(nodeId));
  }

  get totals(): Readonly<Totals> {
    return this.#flooder.totals;
  }

  /** Ids in the seen-cache, and the bytes that it takes. */
  get seenCache(): { readonly size: number; readonly sizeBytes: number } {
    return this.#flooder.seen;
  }

  /** Turns tracing on, or off with undefined. */
  set trace(trace: PeerTrace | undefined) {
    this.#flooder.trace = trace;
  }

  /**
   * Takes a connection that has just been made. A dialled one is greeted at once; an accepted one may be refused at
   * once, then the link returned is closed.
   * @param address the other end as `host:port`; what stands before the last colon is the address that is rate-limited
   */
  attach(transport: LinkTransport, direction: Direction, address: string, nowMs: number): Link {
    this.#nowMs = nowMs;
    const link = new Link(transport, direction, address, nowMs, this.#sinkOf);
    const refusal = this.#refusal(link);
    this.links.add(link);
    if (direction === 'in') this.#pendingHandshakes++;
    if (refusal !== undefined) {
      this.#refuse(link, refusal);
      return link;
    }
    if (direction === 'out') {
      link.session = this.#host.randomId();
      link.send(this.#hello(link.session));
    }
    this.#setDeadline(link, nowMs + this.options.handshakeTimeoutMs);
    return link;
  }

  /** Takes bytes from a link's connection. The array belongs to the peer from now on. */
  receive(link: Link, chunk: Uint8Array, nowMs: number): void {
    this.#nowMs = nowMs;
    if (link.state === 'closed') return;
    link.lastHeardMs = nowMs;
    if (link.pinged && link.rival === undefined) {
      link.pinged = false;
      link.deadlineMs = NEVER;
    }
    const result = link.read(chunk, nowMs);
    this.#flooder.flush(link);
    if (result === 'too-large' || result === 'malformed') {
      const isStranger = link.hello === undefined;
      this.#refuse(link, result === 'malformed' || isStranger ? 'malformed' : 'frame-too-large');
    }
    if (link.frameBegunMs === nowMs && !isClosed(link)) this.#wake(nowMs + this.options.frameTimeoutMs);
  }

  /** The link's connection has ended, by the other end or by a failure. */
  connectionEnded(link: Link, nowMs: number): void {
    this.#nowMs = nowMs;
    if (link.state === 'closed') return;
    this.#close(link, link.end ?? 'connection-lost', 'abort', undefined);
  }

  /** Does what is due; asks the host for the next time. */
  handleTimeout(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#wakeAtMs = NEVER;
    for (const link of [...this.links]) this.#checkDeadline(link);
    let next = NEVER;
    for (const link of this.links) next = Math.min(next, this.#dueAt(link));
    this.#wake(next);
  }

  /**
   * Floods a message.
   * @throws RangeError when the payload does not fit into a frame, or the TTL is none
   */
  broadcast(payload: Uint8Array, options: SendOptions, nowMs: number): Id {
    this.#nowMs = nowMs;
    const ttl = this.#checkOutgoing('broadcast', payload, options.ttl);
    return this.#flooder.originate(payload, { ttl, flags: options.content ?? CONTENT.bytes }, nowMs);
  }

  /**
   * Sends a message to one peer, relayed by the others. With `ack` the recipient answers, see `PeerHost.acknowledged`.
   * @throws RangeError when the payload does not fit into a frame, the TTL is none, or `to` is this peer
   */
  dm(to: Id, payload: Uint8Array, options: SendOptions & { readonly ack?: boolean }, nowMs: number): Id {
    this.#nowMs = nowMs;
    if (sameId(to, this.nodeId)) throw new RangeError('a direct message to oneself');
    const ttl = this.#checkOutgoing('dm', payload, options.ttl);
    const flags = (options.content ?? CONTENT.bytes) | (options.ack === true ? DM_FLAG.ackWanted : 0);
    return this.#flooder.originate(payload, { destination: to, ttl, flags }, nowMs);
  }

  /** Ends a link with a BYE; what is under way to this peer is still taken. */
  hangup(link: Link, nowMs: number, reason: ByeReason = 'hangup'): void {
    this.#nowMs = nowMs;
    if (link.state !== 'closed' && link.state !== 'closing') this.#part(link, reason);
  }

  /**
   * Cuts the link to a peer as if the cable were cut, and lets none come up, in either direction, until it is restored.
   */
  cut(peer: Id, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#faults.setCut(peer, true);
    for (const link of [...this.links])
      if (link.peer !== undefined && sameId(link.peer, peer)) this.#abort(link, 'blocked');
  }

  /** Takes links to a peer again. Who dialled tries again by itself. */
  restore(peer: Id): void {
    this.#faults.setCut(peer, false);
  }

  /** Sends no data frame to a peer, or does again. The link itself stays, kept alive. */
  mute(peer: Id, isMuted: boolean): void {
    this.#faults.setMuted(peer, isMuted);
    for (const link of this.links) if (link.peer !== undefined && sameId(link.peer, peer)) link.isMuted = isMuted;
  }

  /** Measures the round trip on a link that is up. */
  ping(link: Link, nowMs: number, answered: PingAnswered): void {
    if (link.state !== 'up') answered(undefined);
    else link.send(encodePing('ping', this.#pings.begin(link, nowMs, answered)));
  }

  /** Ends every link and takes no more. Done when `links` is empty. */
  leave(nowMs: number): void {
    this.#leaving = true;
    for (const link of [...this.links]) this.hangup(link, nowMs, 'leaving');
  }

  #refusal(link: Link): ByeReason | undefined {
    if (this.#leaving) return 'leaving';
    if (this.links.size >= this.options.maxLinks) return 'too-many-links';
    if (link.direction === 'out') return undefined;
    const host = link.address.slice(0, Math.max(0, link.address.lastIndexOf(':')));
    if (!this.#admission.admit(host, this.#nowMs)) return 'too-many-attempts';
    return this.#pendingHandshakes >= this.options.maxPendingHandshakes ? 'too-many-handshakes' : undefined;
  }

  #hello(session: Id): Uint8Array {
    const { nodeId, network, listenHost, listenPort } = this.#identity;
    const instance = this.#instance;
    return encodeHello({
      version: PROTOCOL_VERSION,
      features: 0,
      nodeId,
      instance,
      session,
      listenPort,
      network,
      listenHost,
    });
  }

  #frame(link: Link, bytes: Uint8Array, offset: number, sizeBytes: number): boolean {
    const type = bytes[offset + TYPE_AT];
    if (type === FRAME_TYPE.broadcast || type === FRAME_TYPE.dm) {
      if (link.hello === undefined || (link.state === 'probing' && link.direction === 'in')) {
        this.#refuse(link, 'hello-expected');
        return false;
      }
      if (!this.#flooder.take(link, bytes, offset, sizeBytes, this.#nowMs)) this.#refuse(link, 'malformed');
    } else {
      // What was relayed so far leaves first: a control frame may end the link.
      this.#flooder.flush(link);
      this.#control(link, type ?? 0, bytes, offset, sizeBytes);
    }
    return !isClosed(link);
  }

  #control(link: Link, type: number, bytes: Uint8Array, offset: number, sizeBytes: number): void {
    if (type === FRAME_TYPE.bye) {
      const { reason, nodeId } = decodeBye(bytes, offset, sizeBytes);
      if (reason === 'twin' && this.#yields(link)) return;
      // The answer tells the other end that nothing more will come; then both may close.
      if (link.state === 'up') link.send(encodeBye(reason === 'unknown' ? 'leaving' : reason, this.nodeId));
      this.#close(link, link.end ?? reason, 'flush', nodeId);
    } else if (type === FRAME_TYPE.hello) {
      this.#helloFrame(link, bytes, offset, sizeBytes);
    } else if (link.hello === undefined) {
      this.#refuse(link, 'hello-expected');
    } else if (type === FRAME_TYPE.ping || type === FRAME_TYPE.pong) {
      if (sizeBytes !== PING_BYTES) this.#refuse(link, 'malformed');
      else if (type === FRAME_TYPE.pong) this.#pong(link, bytes, offset);
      else if (link.state === 'up') this.#answerPing(link, tokenAt(bytes, offset));
    } else if (type < OPTIONAL_FRAME_TYPES_FROM) {
      this.#refuse(link, 'malformed');
    }
  }

  /** An answer is bounded like a message: who asks without end and never reads is cut off. */
  #answerPing(link: Link, token: Uint8Array): void {
    if (link.transport.queuedBytes > this.options.maxQueueBytes) this.#abort(link, 'slow-reader');
    else link.send(encodePing('pong', token));
  }

  #helloFrame(link: Link, bytes: Uint8Array, offset: number, sizeBytes: number): void {
    const version = helloVersion(bytes, offset, sizeBytes);
    const hello = version === PROTOCOL_VERSION ? decodeHello(bytes, offset, sizeBytes) : undefined;
    const objection =
      version !== undefined && version !== PROTOCOL_VERSION ? 'wrong-version' : this.#objection(link, hello);
    if (hello === undefined || objection !== undefined) {
      this.#refuse(link, objection ?? 'malformed');
      return;
    }
    link.hello = hello;
    link.session = hello.session;
    if (link.direction === 'in') this.#pendingHandshakes--;
    // A link that is being ended is answered too late; what follows is still taken.
    if (link.state === 'closing') return;
    const existing = this.#neighbours.get(formatId(hello.nodeId));
    if (existing?.isYielding === true) this.#giveWay(existing);
    if (existing === undefined || existing.isYielding) this.#accept(link);
    else this.#twin(existing, link, hello);
  }

  #objection(link: Link, hello: Hello | undefined): ByeReason | undefined {
    if (hello === undefined || link.hello !== undefined) return 'malformed';
    if (!sameBytes(hello.network, this.#identity.network)) return 'wrong-network';
    if (sameId(hello.nodeId, this.nodeId)) return sameId(hello.instance, this.#instance) ? 'own-id' : 'id-in-use';
    if (link.session !== undefined && !sameId(link.session, hello.session)) return 'malformed';
    return this.#faults.isCut(hello.nodeId) ? 'blocked' : undefined;
  }

  /** A second link to a neighbour: see twins.ts. Where it is no better, the existing link stays if it proves that it lives. */
  #twin(existing: Link, link: Link, hello: Hello): void {
    const { rival } = existing;
    if (isBetterTwin(this.nodeId, existing, link)) {
      if (rival !== undefined) this.#turnAway(rival, link);
      this.#drain(existing, 'twin');
      this.#accept(link);
    } else if (rival !== undefined) {
      this.#turnAway(link, isSameProcess(rival, link) ? rival : existing);
    } else {
      link.state = 'probing';
      link.deadlineMs = NEVER;
      existing.rival = link;
      existing.pinged = true;
      existing.send(encodePing('ping', hello.session));
      this.#setDeadline(existing, this.#nowMs + this.options.probeTimeoutMs);
    }
  }

  /**
   * Takes a BYE that ends a link for a better one to the same peer. Where that one's HELLO may be on its way yet, the link
   * goes on serving until it is here: the other end still reads, and two that stay neighbours are never without a link.
   * @returns false where nothing better can be under way
   */
  #yields(link: Link): boolean {
    if (link.state !== 'up' || link.isYielding || link.rival !== undefined || this.#leaving) return false;
    if (![...this.links].some(mayBeTwin)) return false;
    link.isYielding = true;
    link.pinged = false;
    // Well before the other end stops reading.
    this.#setDeadline(link, this.#nowMs + this.options.drainTimeoutMs / 2);
    return true;
  }

  /** Ends a link that has served long enough. */
  #giveWay(link: Link): void {
    link.send(encodeBye('twin', this.nodeId));
    this.#close(link, 'twin', 'flush', link.peer);
  }

  #pong(link: Link, bytes: Uint8Array, offset: number): void {
    const rival = link.rival;
    const token = tokenAt(bytes, offset);
    this.#pings.pong(link, token, this.#nowMs);
    if (rival?.hello === undefined || !sameBytes(token, rival.hello.session.subarray(0, 8))) return;
    link.rival = undefined;
    link.pinged = false;
    link.deadlineMs = NEVER;
    this.#turnAway(rival, link);
  }

  /** Ends a link because there is a better one to the same node id. */
  #turnAway(link: Link, better: Link): void {
    this.#part(link, isSameProcess(link, better) ? 'twin' : 'id-in-use');
  }

  #accept(link: Link): void {
    if (link.direction === 'in' && link.session !== undefined) link.send(this.#hello(link.session));
    link.state = 'up';
    link.wasUp = true;
    link.isMuted = link.peer !== undefined && this.#faults.isMuted(link.peer);
    link.deadlineMs = NEVER;
    this.#neighbours.set(formatId(link.peer ?? this.nodeId), link);
    this.#flooder.up = [...this.#flooder.up, link];
    this.#wake(this.#dueAt(link));
    this.#host.linkUp(link);
  }

  /** Ends a link with a BYE. Who was dialled may hold it for up and have sent already, so that is still taken. */
  #part(link: Link, reason: ByeReason): void {
    if (link.state === 'up' || link.direction === 'out') this.#drain(link, reason);
    else this.#refuse(link, reason);
  }

  /** Says BYE and goes on reading until the other's BYE, its end, or the drain's bound. */
  #drain(link: Link, reason: ByeReason): void {
    const { state } = link;
    link.send(encodeBye(reason, this.nodeId));
    link.end = reason;
    link.state = 'closing';
    this.#setDeadline(link, this.#nowMs + this.options.drainTimeoutMs);
    if (state === 'up') this.#takeDown(link, reason);
    else this.#dropRival(link);
  }

  /** Ends a link at once, with a BYE if none was said. */
  #refuse(link: Link, reason: ByeReason): void {
    if (link.state !== 'closing') link.send(encodeBye(reason, this.nodeId));
    this.#close(link, link.end ?? reason, 'flush', undefined);
  }

  #abort(link: Link, reason: ByeReason): void {
    this.#close(link, reason, 'abort', undefined);
  }

  #close(link: Link, reason: LinkEnd, how: 'flush' | 'abort', by: Id | undefined): void {
    if (link.state === 'closed') return;
    const { state } = link;
    if (link.direction === 'in' && link.hello === undefined) this.#pendingHandshakes--;
    link.end = reason;
    link.state = 'closed';
    link.deadlineMs = NEVER;
    this.links.delete(link);
    link.transport.close(how);
    this.#pings.ended(link);
    if (state === 'up') this.#takeDown(link, reason);
    if (state === 'probing') this.#dropRival(link);
    if (link.wasUp) this.#host.linkClosed(link);
    else this.#host.linkRefused(link, reason, by ?? link.peer);
  }

  /** Takes a link out of the neighbours; a rival that waited for its end comes in. */
  #takeDown(link: Link, reason: LinkEnd): void {
    const key = formatId(link.peer ?? this.nodeId);
    if (this.#neighbours.get(key) === link) this.#neighbours.delete(key);
    this.#flooder.up = this.#flooder.up.filter(other => other !== link);
    this.#host.linkDown(link, reason);
    const rival = link.rival;
    link.rival = undefined;
    if (rival?.state !== 'probing') return;
    if (this.#leaving) this.#part(rival, 'leaving');
    else this.#accept(rival);
  }

  #dropRival(rival: Link): void {
    for (const link of this.links) {
      if (link.rival !== rival) continue;
      link.rival = undefined;
      // The probe goes on as an ordinary PING.
      link.deadlineMs = this.#nowMs + this.options.pongTimeoutMs;
    }
  }

  #checkDeadline(link: Link): void {
    if (isClosed(link) || this.#dueAt(link) > this.#nowMs) return;
    if (link.frameBegunMs + this.options.frameTimeoutMs <= this.#nowMs) this.#refuse(link, 'frame-too-slow');
    else if (link.state === 'handshake') this.#refuse(link, 'handshake-timeout');
    else if (link.state === 'closing') this.#close(link, link.end ?? 'leaving', 'abort', undefined);
    else if (link.isYielding) this.#giveWay(link);
    else if (link.state === 'up' && link.pinged) this.#abort(link, 'not-alive');
    else if (link.state === 'up') {
      link.pinged = true;
      link.send(encodePing('ping', LIVENESS_TOKEN));
      link.deadlineMs = this.#nowMs + this.options.pongTimeoutMs;
    }
  }

  #dueAt(link: Link): number {
    const { pingIntervalMs, frameTimeoutMs } = this.options;
    const isIdle = link.state === 'up' && !link.pinged && !link.isYielding;
    const dueAtMs = isIdle ? link.lastHeardMs + pingIntervalMs : link.deadlineMs;
    return Math.min(dueAtMs, link.frameBegunMs + frameTimeoutMs);
  }

  #setDeadline(link: Link, atMs: number): void {
    link.deadlineMs = atMs;
    this.#wake(atMs);
  }

  #wake(atMs: number): void {
    if (atMs >= this.#wakeAtMs) return;
    this.#wakeAtMs = atMs;
    this.#host.schedule(atMs);
  }

  #checkOutgoing(kind: 'broadcast' | 'dm', payload: Uint8Array, ttl: number = MAX_TTL): number {
    const size = dataFrameBytes(kind, payload.length);
    if (size > this.options.maxFrameBytes) {
      throw new RangeError(`a frame of ${size} bytes, more than maxFrameBytes (${this.options.maxFrameBytes})`);
    }
    if (!Number.isInteger(ttl) || ttl < 0 || ttl > MAX_TTL) {
      throw new RangeError(`TTL ${ttl}: not an integer from 0 to ${MAX_TTL}`);
    }
    return ttl;
  }
}

// The state changes behind the compiler's back when a frame ends the link.
function isClosed(link: Link): boolean {
  return link.state === 'closed';
}
