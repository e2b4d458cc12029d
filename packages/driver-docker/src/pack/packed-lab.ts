/** A lab whose peers share containers: as lab.ts, with the hosts in the containers asked for what an engine does elsewhere. */
import { type PackAnswer, type PackRequest, type PackState, PEER_PORT } from '@peerlab/contract';
import type {
  LogOptions,
  NetworkFacts,
  OfferedCapabilities,
  PeerChannel,
  PeerFacts,
  RunningLab,
} from '@peerlab/driver';
import { LabError, peerEnvironment, requireEndSignal, survived } from '@peerlab/driver';
import { sweepClaim } from '../claim.ts';
import { removeMarks } from '../cut-marks.ts';
import type { Engine } from '../engine.ts';
import { execute } from '../execution.ts';
import type { Fleet } from '../fleet.ts';
import { readTopology } from '../labels.ts';
import type { DockerSettings } from '../options.ts';
import { findRemains, type LabRemains } from '../remains.ts';
import { removeAll } from '../remove.ts';
import { formatAddress, formatSubnet } from '../subnet.ts';
import type { FoundContainer } from '../survey.ts';
import { askTogether } from './ask-together.ts';
import { isolateAddresses } from './block-filter.ts';
import type { BlockLink } from './block-link.ts';
import { blockRange, packedAddress } from './pack-layout.ts';
import { type Pack, packedPeer } from './pack-of.ts';
import { packedCapabilities } from './packed-capabilities.ts';
import { packedLogs } from './packed-logs.ts';
import { attachBlock } from './raise-blocks.ts';

/** How long a peer that was told to leave may take before it is killed, in milliseconds. */
const STOP_MS = 4000;

/** How long a peer may take to end that is killed, in milliseconds. */
const END_MS = 15_000;

/** Links that are open already, by block. */
export type OpenLinks = ReadonlyMap<number, BlockLink>;

