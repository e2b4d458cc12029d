/** The faults of one lab: applied, told, taken back, and what it takes until the lab is as drawn again. */

import type { NetemSettings, PeerFacts, RunningLab } from '@peerlab/driver';
import { clockOf, LabError } from '@peerlab/driver';
import type { Topology } from '@peerlab/topology';
import { askShapes, type ShapedLab, tellShapes } from '../links/shaping.ts';
import { dialMissing, type Endpoint, type LinkFault, surveyLinks, type WhyCut } from '../links/wiring.ts';
import { applyFault } from './apply-fault.ts';
import { chosenLinks, type LinkPlaces } from './choose-targets.ts';
import type { ActiveFault, AppliedFault, Fault, Recovery } from './fault.ts';
import { type Direction, direction, type Layer, LinkState } from './link-state.ts';
import { measureLatency } from './round-trips.ts';

/** What faults need of the lab that they are done to. */
export interface FaultyLab {
  readonly running: RunningLab;
  readonly topology: Topology;
  readonly endpoints: readonly Endpoint[];
  readonly peers: readonly PeerFacts[];
  peerIndex(name: string): number;
  kill(peer: string, signal?: NodeJS.Signals): Promise<void>;
  stop(peer: string): Promise<void>;
  start(peer: string): Promise<void>;
  pause(peer: string): Promise<void>;
  unpause(peer: string): Promise<void>;
  isolate(peer: string): Promise<void>;
  rejoin(peer: string): Promise<void>;
  refresh(): Promise<void>;
}

/** How long a wait for recovery may take. */
export interface RecoveryOptions {
  /**
   * How long links may take to come back by themselves before the lab dials them, in milliseconds.
   * @default 8000: peers dial again within 5 s
   */
  readonly ownMs?: number | undefined;
  /** How long it may take altogether. @default 60000: a peer notices within 25 s that a paused neighbour has left it */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const OWN_MS = 8000;
const TIMEOUT_MS = 60_000;
/** Between two looks at the links, in milliseconds. */
const LOOK_MS = 20;
const MAX_LOOK_MS = 200;

/** A fault's settings of the peers' interfaces, where the kernel shapes. */
type KernelShapes = ReadonlyMap<number, NetemSettings>;

/** See the module's header. */
export class LabFaults {
  readonly links: LinkState;
  readonly #lab: FaultyLab;
  #turns: Promise<void> = Promise.resolve();
  /** Peers that come back, and were not told yet what was set while they were away: what they would answer is old. */
  readonly #returning: Set<number> = new Set();

  constructor(lab: FaultyLab) {
    this.#lab = lab;
    this.links = new LinkState(lab.topology);
  }

  /** Looks what others have set on the links. */
  async look(): Promise<void> {
    await this.#inTurn(async () => await askShapes(this.#shaped, peer => !this.#returning.has(peer)));
  }

  /** Does what brings a peer back, and tells it what is to hold on what it sends, whatever was set while it was away. */
  async bringBack(peer: number, bring: () => Promise<void>): Promise<void> {
    this.#returning.add(peer);
    try {
      // Not in turn: whoever has the turn may be waiting for this very peer to go on.
      await bring();
      const outgoing = this.#lab.topology.links.flatMap(({ a, b }) =>
        a === peer ? [direction(a, b)] : b === peer ? [direction(b, a)] : [],
      );
      await this.#inTurn(async () => await tellShapes(this.#shaped, outgoing));
    } finally {
      this.#returning.delete(peer);
    }
  }

