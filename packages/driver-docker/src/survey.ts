/**
 * What the engine has of a lab: its containers and networks, by their labels alone. up, find, list and down begin here.
 */

import type { PeerFacts } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import type { Engine } from './engine.ts';
import { LABEL, type LabFacts, readLabFacts, readPeer } from './labels.ts';
import { parseSubnet, type Subnet } from './subnet.ts';

/** A container of a lab. */
export interface FoundContainer {
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
}

/** A network of a lab. */
export interface FoundNetwork {
  readonly id: string;
  readonly name: string;
  readonly facts: LabFacts;
  readonly labels: Readonly<Record<string, string>>;
  readonly subnet: Subnet | undefined;
  readonly internal: boolean;
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
    .map(readContainer)
    .filter(container => container !== undefined)
    .sort((a, b) => a.peer.index - b.peer.index);
}

/** The networks that match. */
export async function findNetworks(engine: Engine, selection: Selection): Promise<readonly FoundNetwork[]> {
  const listed = await engine.call('list the networks', abortSignal =>
    engine.docker.listNetworks({ filters: { label: labelFilter(selection) }, abortSignal }),
  );
  return listed.map(readNetwork).filter(network => network !== undefined);
}

/** Reads a network of a lab; undefined when it belongs to none. */
export function readNetwork(network: Dockerode.NetworkInspectInfo): FoundNetwork | undefined {
  const facts = readLabFacts(network.Labels);
  if (facts === undefined) return undefined;
  return {
    id: network.Id,
    name: network.Name,
    facts,
    labels: network.Labels ?? {},
    subnet: subnetsOf(network)[0],
    internal: network.Internal,
  };
}

/** The IPv4 ranges of any network. */
export function subnetsOf(network: Dockerode.NetworkInspectInfo): readonly Subnet[] {
  return (network.IPAM?.Config ?? [])
    .map(config => (config.Subnet === undefined ? undefined : parseSubnet(config.Subnet)))
    .filter(subnet => subnet !== undefined);
}

function readContainer(container: Dockerode.ContainerInfo): FoundContainer | undefined {
  const facts = readLabFacts(container.Labels);
  const peer = readPeer(container.Labels);
  if (facts === undefined || peer === undefined) return undefined;
  const [network] = Object.values(container.NetworkSettings?.Networks ?? {});
  return {
    id: container.Id,
    name: container.Names[0]?.slice(1) ?? '',
    facts,
    peer,
    state: peerState(container.State),
    address: network?.IPAddress ?? '',
    connected: network !== undefined,
  };
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
