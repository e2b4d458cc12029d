/** A lab that exists in the engine: its facts, the control channels to its peers, and its removal. */
import type {
  ChannelEnd,
  Lacking,
  LogOptions,
  NetworkFacts,
  OfferedCapabilities,
  PeerChannel,
  PeerFacts,
  RunningLab,
} from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { dockerCapabilities } from './capabilities.ts';
import { type DockerChannel, openChannel, openListener } from './channel.ts';
import { sweepClaim } from './claim.ts';
import { containerEnd } from './container-end.ts';
import { removeMarks } from './cut-marks.ts';
import { type CutLab, cutAgain } from './cuts.ts';
import { type Engine, refusedStatus } from './engine.ts';
import { engineNamed, type Fleet, fleetOfOne, isSpanning } from './fleet.ts';
import { publishedPorts } from './gate.ts';
import { readTopology } from './labels.ts';
import { containerLogs } from './logs.ts';
import { networkName } from './names.ts';
import { killPeer, type PeerTarget, startPeer, stopPeer } from './operations.ts';
import type { DockerSettings } from './options.ts';
import { podmanFacts, withoutGroups } from './podman.ts';
import { findRemains, type LabRemains, peersOf } from './remains.ts';
import { removeAll } from './remove.ts';
import { formatSubnet } from './subnet.ts';
import { findContainers, findContainersOf, peerState } from './survey.ts';
import { containerUsage } from './usage.ts';

/** Channels that are open already, by the peer's index. */
export type OpenChannels = ReadonlyMap<number, DockerChannel>;

/** Makes the lab of what was found. */
export async function dockerLab(
  fleet: Fleet,
  settings: DockerSettings,
  remains: LabRemains,
  channels: OpenChannels = new Map(),
  gates: readonly DockerChannel[] = [],
): Promise<RunningLab> {
  const own = fleetOf(fleet, remains);
  // Engines of one Swarm are Docker's.
  const podman = isSpanning(own) ? undefined : await podmanFacts(own.control);
  return new DockerLab(own, settings, remains, { channels, gates, withoutGroups: withoutGroups(podman) });
}

/** What a lab is handed, beyond what the engines have of it. */
interface Opened {
  readonly channels: OpenChannels;
  readonly gates: readonly DockerChannel[];
  readonly withoutGroups: Lacking | undefined;
}

/** The engines of one lab: of one that spans none, the one that has it. */
function fleetOf(fleet: Fleet, { facts, network, containers }: LabRemains): Fleet {
  const only = network?.engine ?? containers[0]?.engine;
  return facts.engines !== undefined || only === undefined ? fleet : fleetOfOne(only);
}

class DockerLab implements RunningLab {
  readonly driver = 'docker';
  readonly name: string;
  readonly hash: string;
  readonly topology: string;
  readonly ephemeral: boolean;
  readonly network: NetworkFacts;
  readonly capabilities: OfferedCapabilities;
  readonly #fleet: Fleet;
  readonly #settings: DockerSettings;
  readonly #channels: Map<number, Promise<DockerChannel>>;
  /** What keeps the gate of a throw-away lab, at its owner. */
  readonly #gates: readonly DockerChannel[];
  /** The process that made a throw-away lab: the lab goes with it. */
  readonly #isOwner: boolean;
  #peers: readonly PeerFacts[];

  constructor(
    fleet: Fleet,
    settings: DockerSettings,
    remains: LabRemains,
    { channels, gates, withoutGroups: whyNoGroups }: Opened,
  ) {
    const { facts, network } = remains;
    this.#fleet = fleet;
    this.#settings = settings;
    this.#gates = gates;
    this.#isOwner = facts.ephemeral && channels.size > 0;
    this.#channels = new Map([...channels].map(([index, channel]) => [index, Promise.resolve(channel)]));
    this.name = facts.lab;
    this.hash = facts.hash;
    this.ephemeral = facts.ephemeral;
    this.topology = network === undefined ? '' : readTopology(network.labels);
    this.network = {
      name: network?.name ?? networkName(facts.lab),
      subnet: network?.subnet === undefined ? '' : formatSubnet(network.subnet),
      internal: network?.internal ?? true,
    };
    this.#peers = peersOf(remains);
    this.capabilities = dockerCapabilities({
      settings,
      withoutGroups: whyNoGroups,
      targetOf: index => this.#target(index),
      cutLab: () => this.#cutLab,
      published: async () => await publishedPorts(fleet.control, this.name),
      usage: async () => {
        const { found } = await findContainersOf(fleet, { lab: this.name });
        const containers = new Map(found.map(container => [container.peer.index, container]));
        return await containerUsage(this.peers.map(({ index }) => containers.get(index)));
      },
    });
  }

  get peers(): readonly PeerFacts[] {
    return this.#peers;
  }

