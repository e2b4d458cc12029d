/**
 * Finds neighbours: from the addresses that a node is given, and from those that neighbours tell. It keeps between `min` and
 * `max` links, tells only addresses at which it has reached their node itself, and comes back to the given addresses now and then,
 * so that parts of a network that have lost each other meet again. It has no I/O, clock or randomness. docs/PROTOCOL.md#peer-exchange.
 */
import type { LinkEnd } from '@peerlab/protocol';
import { type Address, formatAddress, isBelievable } from './address.ts';
import { AddressBook, draw } from './address-book.ts';
import { Backoff } from './backoff.ts';
import type { ExchangeDialEnd, ExchangeHost, ExchangeNeighbor } from './exchange-host.ts';
import { type KnownNode, MAX_TOLD, type News } from './news.ts';

/** How many links a node wants. */
export interface LinkRange {
  readonly min: number;
  readonly max: number;
}

/** Dials under way at once: a lost neighbourhood is back soon, and nobody is flooded with connections. */
const MAX_DIALS = 4;
/**
 * Dials of told addresses: so many at once, and so many in a second on average. A neighbour that tells lies has this node knock
 * at five doors a second at the most.
 */
const DIAL_BURST = 8;
const DIALS_PER_SECOND = 5;
/** From one telling to the next at the least, in milliseconds: however often neighbours ask. */
const TELL_INTERVAL_MS = 250;
/** From a change of links to telling of it, in milliseconds: one message for several changes. */
const CHANGE_DELAY_MS = 1000;
/** Between two asks, or two dials of given addresses: doubled from the first to the last, in milliseconds. */
const RETRY_MS = { first: 250, last: 30_000 };
/** From one look at the given addresses to the next while there are enough links, in milliseconds; half to whole, at random. */
const RECHECK_MS = 300_000;
/** Between two times that links are shed, in milliseconds: what neighbours know of each other's links is then new again. */
const SHED_INTERVAL_MS = 2000;
/** The part of the links above `max` that is shed at a time. */
const SHED_SHARE = 1 / 4;
/** How long an address that failed, or shed this node, is left alone, in milliseconds. */
const REST_MS = 60_000;

/** Ends that tell that this node is not wanted there by its user, or never will be. */
const FINAL: ReadonlySet<LinkEnd> = new Set(['hangup', 'own-id', 'wrong-version', 'wrong-network', 'wrong-security']);

/** Ids that are avoided: a bound on memory. */
const MAX_AVOIDED = 1024;

/** See the module's header. */
export class PeerExchange {
  readonly #host: ExchangeHost;
  readonly #given: Address[];
  /** Undefined: this node looks for no links, and tells who asks. */
  readonly #range: LinkRange | undefined;
  readonly #book: AddressBook = new AddressBook();
  /** Neighbours, and where this node has reached them itself. */
  readonly #reached: Map<string, Address> = new Map();
  /** The latest news of each neighbour. */
  readonly #news: Map<string, News> = new Map();
  /** By neighbour that has too many links: the neighbour of it that this node has dialled, so that they have one in common. */
  readonly #met: Map<string, string> = new Map();
  readonly #avoided: Set<string> = new Set();
  /** Ids and given addresses that are being dialled for a link. */
  readonly #dialled: Set<string> = new Set();
  /** Neighbours that are being dialled back. */
  readonly #reaching: Set<string> = new Set();
  /** The node that each given address has led to. */
  readonly #givenNodes: Map<Address, string> = new Map();
  readonly #asks: Backoff;
  readonly #givenDials: Backoff;
  #recheckAtMs: number;
  #tellAtMs: number = Number.POSITIVE_INFINITY;
  #toldAtMs: number = Number.NEGATIVE_INFINITY;
  #shedAtMs = 0;
  #dialTokens = DIAL_BURST;
  #tokensAtMs: number;
  #isStopped = false;

  /** @param given addresses that the user gave, names or IP addresses */
  constructor(host: ExchangeHost, given: readonly Address[], range: LinkRange | undefined) {
    this.#host = host;
    this.#given = [...given];
    this.#range = range;
    this.#asks = new Backoff(RETRY_MS);
    this.#givenDials = new Backoff(RETRY_MS);
    this.#recheckAtMs = this.#nextRecheck();
    this.#tokensAtMs = host.nowMs();
  }

  /** Begins to look for links. */
  start(): void {
    this.#step();
  }

  /** Looks for none any more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** A link to a neighbour is up. */
  linkUp(id: string): void {
    const neighbor = this.#neighbor(id);
    if (neighbor?.isDialled === true) this.#reached.set(id, neighbor);
    this.#asks.reset(this.#host.nowMs());
    this.#changed();
  }

