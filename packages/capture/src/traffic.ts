/** Traffic from peer to peer: IP packets, counted where they were sent and where they arrived. */
import type { IpPacket } from './ip-packet.ts';

/** Packets and bytes; bytes with IP headers, without those of links. */
export interface Amount {
  readonly packets: number;
  readonly bytes: number;
}

/** What one peer sent to another, by names. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  /** As the sender's interface saw it; null where the sender was not captured. */
  readonly sent: Amount | null;
  /** As the receiver's interface saw it; null where the receiver was not captured. */
  readonly arrived: Amount | null;
}

/** A peer as traffic knows it. */
export interface TrafficPeer {
  readonly name: string;
  readonly address: string;
}

type Counter = { packets: number; bytes: number };

/** Counts packets as they are captured. Peers are indexes. */
export class TrafficCounter {
  readonly #peers: readonly TrafficPeer[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #sent: Map<string, Counter> = new Map();
  readonly #arrived: Map<string, Counter> = new Map();
  readonly #seen: Set<number> = new Set();
  readonly #elsewhere: Counter = { packets: 0, bytes: 0 };

  constructor(peers: readonly TrafficPeer[]) {
    this.#peers = peers;
    this.#places = new Map(peers.map(({ address }, place) => [address, place]));
  }

  /** Peers whose interface is captured from now on: without a packet they sent none. */
  capture(peers: Iterable<number>): void {
    for (const peer of peers) this.#seen.add(peer);
  }

  /**
   * Counts a packet.
   * @param at those whose interface saw it
   * @returns those of them that sent it or that it is for
   */
  count(packet: IpPacket, at: readonly number[]): readonly number[] {
    const [from, to] = [this.#places.get(packet.from), this.#places.get(packet.to)];
    if (from === undefined || to === undefined) add(this.#elsewhere, packet);
    else {
      if (at.includes(from)) add(counterOf(this.#sent, from, to), packet);
      if (at.includes(to)) add(counterOf(this.#arrived, from, to), packet);
    }
    return at.filter(peer => peer === from || peer === to);
  }

  /** To or from addresses of no peer: multicast, broadcast. One that several peers saw counts as often. */
  get elsewhere(): Amount {
    return { ...this.#elsewhere };
  }

  /** In the order of the topology; pairs between which nothing was seen are left out. */
  get flows(): readonly Flow[] {
    const none = { packets: 0, bytes: 0 };
    return this.#peers.flatMap((sender, from) =>
      this.#peers.flatMap((receiver, to): Flow[] => {
        const key = keyOf(from, to);
        const [sent, arrived] = [this.#sent.get(key), this.#arrived.get(key)];
        if (sent === undefined && arrived === undefined) return [];
        return [
          {
            from: sender.name,
            to: receiver.name,
            sent: this.#seen.has(from) ? { ...(sent ?? none) } : null,
            arrived: this.#seen.has(to) ? { ...(arrived ?? none) } : null,
          },
        ];
      }),
    );
  }
}

function counterOf(counters: Map<string, Counter>, from: number, to: number): Counter {
  const key = keyOf(from, to);
  const known = counters.get(key) ?? { packets: 0, bytes: 0 };
  counters.set(key, known);
  return known;
}

function keyOf(from: number, to: number): string {
  return `${from}>${to}`;
}

function add(counter: Counter, { bytes }: IpPacket): void {
  counter.packets += 1;
  counter.bytes += bytes;
}
