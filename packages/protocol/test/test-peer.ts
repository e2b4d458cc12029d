/** A peer under test with everything around it: virtual time, seeded ids, and a memory of what its host was told. */
import {
  BINDING_BYTES,
  formatId,
  type Id,
  type Link,
  type LinkEnd,
  type Message,
  nodeIdOf,
  Peer,
  type PeerHost,
  type PeerIdentity,
  type PeerOptions,
  type SecurityMode,
  type SendOptions,
} from '../src/index.ts';
import { Chance } from './chance.ts';
import { CLOCK_START_MS, testSecurity } from './test-security.ts';
import { VirtualClock } from './virtual-clock.ts';
import { type ConnectionEnd, type ConnectionUser, VirtualNetwork } from './virtual-network.ts';

/** A delivered message, copied. */
export type Delivered = Omit<Message, 'link' | 'payload' | 'id' | 'origin'> & {
  readonly id: string;
  readonly origin: string;
  readonly from: string;
  readonly payload: Uint8Array;
};

/** See the module's header. */
export class TestPeer implements PeerHost, ConnectionUser<Link> {
  readonly peer: Peer;
  readonly id: string;
  readonly #world: TestWorld;
  readonly delivered: Delivered[] = [];
  readonly ups: Link[] = [];
  readonly downs: { readonly link: Link; readonly reason: LinkEnd }[] = [];
  readonly refusals: { readonly link: Link; readonly reason: LinkEnd; readonly by: string | undefined }[] = [];
  readonly closed: Link[] = [];
  readonly acks: { readonly id: string; readonly by: string }[] = [];
  readonly #chance: Chance;
  #timer = 0;

  /** What it was made with: its restart has the same. */
  readonly identity: Partial<PeerIdentity>;

  constructor(world: TestWorld, nodeId: Id, options: Partial<PeerOptions>, identity: Partial<PeerIdentity>) {
    this.identity = { ...identity, nodeId };
    this.#world = world;
    this.#chance = new Chance(world.chance.below(2 ** 31));
    this.id = formatId(nodeId);
    const fields = { network: Uint8Array.of(7), listenHost: new Uint8Array(0), listenPort: 1, hashSeed: 3 };
    this.peer = new Peer({ ...fields, ...identity, nodeId }, this, options);
  }

