/** What an engine has of one lab, and who its peers are by that. */
import { PEER_PORT } from '@peerlab/contract';
import type { PeerFacts } from '@peerlab/driver';
import type { Engine } from './engine.ts';
import { type LabFacts, readIdentities } from './labels.ts';
import { peerAddress } from './subnet.ts';
import { type FoundContainer, type FoundNetwork, findContainers, findNetworks } from './survey.ts';

/** What a lab is known by. */
export interface LabRemains {
  readonly facts: LabFacts;
  /** Undefined when the network is gone, and with it the topology. */
  readonly network: FoundNetwork | undefined;
  readonly containers: readonly FoundContainer[];
}

/** What the engine has of a lab; undefined when that is nothing. */
export async function findRemains(engine: Engine, name: string): Promise<LabRemains | undefined> {
  const [containers, networks] = await Promise.all([
    findContainers(engine, { lab: name }),
    findNetworks(engine, { lab: name }),
  ]);
  return remainsOf(containers, networks);
}

/** Puts together what belongs to one lab; undefined when that is nothing. */
export function remainsOf(
  containers: readonly FoundContainer[],
  networks: readonly FoundNetwork[],
): LabRemains | undefined {
  const network = networks[0];
  const facts = network?.facts ?? containers[0]?.facts;
  return facts === undefined ? undefined : { facts, network, containers };
}

function isRunning(container: FoundContainer | undefined): boolean {
  return container?.state === 'running' || container?.state === 'paused';
}

/** One entry for every peer that the network's label or a container names. */
export function peersOf(remains: LabRemains): readonly PeerFacts[] {
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
      ...(isRunning(container) && container?.connected === false ? { isolated: true } : {}),
      ...(container === undefined ? {} : { containerId: container.id }),
    };
  });
}