  async survey(isThorough = false): Promise<readonly PeerFacts[]> {
    const remains = await findRemains(this.#fleet, this.name, isThorough ? this.#settings : undefined);
    this.#peers =
      remains === undefined ? this.#peers.map(peer => ({ ...peer, state: 'missing' as const })) : peersOf(remains);
    return this.#peers;
  }

  async channel(index: number): Promise<PeerChannel> {
    const peer = this.#peer(index);
    const known = this.#channels.get(index);
    const usable = await known?.catch(() => undefined);
    if (usable?.open === true) return usable;
    const other = this.#channels.get(index);
    if (other !== undefined && other !== known) return other;
    const opened = this.#attach(peer).catch(async (error: unknown) => await this.#ended(peer, usable, error));
    this.#channels.set(index, opened);
    return opened;
  }

  async *logs(index: number, options: LogOptions): AsyncGenerator<string> {
    const peer = this.#peer(index);
    try {
      yield* containerLogs(this.#engineOf(peer), await this.#containerId(peer), options);
    } catch (error) {
      if (refusedStatus(error) === 404) throw this.#failed(peer, 'no longer has a container', error);
      throw error;
    }
  }

  async kill(index: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await killPeer(this.#target(index), signal);
  }

  async stop(index: number): Promise<void> {
    await stopPeer(this.#target(index));
  }

  async start(index: number): Promise<void> {
    const target = this.#target(index);
    if (this.ephemeral && !this.#isOwner) {
      const message = `${this.name} is a throw-away lab: on Docker only the process that created it can start its peers`;
      throw new LabError('NOT_SUPPORTED', message, { advice: 'use a lasting lab: lab up' });
    }
    const channel = await startPeer(target, this.#settings);
    if (channel === undefined) return;
    (await this.#channels.get(index)?.catch(() => undefined))?.close();
    this.#channels.set(index, Promise.resolve(channel));
    await cutAgain(this.#cutLab, index);
  }

  async down(): Promise<void> {
    await this.#remove();
    await sweepClaim(this.#fleet.control, this.name);
    await this.#letGo();
  }

  async close(): Promise<void> {
    await this.#letGo();
    // The peers go by themselves when their control streams close; the network would stay.
    if (!this.#isOwner) return;
    await this.#remove();
  }

  async #remove(): Promise<void> {
    await removeAll(this.#fleet, { lab: this.name });
    await removeMarks(this.#fleet.control, this.name);
  }

  async #letGo(): Promise<void> {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const gate of this.#gates) gate.close();
    for (const channel of channels) (await channel.catch(() => undefined))?.close();
  }

  async #attach(peer: PeerFacts): Promise<DockerChannel> {
    const inspected = await this.#inspect(peer);
    const state = peerState(inspected.State.Status);
    if (state !== 'running') throw this.#failed(peer, `does not run: it is ${state}`);
    const containerId = inspected.Id;
    const engine = this.#engineOf(peer);
    const end = (): Promise<ChannelEnd> => containerEnd(engine, containerId);
    const open = this.ephemeral && !this.#isOwner ? openListener : openChannel;
    try {
      return await open(engine, { containerId, peer: peer.name, end });
    } catch (error) {
      // It ended, or was paused, after it was inspected.
      const status = refusedStatus(error);
      if (status !== 404 && status !== 409) throw error;
      throw this.#failed(peer, 'does not run: it ended, or was paused, just now', error);
    }
  }

  /**
   * The channel of a run that has ended, where nobody has heard it yet: of a peer that ends right after its start.
   * @throws {LabError} how it ended, where that was heard: a throw-away peer goes with its container, and nothing else tells
   */
  async #ended(peer: PeerFacts, latest: DockerChannel | undefined, error: unknown): Promise<DockerChannel> {
    if (latest === undefined || !(error instanceof LabError) || error.code !== 'PEER_FAILED') throw error;
    if (!latest.isHeard) return latest;
    const end = await latest.closed;
    const { clause, lines: lastLines } = latest.lastWords;
    throw this.#failed(peer, `does not run: ${end.reason}${clause}`, error, { ...end, lastLines });
  }

  async #inspect(peer: PeerFacts) {
    const id = await this.#containerId(peer);
    const engine = this.#engineOf(peer);
    try {
      return await engine.call(`inspect the container of ${peer.name}`, abortSignal =>
        engine.docker.getContainer(id).inspect({ abortSignal }),
      );
    } catch (error) {
      if (refusedStatus(error) === 404) throw this.#failed(peer, 'does not run: it is missing', error);
      throw error;
    }
  }

  /** By its labels: another `up` may have made the peer anew, and one of another version gave it another name. */
  async #containerId(peer: PeerFacts): Promise<string> {
    const [found] = await findContainers(this.#engineOf(peer), { lab: this.name, index: peer.index });
    if (found === undefined) throw this.#failed(peer, 'does not run: it is missing');
    return found.id;
  }

  get #cutLab(): CutLab {
    return { fleet: this.#fleet, lab: this.name, peers: this.peers };
  }

  #target(index: number): PeerTarget {
    const peer = this.#peer(index);
    return { fleet: this.#fleet, engine: this.#engineOf(peer), lab: this.name, peer };
  }

  #engineOf({ engine }: PeerFacts): Engine {
    return engineNamed(this.#fleet, engine);
  }

  #peer(index: number): PeerFacts {
    const peer = this.peers.find(candidate => candidate.index === index);
    if (peer !== undefined) return peer;
    throw new LabError('NO_SUCH_PEER', `the lab ${this.name} has no peer with index ${index}`, {
      details: { lab: this.name, index, peers: this.peers.length },
    });
  }

  #failed(peer: PeerFacts, what: string, cause?: unknown, details: object = {}): LabError {
    return new LabError('PEER_FAILED', `the peer ${peer.name} of ${this.name} ${what}`, {
      advice: 'run `up` with the topology again to restore what is missing',
      details: { lab: this.name, peer: peer.name, ...details },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
