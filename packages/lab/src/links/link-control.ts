/**
 * What holds on the links of a lab, told to the peers at their ends and asked back from them: one thing after the other, so
 * that no answer is older than what was told. Where a peer cannot cut a link itself, the kernel is told.
 */
import type { CutsNetwork, Lacking, PeerFacts } from '@peerlab/driver';
import { possibleLinks, type Topology } from '@peerlab/topology';
import { isBlocked, KernelCuts } from './kernel-cuts.ts';
import { type Direction, direction, endsOf, type Layer, LinkState } from './link-state.ts';
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
  /** The directions that neither a peer nor the kernel could be told. */
  readonly untold: readonly Direction[];
  /** The directions that the kernel cuts. */
  readonly byKernel: readonly Direction[];
}

/** See the module's header. */
export class LinkControl {
  readonly state: LinkState;
  readonly #topology: Topology;
  readonly #peers: PeersNow;
  readonly #kernel: KernelCuts;
  readonly #drawn: ReadonlySet<Direction>;
  /** Peers that cannot shape what they send, by what each said when it was seen last. */
  readonly #unable: Set<number> = new Set();
  #turns: Promise<void> = Promise.resolve();
  /** Peers that come back, and were not told yet what was set while they were away: what they would answer is old. */
  readonly #returning: Set<number> = new Set();

  constructor(topology: Topology, peers: PeersNow, kernel: CutsNetwork | Lacking) {
    this.#topology = topology;
    this.#peers = peers;
    this.#kernel = new KernelCuts(kernel);
    this.#drawn = new Set(possibleLinks(topology).flatMap(({ a, b }) => [direction(a, b), direction(b, a)]));
    this.state = new LinkState(topology);
  }

  /** Looks what others have set on the links. */
  async look(): Promise<void> {
    await this.#inTurn(async () => {
      this.#meet();
      await Promise.all([askShapes(this.#shaped, peer => !this.#returning.has(peer)), this.#kernel.look(this.state)]);
    });
  }

  /** Looks what others have the kernel cut: no peer is asked. */
  async lookAtKernel(): Promise<void> {
    await this.#inTurn(async () => await this.#kernel.look(this.state));
  }

  /** Why the kernel cannot cut for peers that cannot themselves; undefined where it can. */
  get withoutKernel(): Lacking | undefined {
    return this.#kernel.lacking;
  }

  /** True for two peers of which one cannot cut a link itself, where the kernel can: it then cuts all that is between them. */
  isForKernel(a: number, b: number): boolean {
    return this.#kernel.lacking === undefined && (this.#unable.has(a) || this.#unable.has(b));
  }

  /** True where the kernel lets nothing through from the first peer to the second. */
  readonly isCutByKernel = (from: number, to: number): boolean => this.#kernel.now.has(direction(from, to));

  /** The ways that the kernel cuts. */
  get kernelWays(): (readonly [from: number, to: number])[] {
    return [...this.#kernel.now].map(endsOf);
  }

  /** True where the kernel cuts a single way between some peers: what TCP makes of the other way cannot be predicted. */
  get hasOneWayByKernel(): boolean {
    return this.kernelWays.some(([from, to]) => !this.state.isDown(from, to) && !this.isCutByKernel(to, from));
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
      await this.#inTurn(async () => {
        // Another process may have set something meanwhile, or before this one looked: its neighbours know.
        await askShapes(this.#shaped, other => !this.#returning.has(other));
        await this.#kernel.look(this.state);
        await this.#tell(outgoing);
      });
    } finally {
      this.#returning.delete(peer);
    }
  }

  /** Has the topology's own settings hold everywhere, whatever was set. */
  async reset(): Promise<void> {
    await this.#inTurn(async () => {
      const before = this.state.changed;
      this.state.clear();
      await this.#kernel.restoreAll();
      await this.#tell(new Set([...before, ...this.state.ownDirections]));
    });
  }

  /** Has the topology's own settings hold on one link, both ways. */
  async restore(a: number, b: number): Promise<void> {
    const keys = [direction(a, b), direction(b, a)];
    await this.#inTurn(async () => {
      this.state.forget(keys);
      await this.#tell(keys);
    });
  }

  /** Puts settings on directions of links, on top of what holds there. @throws {LabError} what a peer answers; then nothing is set */
  async put(layer: Layer): Promise<PutLayer> {
    const keys = [...layer.keys()];
    const take = async (): Promise<void> => {
      await this.#inTurn(async () => {
        if (this.state.take(layer)) await this.#tell(keys);
      });
    };
    try {
      const untold = await this.#inTurn(async () => {
        this.state.put(layer);
        return await this.#tell(keys);
      });
      const byKernel = keys.filter(key => this.#kernel.now.has(key));
      return { take, untold, byKernel };
    } catch (error) {
      await take().catch(() => undefined);
      throw error;
    }
  }

  /** Why a link cannot be there: a fault cuts it, or one of its peers is away on purpose. */
  readonly whyCut: WhyCut = (a, b) => {
    const isByKernel = this.isCutByKernel(a, b) || this.isCutByKernel(b, a);
    if (this.state.isDown(a, b)) return `a fault cuts this link${isByKernel ? ', by the kernel' : ''}`;
    if (isByKernel) return 'a fault cuts this link one way, by the kernel';
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

  /** @returns the directions that neither a peer nor the kernel could be told */
  async #tell(directions: Iterable<Direction>): Promise<Direction[]> {
    this.#meet();
    const keys = [...directions];
    // What is between peers without a link is no affair of theirs.
    const untold = new Set(keys.filter(key => !this.#drawn.has(key)));
    const drawn = keys.filter(key => !untold.has(key));
    for (const key of await tellShapes(this.#shaped, drawn)) untold.add(key);
    const isOurs = (key: Direction): boolean => {
      return untold.has(key) && (!this.#drawn.has(key) || this.#unable.has(endsOf(key)[0]));
    };
    await this.#kernel.tell(this.state, keys, isOurs);
    return [...untold].filter(key => !(this.#kernel.now.has(key) && isBlocked(this.state, key)));
  }

  #meet(): void {
    for (const [peer, end] of this.#peers.all.entries()) {
      if (end?.client.can('shape') === false) this.#unable.add(peer);
      else if (end !== undefined) this.#unable.delete(peer);
    }
  }

  get #shaped(): ShapedLab {
    const { all, facts } = this.#peers;
    return { topology: this.#topology, links: this.state, endpoints: all, nodeIds: facts.map(({ nodeId }) => nodeId) };
  }
}