  /** Has the topology's own settings hold everywhere, whatever was set. */
  async resetLinks(): Promise<void> {
    await this.#inTurn(async () => {
      const before = this.links.changed;
      this.links.clear();
      await tellShapes(this.#shaped, new Set([...before, ...this.links.ownDirections]));
    });
  }

  /** Applies a fault, wholly or not at all. @throws {LabError} as {@link Lab.fault} */
  async apply(fault: Fault): Promise<AppliedFault> {
    await this.#lab.refresh();
    return await applyFault(this, fault);
  }

  /** What is wrong on purpose. */
  async active(): Promise<ActiveFault[]> {
    await this.#lab.refresh();
    await this.look();
    return this.#active();
  }

  /** Takes everything back, and waits until the lab is as drawn. @throws {LabError} `LINKS_MISSING`; what starting throws */
  async heal(options: RecoveryOptions): Promise<Recovery> {
    const { running } = this.#lab;
    const clock = clockOf(running);
    const startedAtMs = clock.nowMs();
    const lifted = await this.active();
    await this.resetLinks();
    await this.#unshapeByKernel(this.#lab.peers.map(({ index }) => index));
    const of = (kind: string): string[] =>
      lifted.flatMap(fault => (fault.kind === kind && 'peer' in fault ? [fault.peer] : []));
    await together(of('isolated'), async peer => await this.#lab.rejoin(peer));
    await together(of('paused'), async peer => await this.#lab.unpause(peer));
    await together(of('stopped'), async peer => await this.#lab.start(peer));
    const { links, dialled } = await this.recovered(options);
    return { lifted, timeMs: clock.nowMs() - startedAtMs, links, dialled };
  }

  /** Waits until every drawn link that no fault keeps down is up at both ends. @throws {LabError} `LINKS_MISSING`, `ABORTED` */
  async recovered(options: RecoveryOptions): Promise<Pick<Recovery, 'links' | 'dialled' | 'timeMs'>> {
    const { ownMs = OWN_MS, timeoutMs = TIMEOUT_MS, signal } = options;
    const { topology, running } = this.#lab;
    const clock = clockOf(running);
    const startedAtMs = clock.nowMs();
    let dialled = 0;
    let hasDialled = false;
    for (let looks = 0; ; looks++) {
      if (signal?.aborted) throw new LabError('ABORTED', 'given up while waiting for the links to return');
      const { faults, up } = await surveyLinks(topology, this.#lab.endpoints, this.whyCut);
      // A neighbour of a peer that does not run may hold its link for a while yet: that is not one that is missing.
      const isWanted = ({ fault }: LinkFault): boolean => fault !== 'cut' && fault !== 'not-drawn';
      const missing = faults.filter(fault => isWanted(fault) && fault.culprit === undefined);
      const timeMs = clock.nowMs() - startedAtMs;
      if (missing.length === 0) return { links: up, dialled, timeMs };
      if (timeMs > timeoutMs) {
        const shown = missing.slice(0, 5).map(({ detail }) => detail);
        const more = missing.length > shown.length ? `; and ${missing.length - shown.length} more` : '';
        const message = `the links did not return within ${timeoutMs} ms: ${shown.join('; ')}${more}`;
        throw new LabError('LINKS_MISSING', message, { details: { missing } });
      }
      if (timeMs > ownMs && !hasDialled) {
        hasDialled = true;
        dialled = await dialMissing(topology, this.#lab.endpoints, undefined, this.whyCut);
        continue;
      }
      await clock.until(clock.nowMs() + Math.min(MAX_LOOK_MS, LOOK_MS * 2 ** looks), signal).catch(() => undefined);
    }
  }

  /** Why a link cannot be there: a fault cuts it, or one of its peers is away on purpose. */
  readonly whyCut: WhyCut = (a, b) => {
    if (this.links.isDown(a, b)) return 'a fault cuts this link';
    for (const peer of [a, b]) {
      const { state, isolated, name } = this.#lab.peers[peer] ?? {};
      if (state === 'paused') return `${name} is paused`;
      if (isolated === true) return `${name} is off the network`;
    }
    return undefined;
  };

  nameOf(peer: number): string {
    return this.#lab.topology.peers[peer]?.name ?? '';
  }

  get lab(): FaultyLab {
    return this.#lab;
  }

  /**
   * Puts settings on directions of links, on top of what holds there.
   * @returns what takes them off again, and the directions that no peer could be told
   */
  async putLayer(layer: Layer): Promise<{ readonly take: () => Promise<void>; readonly untold: Direction[] }> {
    const keys = [...layer.keys()];
    const take = async (): Promise<void> => {
      await this.#inTurn(async () => {
        if (this.links.take(layer)) await tellShapes(this.#shaped, keys);
      });
    };
    try {
      const untold = await this.#inTurn(async () => {
        this.links.put(layer);
        return await tellShapes(this.#shaped, keys);
      });
      return { take, untold };
    } catch (error) {
      await take().catch(() => undefined);
      throw error;
    }
  }

  /** Lifts what is set on a link beyond the topology's own, and waits until it is up. */
  async linkUp(
    a: number,
    b: number,
    options: RecoveryOptions,
  ): Promise<Pick<Recovery, 'links' | 'dialled' | 'timeMs'>> {
    await this.#lab.refresh();
    const [link] = chosenLinks(
      { verb: 'link-down', links: [[this.nameOf(a), this.nameOf(b)]] },
      this.#lab.topology,
      name => this.#lab.peerIndex(name),
    );
    const keys = [direction(a, b), direction(b, a)];
    await this.#inTurn(async () => {
      if (link !== undefined) this.links.forget(keys);
      await tellShapes(this.#shaped, keys);
    });
    return await this.recovered(options);
  }

  async shapeByKernel(shapes: KernelShapes): Promise<void> {
    const { running } = this.#lab;
    await together([...shapes], async ([peer, settings]) => await running.netem?.(peer, settings));
  }

  async latencyOf(links: readonly LinkPlaces[]): Promise<AppliedFault['latency']> {
    return await measureLatency(this.#shaped, this.whyCut, links);
  }

  async #unshapeByKernel(peers: readonly number[]): Promise<void> {
    const { running, endpoints } = this.#lab;
    if (running.netem === undefined) return;
    const shapedThere = peers.filter(peer => endpoints[peer]?.client.can('shape') === false);
    await together(shapedThere, async peer => await running.netem?.(peer, null));
  }

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

  #active(): ActiveFault[] {
    const found: ActiveFault[] = this.#lab.peers.flatMap(({ name, state, isolated }): ActiveFault[] => {
      if (state === 'stopped' || state === 'missing') return [{ kind: 'stopped', peer: name }];
      if (state === 'paused') return [{ kind: 'paused', peer: name }];
      return isolated === true ? [{ kind: 'isolated', peer: name }] : [];
    });
    for (const { a, b } of this.#lab.topology.links) {
      const pair = [this.nameOf(a), this.nameOf(b)] as const;
      if (this.links.isDown(a, b)) {
        found.push({ kind: 'cut', link: pair });
        continue;
      }
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        const key = direction(from, to);
        if (!this.links.changed.includes(key)) continue;
        const link = [this.nameOf(from), this.nameOf(to)] as const;
        if (this.links.isMuted(from, to)) found.push({ kind: 'muted', link });
        else found.push({ kind: 'shaped', link, settings: this.links.wanted(key) ?? {} });
      }
    }
    return found;
  }

  get #shaped(): ShapedLab {
    const { topology, endpoints, peers } = this.#lab;
    return { topology, links: this.links, endpoints, nodeIds: peers.map(({ nodeId }) => nodeId) };
  }
}

async function together<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  await Promise.all(items.map(work));
}