  /** A neighbour's link is gone, and no other to it is there. */
  linkDown(id: string, end: LinkEnd): void {
    const address = this.#reached.get(id);
    this.#reached.delete(id);
    this.#news.delete(id);
    this.#met.delete(id);
    if (FINAL.has(end)) this.avoid(id);
    else if (address !== undefined && this.#range !== undefined) {
      if (end === 'too-many-links') this.#book.rest(address, this.#host.nowMs() + REST_MS);
      else this.#book.add({ id, ...address }, '', this.#host.nowMs());
    }
    this.#asks.reset(this.#host.nowMs());
    this.#givenDials.reset(this.#host.nowMs());
    this.#changed();
  }

  /** Dials this node no more: its user does not want the link, or the other's does not. */
  avoid(id: string): void {
    const [oldest] = this.#avoided.size >= MAX_AVOIDED ? this.#avoided : [];
    if (oldest !== undefined) this.#avoided.delete(oldest);
    this.#avoided.add(id);
  }

  /** A neighbour has told its links. */
  told(id: string, news: News): void {
    const neighbor = this.#neighbor(id);
    if (neighbor === undefined || this.#isStopped) return;
    this.#news.set(id, news);
    const now = this.#host.nowMs();
    if (this.#range !== undefined) {
      for (const node of news.nodes) if (isBelievable(node, neighbor.host)) this.#book.add(node, id, now);
    }
    this.#reach(neighbor);
    if (news.isAsking) this.#tellAtMs = Math.min(this.#tellAtMs, Math.max(now, this.#toldAtMs + TELL_INTERVAL_MS));
    this.#step();
  }

  /** Does what is due. */
  handleTimeout(): void {
    this.#step();
  }

  #step(): void {
    if (this.#isStopped) return;
    const now = this.#host.nowMs();
    const range = this.#range;
    if (range !== undefined) {
      const count = this.#host.neighbors().length;
      if (count < range.min) this.#look(range.min - count, now);
      else if (count > range.max && now >= this.#shedAtMs) this.#shed(count - range.max, now);
      else if (count >= range.min && count < range.max) this.#meetAround(now);
      if (now >= this.#recheckAtMs) {
        this.#recheckAtMs = this.#nextRecheck();
        this.#dialGiven();
      }
    }
    if (now >= this.#tellAtMs) this.#tell(false, now);
    this.#host.wake(this.#nextAtMs(now));
  }

  /** Dials what it knows of; asks for more; and goes back to what it was given where that leads nowhere. */
  #look(missing: number, now: number): void {
    const isWanted = ({ id }: KnownNode): boolean => this.#isNew(id);
    this.#refill(now);
    for (let room = Math.min(missing, MAX_DIALS) - this.#dialled.size; room > 0 && this.#dialTokens >= 1; room--) {
      const node = this.#book.take(isWanted, () => this.#host.random());
      if (node === undefined) break;
      this.#dialKnown(node);
    }
    if (this.#dialled.size === 0 && this.#givenDials.isDue(now)) {
      this.#givenDials.next(now);
      this.#dialGiven();
    }
    if (this.#host.neighbors().length > 0 && this.#asks.isDue(now)) {
      this.#asks.next(now);
      this.#tell(true, now);
    }
  }

  /** Links to a neighbour of each neighbour that has too many links, so that the latter can end its link to this node. */
  #meetAround(now: number): void {
    this.#refill(now);
    for (const [id, { isFull, nodes }] of this.#news) {
      const met = this.#met.get(id);
      if (!isFull || this.#dialTokens < 1 || this.#dialled.size >= MAX_DIALS) continue;
      if (met !== undefined && (this.#dialled.has(met) || this.#neighbor(met) !== undefined)) continue;
      if (nodes.some(node => this.#neighbor(node.id) !== undefined)) continue;
      const host = this.#neighbor(id)?.host ?? '';
      const isOpen = (node: KnownNode): boolean =>
        this.#isNew(node.id) && isBelievable(node, host) && !this.#book.isResting(node, now);
      const node = draw(nodes.filter(isOpen), () => this.#host.random());
      if (node === undefined) continue;
      this.#met.set(id, node.id);
      this.#dialKnown(node);
    }
  }

  #dialKnown(node: KnownNode): void {
    this.#dialTokens--;
    this.#dialled.add(node.id);
    this.#host.dial(node, end => this.#dialDone(node, node.id, end));
  }

  #isNew(id: string): boolean {
    return !this.#avoided.has(id) && this.#neighbor(id) === undefined && !this.#dialled.has(id);
  }

  #refill(now: number): void {
    this.#dialTokens = Math.min(DIAL_BURST, this.#dialTokens + ((now - this.#tokensAtMs) / 1000) * DIALS_PER_SECOND);
    this.#tokensAtMs = now;
  }

  /** Dials one of the given addresses at which no neighbour is. */
  #dialGiven(): void {
    const isNew = (given: Address): boolean => {
      const id = this.#givenNodes.get(given);
      return !this.#dialled.has(formatAddress(given)) && (id === undefined || this.#isNew(id));
    };
    const address = draw(this.#given.filter(isNew), () => this.#host.random());
    if (address === undefined) return;
    const key = formatAddress(address);
    this.#dialled.add(key);
    this.#host.dial(address, end => {
      if ('id' in end) {
        this.#givenNodes.set(address, end.id);
        // The user has hung this node up, at another address.
        if (this.#avoided.has(end.id) && this.#neighbor(end.id)?.isDialled === true) this.#host.shed(end.id);
      } else if (end.end === 'own-id') this.#given.splice(this.#given.indexOf(address), 1);
      this.#dialDone(address, key, end);
      if ('failure' in end && this.#host.neighbors().length === 0 && !this.#isStopped) {
        this.#host.isolated(`${key}: ${end.failure}`);
      }
    });
  }

  #dialDone(address: Address, key: string, end: ExchangeDialEnd): void {
    this.#dialled.delete(key);
    if (this.#isStopped) return;
    if ('id' in end) {
      if (!this.#reached.has(end.id) && this.#neighbor(end.id) !== undefined) this.#reached.set(end.id, address);
    } else this.#book.rest(address, this.#host.nowMs() + REST_MS);
    this.#step();
  }

  /**
   * Dials a neighbour back that dialled this node and takes part: at the address that its connection came from, and at no
   * other, so that nobody can have this node dial a third. It ends at the link that is there.
   */
  #reach({ id, host, listenPort }: ExchangeNeighbor): void {
    if (this.#reached.has(id) || listenPort === 0 || this.#reaching.has(id)) return;
    const address = { host, port: listenPort };
    this.#reaching.add(id);
    this.#host.dial(address, end => {
      this.#reaching.delete(id);
      if (!('id' in end) || end.id !== id || this.#isStopped || this.#neighbor(id) === undefined) return;
      this.#reached.set(id, address);
      this.#changed();
    });
  }

  /**
   * Ends links to neighbours that can spare them, and that a common neighbour still joins to this node: so the network stays
   * in one piece. A part of them at a time, so that the common neighbours are left.
   */
  #shed(excess: number, now: number): void {
    this.#shedAtMs = now + SHED_INTERVAL_MS;
    const neighbors = new Map(this.#host.neighbors().map(neighbor => [neighbor.id, neighbor]));
    const common = new Set<string>();
    for (let left = Math.ceil(excess * SHED_SHARE); left > 0; left--) {
      const spared = [...this.#news].filter(
        ([id, { canSpare, nodes }]) =>
          canSpare &&
          neighbors.get(id)?.isKept === false &&
          !common.has(id) &&
          nodes.some(node => node.id !== id && neighbors.has(node.id)),
      );
      const [id, { nodes } = { nodes: [] }] = draw(spared, () => this.#host.random()) ?? [];
      if (id === undefined) return;
      const joining = nodes.find(node => node.id !== id && neighbors.has(node.id));
      if (joining !== undefined) common.add(joining.id);
      neighbors.delete(id);
      this.#news.delete(id);
      this.#host.shed(id);
    }
  }

  #tell(isAsking: boolean, now: number): void {
    this.#tellAtMs = Number.POSITIVE_INFINITY;
    this.#toldAtMs = now;
    const neighbors = this.#host.neighbors();
    if (neighbors.length === 0) return;
    const nodes = neighbors.flatMap(({ id }) => {
      const address = this.#reached.get(id);
      return address === undefined ? [] : [{ id, host: address.host, port: address.port }];
    });
    // Of more than fit, others each time.
    while (nodes.length > MAX_TOLD) nodes.splice(Math.floor(this.#host.random() * nodes.length), 1);
    const isFull = this.#range !== undefined && neighbors.length > this.#range.max;
    const canSpare = neighbors.length >= Math.max(2, this.#range?.min ?? 0);
    this.#host.tell({ isAsking, canSpare, isFull, nodes });
  }

  #changed(): void {
    if (this.#isStopped) return;
    const soon = this.#host.nowMs() + CHANGE_DELAY_MS;
    if (this.#range !== undefined) this.#tellAtMs = Math.min(this.#tellAtMs, soon);
    this.#step();
  }

  #nextAtMs(now: number): number {
    const { min, max } = this.#range ?? { min: 0, max: Number.POSITIVE_INFINITY };
    const count = this.#host.neighbors().length;
    let next = Math.min(this.#tellAtMs, this.#range === undefined ? Number.POSITIVE_INFINITY : this.#recheckAtMs);
    if (count > max) next = Math.min(next, this.#shedAtMs);
    if (count < min && this.#dialled.size === 0) next = Math.min(next, this.#givenDials.atMs);
    if (count < min && this.#dialTokens < 1) next = Math.min(next, now + 1000 / DIALS_PER_SECOND);
    if (count < min && count > 0) next = Math.min(next, this.#asks.atMs);
    return Math.max(next, now + 1);
  }

  #nextRecheck(): number {
    return this.#host.nowMs() + RECHECK_MS * (1 + this.#host.random()) * 0.5;
  }

  #neighbor(id: string): ExchangeNeighbor | undefined {
    return this.#host.neighbor(id);
  }
}
