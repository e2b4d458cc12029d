/**
 * What holds on the links of a lab, told to the peers at their ends and asked back from them: one thing after the other, so
 * that no answer is older than what was told.
 */
import type { PeerFacts } from '@peerlab/driver';
import { possibleLinks, type Topology } from '@peerlab/topology';
import { type Direction, direction, type Layer, LinkState } from './link-state.ts';
import type { Endpoint, WhyCut } from './linked-lab.ts';
import { askShapes, type ShapedLab, tellShapes } from './shaping.ts';

/** The peers as they are now, in topology order. */
export interface PeersNow {
  /** Undefined where a peer does not run, is paused, or has ended meanwhile. */
  readonly all: readonly Endpoint[];
  readonly facts: readonly PeerFacts[];
}

/** A layer of settings that was put on links. */
export interface PutLayer {
  /** Takes it off again. */
  readonly take: () => Promise<void>;
  /** The directions that no peer could be told. */
  readonly untold: readonly Direction[];
}

/** See the module's header. */
export class LinkControl {
  readonly state: LinkState;
  readonly #topology: Topology;
  readonly #peers: PeersNow;
  #turns: Promise<void> = Promise.resolve();
  /** Peers that come back, and were not told yet what was set while they were away: what they would answer is old. */
  readonly #returning: Set<number> = new Set();

  constructor(topology: Topology, peers: PeersNow) {
    this.#topology = topology;
    this.#peers = peers;
    this.state = new LinkState(topology);
  }

  /** Looks what others have set on the links. */
  async look(): Promise<void> {
    await this.#inTurn(async () => await askShapes(this.#shaped, peer => !this.#returning.has(peer)));
  }

  /** Does what brings a peer back, and tells it what is to hold on what it sends, whatever was set while it was away. */
  async bringBack(peer: number, bring: () => Promise<void>): Promise<void> {
    this.#returning.add(peer);
    try {
      // Not in turn: the operation that has the turn may be waiting for this very peer.
      await bring();
      const outgoing = possibleLinks(this.#topology).flatMap(({ a, b }) =>
        a === peer ? [direction(a, b)] : b === peer ? [direction(b, a)] : [],
      );
      await this.#inTurn(async () => await tellShapes(this.#shaped, outgoing));
    } finally {
      this.#returning.delete(peer);
    }
  }

  /** Has the topology's own settings hold everywhere, whatever was set. */
  async reset(): Promise<void> {
    await this.#inTurn(async () => {
      const before = this.state.changed;
      this.state.clear();
      await tellShapes(this.#shaped, new Set([...before, ...this.state.ownDirections]));
    });
  }

  /** Has the topology's own settings hold on one link, both ways. */
  async restore(a: number, b: number): Promise<void> {
    const keys = [direction(a, b), direction(b, a)];
    await this.#inTurn(async () => {
      this.state.forget(keys);
      await tellShapes(this.#shaped, keys);
    });
  }

  /** Puts settings on directions of links, on top of what holds there. @throws {LabError} what a peer answers; then nothing is set */
  async put(layer: Layer): Promise<PutLayer> {
    const keys = [...layer.keys()];
    const take = async (): Promise<void> => {
      await this.#inTurn(async () => {
        if (this.state.take(layer)) await tellShapes(this.#shaped, keys);
      });
    };
    try {
      const untold = await this.#inTurn(async () => {
        this.state.put(layer);
        return await tellShapes(this.#shaped, keys);
      });
      return { take, untold };
    } catch (error) {
      await take().catch(() => undefined);
      throw error;
    }
  }

  /** Why a link cannot be there: a fault cuts it, or one of its peers is away on purpose. */
  readonly whyCut: WhyCut = (a, b) => {
    if (this.state.isDown(a, b)) return 'a fault cuts this link';
    for (const peer of [a, b]) {
      const { state, isolated, name } = this.#peers.facts[peer] ?? {};
      if (state === 'paused') return `${name} is paused`;
      if (isolated === true) return `${name} is disconnected from the network`;
    }
    return undefined;
  };

  /**
   * Does work that asks or tells what is set on links after all such work that was begun before it. An answer that was on its
   * way while something was set would be taken for what somebody else has set.
   */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turns.then(work);
    this.#turns = turn.then(
      () => undefined,
      () => undefined,
    );
    return await turn;
  }

  get #shaped(): ShapedLab {
    const { all, facts } = this.#peers;
    return { topology: this.#topology, links: this.state, endpoints: all, nodeIds: facts.map(({ nodeId }) => nodeId) };
  }
}
