/**
 * A network of peer exchanges in virtual time: nodes are numbers, links exist or do not, dials and news take a random time. What
 * the protocol does beneath is left out. Deterministic from a seed.
 */
import type { LinkEnd } from '@peerlab/protocol';
import { Chance } from '../../protocol/test/chance.ts';
import { VirtualClock } from '../../protocol/test/virtual-clock.ts';
import type { Address } from '../src/exchange/address.ts';
import type { ExchangeDialEnd, ExchangeHost, ExchangeNeighbor } from '../src/exchange/exchange-host.ts';
import type { News } from '../src/exchange/news.ts';
import { type LinkRange, PeerExchange } from '../src/exchange/peer-exchange.ts';

const PORT = 7000;
/** The longest that a dial, or news, is under way, in milliseconds. */
const MAX_DELAY_MS = 40;

/** One node of a {@link ExchangeWorld}. */
export interface WorldNode {
  readonly index: number;
  readonly id: string;
  readonly address: Address;
  readonly exchange: PeerExchange;
  /** Where it dialled, and when. */
  readonly dials: { readonly address: Address; readonly atMs: number }[];
  /** What it told. */
  readonly told: News[];
  readonly failures: string[];
  /** Neighbours' indices; true: it dialled. */
  readonly links: Map<number, boolean>;
  /** Nodes that its user wants a link to. */
  readonly kept: Set<number>;
  isAlive: boolean;
  /** Others reach it at its address. */
  isReachable: boolean;
}

/** See the module's header. */
export class ExchangeWorld {
  readonly clock: VirtualClock = new VirtualClock();
  readonly chance: Chance;
  readonly nodes: WorldNode[] = [];
  /** Nodes on different sides do not reach each other. */
  sideOf: (index: number) => number = () => 0;

  constructor(seed: number) {
    this.chance = new Chance(seed);
  }

  /** A node that knows these others. @param range undefined: it looks for none */
  add(known: readonly number[], range: LinkRange | undefined): WorldNode {
    const index = this.nodes.length;
    let token = 0;
    const host: ExchangeHost = {
      nowMs: () => this.clock.nowMs,
      random: () => this.chance.fraction(),
      neighbors: () =>
        [...node.links].map(([other, isDialled]) => this.#neighbor(other, isDialled, node.kept.has(other))),
      neighbor: id => {
        const other = this.#indexOf(id);
        const isDialled = node.links.get(other);
        return isDialled === undefined ? undefined : this.#neighbor(other, isDialled, node.kept.has(other));
      },
      dial: (address, done) => this.#dial(node, address, done),
      tell: news => this.#tell(node, news),
      shed: id => this.cut(node, this.#nodeOf(id), 'too-many-links'),
      wake: atMs => {
        const mine = ++token;
        if (Number.isFinite(atMs)) this.clock.at(atMs, () => mine === token && node.exchange.handleTimeout());
      },
      isolated: failure => node.failures.push(failure),
    };
    const address = { host: `10.0.${index >> 8}.${index & 255}`, port: PORT };
    const exchange = new PeerExchange(host, known.map(addressOf), range);
    const records = { dials: [], told: [], failures: [], links: new Map(), kept: new Set<number>() };
    const node: WorldNode = { index, id: idOf(index), address, exchange, ...records, isAlive: true, isReachable: true };
    this.nodes.push(node);
    this.clock.at(this.clock.nowMs + this.chance.below(MAX_DELAY_MS), () => exchange.start());
    return node;
  }

  /** Ends a link, at one end now, at the other when it hears of it. */
  cut(node: WorldNode, other: WorldNode, end: LinkEnd): void {
    if (!node.links.delete(other.index)) return;
    other.links.delete(node.index);
    node.exchange.linkDown(other.id, end);
    this.#later(() => other.exchange.linkDown(node.id, end));
  }

  /** A process is gone. */
  kill(node: WorldNode): void {
    node.isAlive = false;
    node.exchange.stop();
    for (const other of [...node.links.keys()]) this.cut(node, this.#at(other), 'connection-lost');
  }

  /** The largest number of living nodes that are joined by links. */
  largestPart(): number {
    const left = new Set(this.nodes.filter(({ isAlive }) => isAlive).map(({ index }) => index));
    let largest = 0;
    for (const first of left) {
      const part = [first];
      left.delete(first);
      for (const index of part) {
        for (const other of this.#at(index).links.keys()) if (left.delete(other)) part.push(other);
      }
      largest = Math.max(largest, part.length);
    }
    return largest;
  }

  /** Links of each living node. */
  degrees(): number[] {
    return this.nodes.filter(({ isAlive }) => isAlive).map(({ links }) => links.size);
  }

  #dial(node: WorldNode, address: Address, done: (end: ExchangeDialEnd) => void): void {
    node.dials.push({ address, atMs: this.clock.nowMs });
    this.#later(() => {
      const target = this.nodes.find(
        other => other.address.host === address.host && other.address.port === address.port,
      );
      const isThere =
        target?.isAlive === true && target.isReachable && this.sideOf(target.index) === this.sideOf(node.index);
      if (!isThere || !node.isAlive) done({ failure: 'ECONNREFUSED' });
      else if (target === node) done({ failure: 'the handshake ended: own-id', end: 'own-id' });
      else {
        if (!node.links.has(target.index)) {
          node.links.set(target.index, true);
          target.links.set(node.index, false);
          node.exchange.linkUp(target.id);
          target.exchange.linkUp(node.id);
        }
        done({ id: target.id });
      }
    });
  }

  #tell(node: WorldNode, news: News): void {
    node.told.push(news);
    for (const other of node.links.keys()) {
      this.#later(() => node.links.has(other) && this.#at(other).exchange.told(node.id, news));
    }
  }

  #neighbor(index: number, isDialled: boolean, isKept: boolean): ExchangeNeighbor {
    const { id, address } = this.#at(index);
    const port = isDialled ? address.port : 50_000;
    return { id, host: address.host, port, isDialled, listenPort: address.port, isKept };
  }

  #later(run: () => void): void {
    this.clock.at(this.clock.nowMs + 1 + this.chance.below(MAX_DELAY_MS), run);
  }

  #nodeOf(id: string): WorldNode {
    return this.#at(this.#indexOf(id));
  }

  #indexOf(id: string): number {
    return Number.parseInt(id.slice(-6), 16);
  }

  #at(index: number): WorldNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`no node ${index}`);
    return node;
  }
}

/** The address of a node of a world. */
export function addressOf(index: number): Address {
  return { host: `10.0.${index >> 8}.${index & 255}`, port: PORT };
}

/** The id of a node of a world. */
export function idOf(index: number): string {
  return `00000000-0000-4000-8000-000000${index.toString(16).padStart(6, '0')}`;
}
