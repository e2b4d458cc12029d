/** A lab that exists in the engine: its facts, the control channels to its peers, and its removal. */
import { PEER_PORT } from '@peerlab/contract';
import type {
  ChannelEnd,
  LogOptions,
  NetworkFacts,
  PeerChannel,
  PeerFacts,
  PeerUsage,
  RunningLab,
} from '../../driver.ts';
import { LabError } from '../../lab-error.ts';
import { type DockerChannel, openChannel } from './channel.ts';
import { containerEnd } from './container-end.ts';
import { type Engine, refusedStatus } from './engine.ts';
import { type LabFacts, readIdentities, readTopology } from './labels.ts';
import { containerLogs } from './logs.ts';
import { containerName, networkName } from './names.ts';
import { removeAll } from './remove.ts';
import { formatSubnet, peerAddress } from './subnet.ts';
import { type FoundContainer, type FoundNetwork, peerState } from './survey.ts';
import { containerUsage } from './usage.ts';

/** What a lab is known by. */
export interface LabRemains {
  readonly facts: LabFacts;
  /** Undefined when the network is gone, and with it the topology. */
  readonly network: FoundNetwork | undefined;
  readonly containers: readonly FoundContainer[];
}

/** Channels that are open already, by the peer's index. */
export type OpenChannels = ReadonlyMap<number, DockerChannel>;

/** Makes the lab of what was found. */
export function dockerLab(engine: Engine, remains: LabRemains, channels: OpenChannels = new Map()): RunningLab {
  return new DockerLab(engine, remains, channels);
}

class DockerLab implements RunningLab {
  readonly driver = 'docker';
  readonly name: string;
  readonly hash: string;
  readonly topology: string;
  readonly ephemeral: boolean;
  readonly network: NetworkFacts;
  readonly peers: readonly PeerFacts[];
  readonly #engine: Engine;
  readonly #channels: Map<number, Promise<DockerChannel>>;
  /** The process that made a throw-away lab: the lab goes with it. */
  readonly #isOwner: boolean;

  constructor(engine: Engine, remains: LabRemains, channels: OpenChannels) {
    const { facts, network } = remains;
    this.#engine = engine;
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
    this.peers = peersOf(remains);
  }

  async channel(index: number): Promise<PeerChannel> {
    const peer = this.#peer(index);
    const known = this.#channels.get(index);
    const usable = await known?.catch(() => undefined);
    if (usable?.open === true) return usable;
    const other = this.#channels.get(index);
    if (other !== undefined && other !== known) return other;
    const opened = this.#attach(peer);
    this.#channels.set(index, opened);
    return opened;
  }

  async *logs(index: number, options: LogOptions): AsyncGenerator<string> {
    const peer = this.#peer(index);
    try {
      yield* containerLogs(this.#engine, containerName(this.name, peer.name), options);
    } catch (error) {
      if (refusedStatus(error) === 404) throw this.#failed(peer, 'has no container any more', error);
      throw error;
    }
  }

  async usage(): Promise<readonly (PeerUsage | undefined)[]> {
    return await containerUsage(
      this.#engine,
      this.peers.map(({ name }) => containerName(this.name, name)),
    );
  }

  async down(): Promise<void> {
    await removeAll(this.#engine, { lab: this.name });
    await this.#letGo();
  }

  async close(): Promise<void> {
    await this.#letGo();
    // The peers go by themselves when their control streams close; the network would stay.
    if (this.#isOwner) await removeAll(this.#engine, { lab: this.name });
  }

  async #letGo(): Promise<void> {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) (await channel.catch(() => undefined))?.close();
  }

  async #attach(peer: PeerFacts): Promise<DockerChannel> {
    const inspected = await this.#inspect(peer);
    const state = peerState(inspected.State.Status);
    if (state !== 'running') throw this.#failed(peer, `does not run: it is ${state}`);
    const containerId = inspected.Id;
    const end = (): Promise<ChannelEnd> => containerEnd(this.#engine, containerId);
    const listenOnly = this.ephemeral && !this.#isOwner;
    return openChannel(this.#engine, { containerId, peer: peer.name, end, listenOnly });
  }

  async #inspect(peer: PeerFacts) {
    // By name, not by id: another `up` may have made the peer anew.
    const name = containerName(this.name, peer.name);
    try {
      return await this.#engine.call(`inspect the container ${name}`, abortSignal =>
        this.#engine.docker.getContainer(name).inspect({ abortSignal }),
      );
    } catch (error) {
      if (refusedStatus(error) === 404) throw this.#failed(peer, 'does not run: it is missing', error);
      throw error;
    }
  }

  #peer(index: number): PeerFacts {
    const peer = this.peers.find(candidate => candidate.index === index);
    if (peer !== undefined) return peer;
    throw new LabError('NO_SUCH_PEER', `the lab ${this.name} has no peer with index ${index}`, {
      details: { lab: this.name, index, peers: this.peers.length },
    });
  }

  #failed(peer: PeerFacts, what: string, cause?: unknown): LabError {
    return new LabError('PEER_FAILED', `the peer ${peer.name} of ${this.name} ${what}`, {
      advice: 'run `up` with the topology again: it brings back what is missing',
      details: { lab: this.name, peer: peer.name },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** One entry for every peer that the network's label or a container names. */
function peersOf(remains: LabRemains): readonly PeerFacts[] {
  const { network, containers } = remains;
  const identities = network === undefined ? [] : readIdentities(network.labels);
  const planned = identities.map(([name, nodeId], index) => ({ index, name, nodeId }));
  const unplanned = containers.map(container => container.peer).filter(peer => peer.index >= planned.length);
  const byIndex = new Map(containers.map(container => [container.peer.index, container]));
  return [...planned, ...unplanned].map(peer => {
    const container = byIndex.get(peer.index);
    const address = network?.subnet === undefined ? undefined : peerAddress(network.subnet, peer.index);
    return {
      ...peer,
      address: address ?? container?.address ?? '',
      port: PEER_PORT,
      state: container?.state ?? 'missing',
      ...(container === undefined ? {} : { containerId: container.id }),
    };
  });
}