  broadcast(options: SendOptions = {}, payload: Uint8Array = Uint8Array.of(1, 2, 3)): string {
    return formatId(this.peer.broadcast(payload, options, this.#world.clock.nowMs));
  }

  dm(to: TestPeer, options: SendOptions & { ack?: boolean } = {}): string {
    return formatId(this.peer.dm(to.peer.nodeId, Uint8Array.of(4), options, this.#world.clock.nowMs));
  }

  /** How often a message was delivered here. */
  count(messageId: string): number {
    return this.delivered.filter(({ id }) => id === messageId).length;
  }

  /** Hands raw bytes to a link. */
  received(link: Link, chunk: Uint8Array): void {
    this.peer.receive(link, chunk, this.#world.clock.nowMs);
  }

  ended(link: Link): void {
    this.peer.connectionEnded(link, this.#world.clock.nowMs);
  }

  randomId(): Id {
    return this.#chance.bytes(16);
  }

  schedule(atMs: number): void {
    const token = ++this.#timer;
    this.#world.clock.at(atMs, () => {
      if (token === this.#timer) this.peer.handleTimeout(this.#world.clock.nowMs);
    });
  }

  linkUp(link: Link): void {
    this.ups.push(link);
  }

  linkDown(link: Link, reason: LinkEnd): void {
    this.downs.push({ link, reason });
  }

  linkRefused(link: Link, reason: LinkEnd, by: Id | undefined): void {
    this.refusals.push({ link, reason, by: by === undefined ? undefined : formatId(by) });
  }

  linkClosed(link: Link): void {
    this.closed.push(link);
  }

  message({ link, payload, id, origin, kind, hops, ttl, initialTtl, content }: Message): void {
    const from = link.peer === undefined ? '' : formatId(link.peer);
    const parts = { kind, hops, ttl, initialTtl, content, payload: payload.slice() };
    this.delivered.push({ ...parts, from, id: formatId(id), origin: formatId(origin) });
  }

  acknowledged(messageId: Id, by: Id): void {
    this.acks.push({ id: formatId(messageId), by: formatId(by) });
  }
}

/** How a world is made. */
export interface WorldSettings {
  readonly seed?: number;
  /** The longest delay of an arrival, in milliseconds; 0: at once. */
  readonly maxDelayMs?: number;
  readonly isChopping?: boolean;
  readonly isHeld?: boolean;
  readonly options?: Partial<PeerOptions>;
  /** How its peers prove who they are. @default 'open': they do not */
  readonly security?: SecurityMode | 'open';
}

/** One connection between two test peers. */
export interface TestConnection {
  readonly out: ConnectionEnd<Link>;
  readonly in: ConnectionEnd<Link>;
}

/** Peers, the network between them, and the time. */
export class TestWorld {
  readonly clock: VirtualClock = new VirtualClock();
  readonly chance: Chance;
  readonly network: VirtualNetwork;
  readonly peers: TestPeer[] = [];
  readonly connections: TestConnection[] = [];
  readonly #options: Partial<PeerOptions>;
  readonly #mode: SecurityMode | 'open';
  #ids = 0;

  constructor(settings: WorldSettings = {}) {
    const { seed = 1, maxDelayMs = 0, isChopping = false, isHeld = false, options = {} } = settings;
    this.#mode = settings.security ?? 'open';
    this.chance = new Chance(seed);
    this.#options = options;
    const delayMs = (): number => this.chance.below(maxDelayMs + 1);
    this.network = new VirtualNetwork(this.clock, this.chance, { delayMs, isChopping }, isHeld);
  }

  /** A new peer; ids ascend in the order of making unless one is given. */
  add(options: Partial<PeerOptions> = {}, identity: Partial<PeerIdentity> = {}): TestPeer {
    const { nodeId, ...others } = { ...this.#identity(this.#ids++), ...identity };
    const peer = new TestPeer(this, nodeId, { ...this.#options, ...options }, others);
    this.peers.push(peer);
    return peer;
  }

  /** Milliseconds since 1970 in this world. */
  clockMs(): number {
    return CLOCK_START_MS + this.clock.nowMs;
  }

  #identity(index: number): Pick<PeerIdentity, 'nodeId' | 'security'> {
    if (this.#mode !== 'open') {
      const security = testSecurity(this.#mode, index + 1, () => this.clockMs());
      return { nodeId: nodeIdOf(security.publicKey, security), security };
    }
    const nodeId = new Uint8Array(16);
    new DataView(nodeId.buffer).setUint32(0, 0x10000000 + index);
    return { nodeId };
  }

  /** Connects two peers; both ends stand at once, bytes take their time. */
  dial(from: TestPeer, to: TestPeer, address = `10.0.0.${this.peers.indexOf(from)}:50000`): TestConnection {
    const [out, accepted] = this.network.connection(from, to);
    this.#encrypt(out, accepted);
    accepted.link = to.peer.attach(accepted, 'in', address, this.clock.nowMs);
    out.link = from.peer.attach(out, 'out', `10.0.0.${this.peers.indexOf(to)}:1`, this.clock.nowMs);
    const connection = { out, in: accepted };
    this.connections.push(connection);
    return connection;
  }

  /** A connection to a peer from nobody: the test plays the other end with `send`. */
  stranger(to: TestPeer, direction: 'in' | 'out' = 'in', address = '10.9.9.9:1'): Stranger {
    const stranger = new Stranger();
    const [mine, theirs] = this.network.connection(stranger, to);
    this.#encrypt(mine, theirs);
    theirs.link = to.peer.attach(theirs, direction, address, this.clock.nowMs);
    mine.link = theirs.link;
    stranger.start(mine, theirs);
    return stranger;
  }

  /** In a sealed world every connection is encrypted. */
  #encrypt(...ends: readonly ConnectionEnd<Link>[]): void {
    const binding = this.#mode === 'sealed' ? this.chance.bytes(BINDING_BYTES) : undefined;
    for (const end of ends) end.binding = binding;
  }

  /** A line, ring or any other graph: links dialled from the first to the second of each pair, all up. */
  wire(count: number, edges: readonly (readonly [number, number])[], options: Partial<PeerOptions> = {}): TestPeer[] {
    const peers = Array.from({ length: count }, () => this.add(options));
    for (const [a, b] of edges) {
      const from = peers[a];
      const to = peers[b];
      if (from !== undefined && to !== undefined) this.dial(from, to);
    }
    this.clock.run(1000);
    return peers;
  }

  /** Data frames handed to links and not yet taken from them: what is in flight while no link has ended. */
  inFlight(): number {
    let sum = 0;
    for (const { out, in: accepted } of this.connections) {
      for (const end of [out, accepted]) sum += (end.link?.framesOut ?? 0) - (end.link?.framesIn ?? 0);
    }
    return sum;
  }
}

/** The other end of a peer's link, played by the test. */
export class Stranger implements ConnectionUser<Link> {
  readonly got: Uint8Array[] = [];
  isEnded = false;
  #end: ConnectionEnd<Link> | undefined;
  #theirs: ConnectionEnd<Link> | undefined;

  start(end: ConnectionEnd<Link>, theirs: ConnectionEnd<Link>): void {
    this.#end = end;
    this.#theirs = theirs;
  }

  /** The peer's link. */
  get link(): Link {
    const link = this.#theirs?.link;
    if (link === undefined) throw new Error('not attached');
    return link;
  }

  /** The peer's end of the connection. */
  get theirs(): ConnectionEnd<Link> {
    if (this.#theirs === undefined) throw new Error('not attached');
    return this.#theirs;
  }

  send(bytes: Uint8Array): void {
    this.#end?.send(bytes);
  }

  close(): void {
    this.#end?.close('flush');
  }

  received(_link: Link, chunk: Uint8Array): void {
    this.got.push(chunk);
  }

  ended(): void {
    this.isEnded = true;
  }
}
