/**
 * Messages alike: of one origin, to the same recipient, with the same TTL. The graph promises the same of each, so
 * those that kept the promise are kept as sums. A load of millions has a few of these.
 */
import { distancesFrom, type Graph } from '@peerlab/graph';
import { expectedReceivers, type SentMessage } from './judge-message.ts';
import type { Reception } from './reception.ts';

/** What is the same of messages alike. */
export type Address = Omit<SentMessage, 'id' | 'content'>;

/** Messages that were delivered once to each expected peer, and to no other. */
export interface WholeMessages {
  readonly address: Address;
  /** The id of one of them; undefined where there is none. */
  readonly exampleId: string | undefined;
  readonly count: number;
  /** Who received each of them, ascending. */
  readonly expected: readonly number[];
  /** How often which hop count came, by receiver. */
  readonly hops: ReadonlyMap<number, ReadonlyMap<number, number>>;
  /** The longest time from a sending to a delivery, in milliseconds; 0 where nobody had to receive them. */
  readonly slowestMs: number;
}

/** See the module's header. */
export class AlikeMessages implements WholeMessages {
  readonly address: Address;
  readonly expected: readonly number[];
  /** Hops from the origin, by peer; -1: no path. */
  readonly distance: Int32Array;
  readonly hops: Map<number, Map<number, number>> = new Map();
  exampleId: string | undefined;
  count = 0;
  slowestMs = 0;

  constructor(graph: Graph, address: Address, distance: Int32Array = distancesFrom(graph, address.from)) {
    this.address = address;
    this.distance = distance;
    this.expected = expectedReceivers(address, distance);
  }

  /** Adds one that is whole. */
  add(id: string, receptions: readonly Reception[], sentAtMs: number): void {
    this.exampleId ??= id;
    this.count++;
    for (const { peer, hops, atMs } of receptions) {
      const counts = this.hops.get(peer) ?? new Map<number, number>();
      this.hops.set(peer, counts.set(hops, (counts.get(hops) ?? 0) + 1));
      this.slowestMs = Math.max(this.slowestMs, atMs - sentAtMs);
    }
  }

  /** One that was whole is not any more: another delivery of it has come. Its hops and times stay: they were seen. */
  takeOut(): void {
    this.count--;
  }
}
