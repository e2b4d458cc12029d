/**
 * What the engine has of a lab: its containers and networks, by their labels alone. up, find, list and down begin here.
 */

import type { PeerFacts } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import type { Engine } from './engine.ts';
import { askEach, type Fleet, type FleetAnswer } from './fleet.ts';
import { LABEL, type LabFacts, readLabFacts, readPeer } from './labels.ts';
import { parseSubnet, type Subnet } from './subnet.ts';

/** A container of a lab. */
export interface FoundContainer {
  /** The engine that has it. */
  readonly engine: Engine;
  readonly id: string;
  /** In the engine. */
  readonly name: string;
  readonly facts: LabFacts;
  readonly peer: { readonly name: string; readonly index: number; readonly nodeId: string };
  readonly state: PeerFacts['state'];
  /** Its address in the lab; empty while it does not run. */
  readonly address: string;
  /** True when it is on some network, or will be as soon as it starts. */
  readonly connected: boolean;
  /** Peers that share it; left out: one. */
  readonly packed?: number;
}

/** A network of a lab. */
export interface FoundNetwork {
  /** An engine that has it; of a network that spans engines, the one that manages it, where that was asked. */
  readonly engine: Engine;
  readonly id: string;
  readonly name: string;
  readonly facts: LabFacts;
  readonly labels: Readonly<Record<string, string>>;
  readonly subnet: Subnet | undefined;
  readonly internal: boolean;
  /** True for one of a Swarm: containers of several engines are on it. */
  readonly spansEngines: boolean;
}

/** The labels to ask for: those of one lab, or of every lab. */
export interface Selection {
  readonly lab?: string;
  readonly run?: string;
  /** Of a peer. */
  readonly index?: number;
}

/** The containers that match, in the order of their index. */
export async function findContainers(engine: Engine, selection: Selection): Promise<readonly FoundContainer[]> {
  const listed = await engine.call('list the containers', abortSignal =>
    engine.docker.listContainers({ all: true, filters: { label: labelFilter(selection) }, abortSignal }),
  );
  return listed
    .map(container => readContainer(engine, container))
    .filter(container => container !== undefined)
    .sort((a, b) => a.peer.index - b.peer.index);
}

/** The networks that match. */
export async function findNetworks(engine: Engine, selection: Selection): Promise<readonly FoundNetwork[]> {
  const listed = await engine.call('list the networks', abortSignal =>
    engine.docker.listNetworks({ filters: { label: labelFilter(selection) }, abortSignal }),
  );
  return listed.map(network => readNetwork(engine, network)).filter(network => network !== undefined);
}

/** The containers of every engine that match, in the order of their index. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function findContainersOf(fleet: Fleet, selection: Selection): Promise<FleetAnswer<FoundContainer>> {
  const { found, silent } = await askEach(fleet, async engine => await findContainers(engine, selection));
  return { found: [...found].sort((a, b) => a.peer.index - b.peer.index), silent };
}

/**
 * The networks of every engine that match. One that spans engines comes once: as the control has it, where it does.
 * @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`
 */
export async function findNetworksOf(fleet: Fleet, selection: Selection): Promise<FleetAnswer<FoundNetwork>> {
  const { found, silent } = await askEach(fleet, async engine => await findNetworks(engine, selection));
  const byId = new Map(found.map(network => [network.id, network]));
  for (const network of found) if (network.engine === fleet.control) byId.set(network.id, network);
  return { found: [...byId.values()], silent };
}

/** Reads a network of a lab; undefined when it belongs to none. */
export function readNetwork(engine: Engine, network: Dockerode.NetworkInspectInfo): FoundNetwork | undefined {
  const facts = readLabFacts(network.Labels);
  if (facts === undefined) return undefined;
  return {
    engine,
    id: network.Id,
    name: network.Name,
    facts,
    labels: network.Labels ?? {},
    subnet: subnetsOf(network)[0],
    internal: network.Internal,
    spansEngines: network.Scope === 'swarm',
  };
}

/** The IPv4 ranges of any network. */
export function subnetsOf(network: Dockerode.NetworkInspectInfo): readonly Subnet[] {
  return (network.IPAM?.Config ?? [])
    .map(config => (config.Subnet === undefined ? undefined : parseSubnet(config.Subnet)))
    .filter(subnet => subnet !== undefined);
}

function readContainer(engine: Engine, container: Dockerode.ContainerInfo): FoundContainer | undefined {
  const facts = readLabFacts(container.Labels);
  const peer = readPeer(container.Labels);
  if (facts === undefined || peer === undefined) return undefined;
  const [network] = Object.values(container.NetworkSettings?.Networks ?? {});
  const packed = container.Labels[LABEL.packed];
  return {
    engine,
    id: container.Id,
    name: container.Names[0]?.slice(1) ?? '',
    facts,
    peer,
    state: peerState(container.State),
    address: network?.IPAddress ?? '',
    connected: network !== undefined,
    ...(packed === undefined ? {} : { packed: Number(packed) || 0 }),
  };
}

/** The peers in so many containers. */
export function peersIn(containers: readonly Pick<FoundContainer, 'packed'>[]): number {
  return containers.reduce((sum, { packed = 1 }) => sum + packed, 0);
}

/** A container's state in the driver's words. One that the engine is about to remove counts as gone. */
export function peerState(state: string): PeerFacts['state'] {
  if (state === 'running' || state === 'paused') return state;
  return state === 'removing' || state === 'dead' ? 'missing' : 'stopped';
}

function labelFilter(selection: Selection): string[] {
  return [
    selection.lab === undefined ? LABEL.lab : `${LABEL.lab}=${selection.lab}`,
    ...(selection.run === undefined ? [] : [`${LABEL.run}=${selection.run}`]),
    ...(selection.index === undefined ? [] : [`${LABEL.index}=${selection.index}`]),
  ];
}