/** Makes the lab of what was found; its peers are as they are. @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function packedLab(
  fleet: Fleet,
  settings: DockerSettings,
  remains: LabRemains,
  pack: Pack,
  links?: OpenLinks,
): Promise<RunningLab> {
  const lab = new PackedLab(fleet, settings, remains, pack, links);
  await lab.survey();
  return lab;
}

class PackedLab implements RunningLab {
  readonly driver = 'docker';
  readonly name: string;
  readonly hash: string;
  readonly topology: string;
  readonly ephemeral: boolean;
  readonly network: NetworkFacts;
  readonly capabilities: OfferedCapabilities;
  readonly #fleet: Fleet;
  readonly #engine: Engine;
  readonly #pack: Pack;
  readonly #links: Map<number, Promise<BlockLink>>;
  readonly #isOwner: boolean;
  /** The latest change of each container's filter. */
  readonly #filtering: Map<number, Promise<void>> = new Map();
  /** Streams are kept open since somebody has taken a channel. */
  #isHeld: boolean;
  #containers: ReadonlyMap<number, FoundContainer>;
  #peers: readonly PeerFacts[];

  constructor(fleet: Fleet, settings: DockerSettings, remains: LabRemains, pack: Pack, links?: OpenLinks) {
    const { facts, network, containers } = remains;
    this.#fleet = fleet;
    this.#engine = fleet.control;
    this.#pack = pack;
    this.#isOwner = facts.ephemeral && links !== undefined;
    this.#isHeld = links !== undefined;
    this.#links = new Map([...(links ?? [])].map(([block, link]) => [block, Promise.resolve(link)]));
    this.name = facts.lab;
    this.hash = facts.hash;
    this.ephemeral = facts.ephemeral;
    this.topology = network === undefined ? '' : readTopology(network.labels);
    this.network = {
      name: pack.networkName,
      subnet: formatSubnet(pack.subnet),
      internal: network?.internal ?? true,
    };
    this.#containers = byBlock(containers);
    this.#peers = this.#factsOf(new Map());
    this.capabilities = packedCapabilities({
      pause: async index => await this.#ask(index, { do: 'pause', place: index }),
      unpause: async index => await this.#ask(index, { do: 'unpause', place: index }),
      isolate: async (index, is) => await this.#isolate(index, is),
      together: askTogether(pack.layout, async (block, request) => await this.#answer(block, request)),
      exec: async (index, command, options) => {
        const { block, peer } = this.#placed(index);
        const state = await this.#requireRunning(index);
        if (state.paused.includes(index)) throw this.#failed(peer, 'is paused: it runs nothing');
        const planned = pack.peers[index]?.peer;
        const own =
          planned === undefined
            ? {}
            : peerEnvironment({ name: this.name, ephemeral: this.ephemeral }, planned, `${peer.address}:${PEER_PORT}`);
        const target = { fleet, engine: fleet.control, lab: this.name, peer: { ...peer, index: block } };
        const execution = await execute(target, settings, command, { ...options, env: { ...own, ...options?.env } });
        const link = await this.#link(block);
        const unlisten = link.onEnded(place => {
          if (place === index) void execution.kill().catch(() => undefined);
        });
        void execution.ended.then(async () => {
          unlisten();
          await this.#letGoUnlessHeld();
        });
        return execution;
      },
    });
  }

  get peers(): readonly PeerFacts[] {
    return this.#peers;
  }

  async survey(): Promise<readonly PeerFacts[]> {
    const remains = await findRemains(this.#fleet, this.name);
    this.#containers = byBlock(remains?.containers ?? []);
    const states = new Map<number, PackState>();
    await Promise.all(
      this.#pack.layout.blocks.map(async ({ number }) => {
        const state = await this.#stateOf(number);
        if (state !== undefined) states.set(number, state);
      }),
    );
    this.#peers = this.#factsOf(states);
    await this.#letGoUnlessHeld();
    return this.#peers;
  }

  async channel(index: number): Promise<PeerChannel> {
    const { block, peer } = this.#placed(index);
    this.#isHeld = true;
    const facts = this.#peers[index] ?? peer;
    const link = await this.#link(block);
    // What it said before it ended is told to the first who listens.
    const end = link.endOf(index);
    const isKnownToRun = facts.state === 'running' || facts.state === 'paused';
    if (!isKnownToRun || end !== undefined) {
      const state = await this.#stateOf(block);
      const runs = state?.running.includes(index) === true || state?.paused.includes(index) === true;
      if (!runs) throw this.#failed(peer, `does not run: ${end?.reason ?? `it is ${facts.state}`}`, end);
    }
    if (facts.state === 'paused') throw this.#failed(peer, 'does not run: it is paused');
    return link.channel(index, peer.name);
  }

  async *logs(index: number, options: LogOptions): AsyncGenerator<string> {
    const { block, peer } = this.#placed(index);
    const container = this.#containers.get(block);
    if (container === undefined) throw this.#failed(peer, 'no longer has a container');
    yield* packedLogs(this.#engine, { containerId: container.id, place: index, options });
  }

  async kill(index: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    requireEndSignal(signal);
    const { peer } = this.#placed(index);
    await this.#requireRunning(index);
    const boundMs = signal === 'SIGKILL' ? END_MS : STOP_MS;
    if (!(await this.#ended(index, { do: 'kill', place: index, signal }, boundMs))) {
      throw survived(peer.name, signal, boundMs, this.name);
    }
  }

  async stop(index: number): Promise<void> {
    const { peer } = this.#placed(index);
    await this.#requireRunning(index);
    if (await this.#ended(index, { do: 'stop', place: index }, STOP_MS)) return;
    if (await this.#ended(index, { do: 'kill', place: index, signal: 'SIGKILL' }, END_MS)) return;
    throw survived(peer.name, 'SIGKILL', END_MS, this.name);
  }

  async start(index: number): Promise<void> {
    const { block, peer } = this.#placed(index);
    if (this.ephemeral && !this.#isOwner) {
      const message = `${this.name} is a throw-away lab: on Docker only the process that created it can start its peers`;
      throw new LabError('NOT_SUPPORTED', message, { advice: 'use a lasting lab: lab up' });
    }
    const state = await this.#stateOf(block);
    if (state === undefined) throw this.#failed(peer, 'cannot be started: its container does not run');
    if (state.running.includes(index) || state.paused.includes(index)) return;
    if (state.isolated.includes(index)) await this.#isolate(index, false, true);
    const packed = packedPeer(this.#pack, index);
    if (packed === undefined)
      throw this.#failed(peer, 'cannot be started: the lab has no record of how it was created');
    // What it says first is kept.
    this.#isHeld = true;
    const link = await this.#link(block);
    link.channel(index, peer.name);
    await link.ask({ do: 'start', peers: [packed] });
  }

  async down(): Promise<void> {
    await removeAll(this.#fleet, { lab: this.name });
    await removeMarks(this.#engine, this.name);
    await sweepClaim(this.#engine, this.name);
    await this.#letGo();
  }

  async close(): Promise<void> {
    await this.#letGo();
    // The peers go by themselves when their control streams close; the network would stay.
    if (this.#isOwner) await removeAll(this.#fleet, { lab: this.name });
  }

  /** @param isStarting it does not run yet: its address is to lead to it once it does */
  async #isolate(index: number, is: boolean, isStarting = false): Promise<void> {
    const { block, peer } = this.#placed(index);
    const state = await this.#stateOf(block);
    if (state === undefined) throw this.#failed(peer, 'does not run');
    const runs = state.running.includes(index) || state.paused.includes(index);
    if (!runs && !isStarting) throw this.#failed(peer, 'does not run: it is stopped');
    if (state.isolated.includes(index) === is) return;
    const note = async (value: boolean): Promise<void> => {
      await this.#onLink(block, async link => await link.ask({ do: 'isolated', place: index, is: value }));
    };
    await note(is);
    // One after the other: each sets the filter of the whole container.
    const turn = (this.#filtering.get(block) ?? Promise.resolve()).then(async () => await this.#filter(block, peer));
    this.#filtering.set(
      block,
      turn.catch(() => undefined),
    );
    await turn.catch(async (error: unknown) => {
      await note(!is).catch(() => undefined);
      throw error;
    });
  }

  /** Has the kernel isolate those that are noted: until that is so, whatever other processes note meanwhile. */
  async #filter(block: number, peer: PeerFacts): Promise<void> {
    for (;;) {
      const before = await this.#stateOf(block);
      const container = this.#containers.get(block);
      if (before === undefined || container === undefined) throw this.#failed(peer, 'does not run');
      const addresses = before.isolated.map(place => this.#numberOf(place));
      const gateway = formatAddress(this.#pack.subnet.base + 1);
      await isolateAddresses(this.#engine, { id: container.id, what: peer.name, gateway }, addresses);
      const after = await this.#stateOf(block);
      if (after === undefined || `${after.isolated.toSorted()}` === `${before.isolated.toSorted()}`) return;
    }
  }

  #numberOf(index: number): number {
    const { layout, subnet } = this.#pack;
    const place = layout.placeOf[index];
    return place === undefined ? 0 : blockRange(layout, subnet, place.block).base + place.offset;
  }

  /** @returns false when the peer has not ended within that time */
  async #ended(index: number, request: PackRequest, boundMs: number): Promise<boolean> {
    try {
      await this.#ask(index, request, boundMs);
      return true;
    } catch (error) {
      if (error instanceof LabError && error.code === 'PEER_SILENT') return false;
      throw error;
    }
  }

  async #ask(index: number, request: PackRequest, boundMs?: number): Promise<void> {
    const { block, peer } = this.#placed(index);
    await this.#requireRunning(index);
    try {
      await this.#onLink(block, async link => await link.ask(request, boundMs));
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== 'PEER_FAILED') throw error;
      // It ended by itself meanwhile.
      if (request.do === 'kill' || request.do === 'stop') return;
      throw this.#failed(peer, error.message);
    }
  }

  async #requireRunning(index: number): Promise<PackState> {
    const { block, peer } = this.#placed(index);
    const state = await this.#stateOf(block);
    if (state?.running.includes(index) || state?.paused.includes(index)) return state;
    const container = this.#containers.get(block);
    throw this.#failed(peer, `does not run: it is ${container === undefined ? 'missing' : 'stopped'}`);
  }

  /** What a block answers; nothing where its container does not run, or only the owner of the lab may ask. */
  async #answer(block: number, request: PackRequest): Promise<PackAnswer> {
    if (this.ephemeral && !this.#isOwner) return {};
    try {
      return await this.#onLink(block, async link => await link.ask(request));
    } catch (error) {
      if (error instanceof LabError && (error.code === 'PEER_FAILED' || error.code === 'PEER_SILENT')) return {};
      throw error;
    }
  }

  /** How the peers of a block are; undefined where its container does not run. */
  async #stateOf(block: number): Promise<PackState | undefined> {
    if (this.ephemeral && !this.#isOwner) return this.#assumed(block);
    try {
      return (await this.#onLink(block, async link => await link.ask({ do: 'state' }))).state;
    } catch (error) {
      if (error instanceof LabError && error.code === 'PEER_FAILED') return undefined;
      throw error;
    }
  }

  /** Of a throw-away lab only its owner may ask: to others what runs is what its container says. */
  #assumed(block: number): PackState | undefined {
    const { state } = this.#containers.get(block) ?? {};
    if (state !== 'running') return undefined;
    const peers = this.#pack.layout.blocks[block]?.peers ?? [];
    return { running: peers, paused: [], isolated: [] };
  }

  async #onLink<T>(block: number, work: (link: BlockLink) => Promise<T>): Promise<T> {
    const link = await this.#link(block);
    try {
      return await work(link);
    } finally {
      await this.#letGoUnlessHeld(block);
    }
  }

  async #link(block: number): Promise<BlockLink> {
    const known = this.#links.get(block);
    const usable = await known?.catch(() => undefined);
    if (usable?.open === true) return usable;
    const other = this.#links.get(block);
    if (other !== undefined && other !== known) return await other;
    const opened = this.#attach(block);
    this.#links.set(block, opened);
    return await opened;
  }

  async #attach(block: number): Promise<BlockLink> {
    const container = this.#containers.get(block);
    if (container?.state !== 'running') {
      const message = `a container of ${this.name} does not run: it is ${container?.state ?? 'missing'}`;
      throw new LabError('PEER_FAILED', message, { details: { lab: this.name, block } });
    }
    return await attachBlock(this.#engine, this.#pack, block, container.id, this.ephemeral && !this.#isOwner);
  }

  async #letGoUnlessHeld(block?: number): Promise<void> {
    if (!this.#isHeld) await this.#letGo(block);
  }

  async #letGo(block?: number): Promise<void> {
    const blocks = block === undefined ? [...this.#links.keys()] : [block];
    for (const number of blocks) {
      const link = this.#links.get(number);
      this.#links.delete(number);
      (await link?.catch(() => undefined))?.close();
    }
  }

  #factsOf(states: ReadonlyMap<number, PackState>): readonly PeerFacts[] {
    const { peers, layout, subnet } = this.#pack;
    const sets = new Map([...states].map(([block, state]) => [block, setsOf(state)]));
    return peers.map(({ peer: { index, name, nodeId } }) => {
      const block = layout.placeOf[index]?.block ?? 0;
      const container = this.#containers.get(block);
      const state = sets.get(block);
      const isPaused = state?.paused.has(index) === true;
      const runs = isPaused || state?.running.has(index) === true;
      return {
        index,
        name,
        nodeId,
        address: packedAddress(layout, subnet, index),
        port: PEER_PORT,
        state: container === undefined ? 'missing' : isPaused ? 'paused' : runs ? 'running' : 'stopped',
        ...(runs && state?.isolated.has(index) ? { isolated: true } : {}),
        ...(container === undefined ? {} : { containerId: container.id }),
      };
    });
  }

  #placed(index: number): { readonly block: number; readonly peer: PeerFacts } {
    const peer = this.#peers[index];
    const place = this.#pack.layout.placeOf[index];
    if (peer !== undefined && place !== undefined) return { block: place.block, peer };
    throw new LabError('NO_SUCH_PEER', `the lab ${this.name} has no peer with index ${index}`, {
      details: { lab: this.name, index, peers: this.#peers.length },
    });
  }

  #failed(peer: PeerFacts, what: string, details: object = {}): LabError {
    return new LabError('PEER_FAILED', `the peer ${peer.name} of ${this.name} ${what}`, {
      advice: 'run `up` with the topology again to restore what is missing',
      details: { lab: this.name, peer: peer.name, ...details },
    });
  }
}

function byBlock(containers: readonly FoundContainer[]): ReadonlyMap<number, FoundContainer> {
  return new Map(containers.map(container => [container.peer.index, container]));
}

function setsOf({ running, paused, isolated }: PackState): Readonly<Record<keyof PackState, ReadonlySet<number>>> {
  return { running: new Set(running), paused: new Set(paused), isolated: new Set(isolated) };
}
