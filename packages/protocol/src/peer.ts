/**
 * The peer as a pure state machine: what a host may ask of it. It has no socket, timer, clock or randomness: the
 * host (host.ts) hands connections, bytes and the time in, and bytes leave by each link's transport. Go on with
 * link.ts (the states of a link), handshake.ts, twins.ts, frame-handler.ts, and flooder.ts for messages.
 */
import type { ByeReason } from './bye.ts';
import { FairShares } from './fair-shares.ts';
import { Flooder, type Totals } from './flooder.ts';
import { CONTENT, DM_FLAG, encodePing, MAX_TTL } from './frame.ts';
import { FrameHandler } from './frame-handler.ts';
import { Handshake } from './handshake.ts';
import type { PeerHost, PeerTrace } from './host.ts';
import { hostOf } from './host-of.ts';
import { type Id, sameId } from './id.ts';
import { Link, type LinkEnd } from './link.ts';
import { LinkFaults } from './link-faults.ts';
import { LinkLifecycle } from './link-lifecycle.ts';
import { type LinkTimer, type LinkTimings, linkTimings } from './link-timer.ts';
import type { Direction, LinkTransport } from './link-transport.ts';
import { Neighbours } from './neighbours.ts';
import { DEFAULT_PEER_OPTIONS, type PeerOptions } from './options.ts';
import { LocalPeer, type PeerIdentity } from './peer-identity.ts';
import { PeerTime } from './peer-time.ts';
import { type PingAnswered, Pings } from './pings.ts';
import { Reputation } from './reputation.ts';
import { KeySearch } from './security/key-search.ts';
import type { Rejected } from './security/message-security.ts';
import { messageFrameBytes } from './security/message-size.ts';
import type { SecurityMode } from './security/peer-security.ts';
import { Twins } from './twins.ts';

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

const LIVENESS_TOKEN = new Uint8Array(8);

/** See the module's header. */
export class Peer {
  readonly nodeId: Id;
  readonly options: PeerOptions;
  readonly #mode: SecurityMode | 'open';
  readonly #timings: LinkTimings;
  readonly #time: PeerTime;
  readonly #neighbours: Neighbours = new Neighbours();
  readonly #faults: LinkFaults = new LinkFaults();
  readonly #pings: Pings = new Pings();
  readonly #lifecycle: LinkLifecycle;
  readonly #twins: Twins;
  readonly #handshake: Handshake;
  readonly #flooder: Flooder;
  readonly #frames: FrameHandler;
  readonly #shares: FairShares;
  readonly #keys: KeySearch | undefined;

  /** What happens to a link when one of its timers expires. */
  readonly #expire: Readonly<Record<LinkTimer, (link: Link) => void>> = {
    handshake: link => this.#lifecycle.refuse(link, 'handshake-timeout'),
    idle: link => {
      link.becomePinged();
      link.send(encodePing('ping', LIVENESS_TOKEN));
    },
    pong: link => this.#lifecycle.abort(link, 'not-alive'),
    probe: link => this.#lifecycle.abort(link, 'not-alive'),
    yield: link => this.#twins.giveWay(link),
    drain: link => this.#lifecycle.close(link, link.end ?? 'leaving', 'abort'),
    frame: link => this.#lifecycle.refuse(link, 'frame-too-slow'),
  };

  constructor(identity: PeerIdentity, host: PeerHost, options: Partial<PeerOptions> = {}) {
    this.nodeId = identity.nodeId;
    this.options = { ...DEFAULT_PEER_OPTIONS, ...options };
    this.#mode = identity.security?.mode ?? 'open';
    this.#timings = linkTimings(this.options);
    this.#time = new PeerTime(atMs => host.schedule(atMs));
    const local = new LocalPeer(identity, host.randomId());
    const cutOff = (link: Link): void => this.#lifecycle.abort(link, 'slow-reader');
    const distrust = (link: Link): void => this.#lifecycle.refuse(link, 'invalid-messages');
    const releaseHeld = (): void => {
      this.#flooder.signWaiting();
      this.#flooder.release(Number.POSITIVE_INFINITY);
    };
    const shared = { local, host, options: this.options, neighbours: this.#neighbours, faults: this.#faults };
    this.#flooder = new Flooder({ ...shared, identity, time: this.#time, cutOff, distrust });
    const reputation = new Reputation();
    const decided = (link: Link, reason: ByeReason): void => {
      if (link.direction === 'in') reputation.note(hostOf(link.address), reason, this.#time.nowMs);
    };
    const { security } = this.#flooder;
    this.#keys =
      security &&
      new KeySearch({
        book: security.book,
        neighbours: this.#neighbours,
        time: this.#time,
        maxQueueBytes: this.options.maxQueueBytes,
        keyOf: nodeId => security.keyOf(nodeId),
      });
    const keys = this.#keys;
    this.#lifecycle = new LinkLifecycle({ ...shared, pings: this.#pings, releaseHeld, decided, keys });
    this.#shares = new FairShares({
      memoryBytes: this.options.memoryBytes,
      links: this.#lifecycle.links,
      end: link => this.#lifecycle.abort(link, 'over-share'),
    });
    this.#twins = new Twins(local, this.#lifecycle);
    const parts = { ...shared, lifecycle: this.#lifecycle, twins: this.#twins, pings: this.#pings, time: this.#time };
    this.#handshake = new Handshake({ ...parts, reputation, randomId: () => host.randomId() });
    this.#frames = new FrameHandler({ ...parts, flooder: this.#flooder, handshake: this.#handshake, keys });
  }

  /** Every link that is not closed yet. */
  get links(): ReadonlySet<Link> {
    return this.#lifecycle.links;
  }

  /** The links that are up, one for each neighbour. */
  get neighbours(): readonly Link[] {
    return this.#neighbours.up;
  }

  /** The link to the neighbour with this node id. */
  neighbour(nodeId: Id): Link | undefined {
    return this.#neighbours.get(nodeId);
  }

  get totals(): Readonly<Totals> {
    return this.#flooder.totals;
  }

  /** Ids in the seen-cache, and the bytes that it takes. */
  get seenCache(): { readonly size: number; readonly sizeBytes: number } {
    return this.#flooder.seen;
  }

  /** Relays that wait a moment for a better copy; what they came by counts them as taken when they go on. */
  get heldRelays(): number {
    return this.#flooder.heldRelays;
  }

  /** Copies that were dropped because they are not their origins', or old: always 0 without security. */
  get rejected(): Readonly<Rejected> {
    return this.#flooder.rejected;
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
    this.#time.nowMs = nowMs;
    const connection = { transport, direction, address };
    const link = new Link(connection, this.#timings, this.#time, made => this.#frames.sinkOf(made));
    this.#handshake.begin(link, nowMs);
    return link;
  }

  /** Takes bytes from a link's connection. The array belongs to the peer from now on. */
  receive(link: Link, chunk: Uint8Array, nowMs: number): void {
    this.#time.nowMs = nowMs;
    if (link.isClosed) return;
    const result = link.read(chunk);
    this.#flooder.flush(link);
    this.#shares.moved(chunk.length);
    if (result === 'malformed') this.#lifecycle.refuse(link, 'malformed');
    if (result === 'too-large') {
      this.#lifecycle.refuse(link, link.hello === undefined ? 'malformed' : 'frame-too-large');
    }
  }

  /** The link's connection has ended, by the other end or by a failure. @param reason where more is known than that */
  connectionEnded(link: Link, nowMs: number, reason: LinkEnd = 'connection-lost'): void {
    this.#time.nowMs = nowMs;
    this.#lifecycle.close(link, link.end ?? reason, 'abort');
  }

  /** Does what is due; asks the host for the next time. */
  handleTimeout(nowMs: number): void {
    this.#time.woken(nowMs);
    for (const link of [...this.links]) {
      const timer = link.expired(nowMs);
      if (timer !== undefined) this.#expire[timer](link);
    }
    this.#flooder.release(nowMs);
    this.#keys?.expire(nowMs);
    let next = Math.min(this.#flooder.dueAtMs, this.#keys?.dueAtMs ?? Number.POSITIVE_INFINITY);
    for (const link of this.links) next = Math.min(next, link.dueAtMs);
    this.#time.wake(next);
  }

  /**
   * Floods a message.
   * @throws RangeError when the payload does not fit into a frame, or the TTL is none
   */
  broadcast(payload: Uint8Array, options: SendOptions, nowMs: number): Id {
    this.#time.nowMs = nowMs;
    const ttl = this.#checkOutgoing('broadcast', payload, options.ttl);
    this.#shares.moved(payload.length);
    return sent(this.#flooder.originate(payload, { ttl, flags: options.content ?? CONTENT.bytes }, nowMs));
  }

  /**
   * Makes ready for a direct message to a peer: where messages are sealed, its key is looked for.
   * @param ready called once, at once where nothing is to be waited for. False: nobody told the key within KEY_SEARCH_MS
   */
  prepareDm(to: Id, nowMs: number, ready: (isReady: boolean) => void): void {
    this.#time.nowMs = nowMs;
    if (this.#flooder.security?.isSealing !== true || this.#keys === undefined) ready(true);
    else this.#keys.find(to, isKnown => ready(isKnown));
  }

  /** Takes the public key of another peer, as somebody outside the network tells it. @returns whose it is, where it is a key */
  learnKey(publicKey: Uint8Array): Id | undefined {
    return this.#flooder.security?.book.learn(publicKey);
  }

  /**
   * Sends a message to one peer, relayed by the others. With `ack` the recipient answers, see `PeerHost.acknowledged`.
   * Where messages are sealed, {@link prepareDm} comes first.
   * @throws RangeError when the payload does not fit into a frame, the TTL is none, `to` is this peer, or nothing can be sealed to it
   */
  dm(to: Id, payload: Uint8Array, options: SendOptions & { readonly ack?: boolean }, nowMs: number): Id {
    this.#time.nowMs = nowMs;
    if (sameId(to, this.nodeId)) throw new RangeError('a peer cannot send a direct message to itself');
    const ttl = this.#checkOutgoing('dm', payload, options.ttl);
    this.#shares.moved(payload.length);
    const flags = (options.content ?? CONTENT.bytes) | (options.ack === true ? DM_FLAG.ackWanted : 0);
    return sent(this.#flooder.originate(payload, { destination: to, ttl, flags }, nowMs));
  }

  /** Ends a link with a BYE; what is under way to this peer is still taken. */
  hangup(link: Link, nowMs: number, reason: ByeReason = 'hangup'): void {
    this.#time.nowMs = nowMs;
    if (link.state !== 'closed' && link.state !== 'closing') this.#lifecycle.part(link, reason);
  }

  /**
   * Cuts the link to a peer as if the cable were cut, and lets none come up, in either direction, until it is restored.
   */
  cut(peer: Id, nowMs: number): void {
    this.#time.nowMs = nowMs;
    this.#faults.setCut(peer, true);
    for (const link of this.#linksTo(peer)) this.#lifecycle.abort(link, 'blocked');
  }

  /** Takes links to a peer again. The end that dialled tries again by itself. */
  restore(peer: Id): void {
    this.#faults.setCut(peer, false);
  }

  /** Sends no data frame to a peer, or does again. The link itself stays, kept alive. */
  mute(peer: Id, isMuted: boolean): void {
    this.#faults.setMuted(peer, isMuted);
    for (const link of this.#linksTo(peer)) link.isMuted = isMuted;
  }

  /** Measures the round trip on a link that is up. */
  ping(link: Link, nowMs: number, answered: PingAnswered): void {
    if (link.state !== 'up') answered(undefined);
    else link.send(encodePing('ping', this.#pings.begin(link, nowMs, answered)));
  }

  /** Ends every link and takes no more. Done when `links` is empty. */
  leave(nowMs: number): void {
    this.#lifecycle.isLeaving = true;
    for (const link of [...this.links]) this.hangup(link, nowMs, 'leaving');
    this.#keys?.expire(Number.POSITIVE_INFINITY);
  }

  #linksTo(peer: Id): readonly Link[] {
    return [...this.links].filter(link => link.peer !== undefined && sameId(link.peer, peer));
  }

  #checkOutgoing(kind: 'broadcast' | 'dm', payload: Uint8Array, ttl: number = MAX_TTL): number {
    const size = messageFrameBytes(kind, payload.length, this.#mode);
    if (size > this.options.maxFrameBytes) {
      throw new RangeError(`a frame of ${size} bytes, more than maxFrameBytes (${this.options.maxFrameBytes})`);
    }
    if (!Number.isInteger(ttl) || ttl < 0 || ttl > MAX_TTL) {
      throw new RangeError(`TTL ${ttl}: not an integer from 0 to ${MAX_TTL}`);
    }
    return ttl;
  }
}

function sent(id: Id | undefined): Id {
  if (id === undefined) throw new RangeError('nothing can be sealed to the recipient: its key is not known, or none');
  return id;
}
