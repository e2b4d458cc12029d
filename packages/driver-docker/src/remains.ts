/** What the engines have of one lab, and who its peers are by that. */
import { PEER_PORT } from '@peerlab/contract';
import type { PeerFacts } from '@peerlab/driver';
import type { Engine } from './engine.ts';
import { type Fleet, type Silence, silenceClause } from './fleet.ts';
import { type LabFacts, readIdentities, readSpan } from './labels.ts';
import type { DockerSettings } from './options.ts';
import { peerAddress } from './subnet.ts';
import { type FoundContainer, type FoundNetwork, findContainersOf, findNetworksOf } from './survey.ts';
import { unreachedEngines } from './swarm/unreached-engines.ts';
import { cutOffEngines } from './swarm.ts';

/** What a lab is known by. */
export interface LabRemains {
  readonly facts: LabFacts;
  /** Undefined when the network is gone, and with it the topology. */
  readonly network: FoundNetwork | undefined;
  readonly containers: readonly FoundContainer[];
  /** Engines that did not answer: what they have of it is not known. */
  readonly silent: readonly Silence[];
  /** Engines that answer, and that the network between engines does not reach. */
  readonly cutOff?: readonly Engine[];
}

/**
 * What the engines have of a lab; undefined when that is nothing.
 * @param trying tries now whether the engines reach each other, which takes a second, and does not wait until their Swarm has noticed
 * @throws {LabError} `ENGINE_UNREACHABLE` where none answers, and where those that answer know nothing of it, but not all do
 */
export async function findRemains(
  fleet: Fleet,
  name: string,
  trying?: DockerSettings,
): Promise<LabRemains | undefined> {
  const [containers, networks, cutOff] = await Promise.all([
    findContainersOf(fleet, { lab: name }),
    findNetworksOf(fleet, { lab: name }),
    trying === undefined ? cutOffEngines(fleet) : unreachedEngines(fleet, trying),
  ]);
  const silent = distinct([...containers.silent, ...networks.silent]);
  const remains = remainsOf(containers.found, networks.found, silent);
  const [first] = silent;
  if (remains === undefined && first !== undefined) throw first.error;
  return remains === undefined || cutOff.length === 0 ? remains : { ...remains, cutOff };
}

/** Puts together what belongs to one lab; undefined when that is nothing. */
export function remainsOf(
  containers: readonly FoundContainer[],
  networks: readonly FoundNetwork[],
  silent: readonly Silence[] = [],
): LabRemains | undefined {
  const network = networks[0];
  const facts = network?.facts ?? containers[0]?.facts;
  return facts === undefined ? undefined : { facts, network, containers, silent };
}

function distinct(silent: readonly Silence[]): readonly Silence[] {
  return [...new Map(silent.map(silence => [silence.engine, silence])).values()];
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
  const engines = enginesOf(remains);
  return [...planned, ...unplanned].map(peer => {
    const container = byIndex.get(peer.index);
    const address = network?.subnet === undefined ? undefined : peerAddress(network.subnet, peer.index);
    const engine = container?.engine.name || engines[peer.index];
    const unseen = whyUnseen(remains, engine, container);
    return {
      ...peer,
      address: address ?? container?.address ?? '',
      port: PEER_PORT,
      state: container?.state ?? 'missing',
      ...(isRunning(container) && container?.connected === false ? { isolated: true } : {}),
      ...(container === undefined ? {} : { containerId: container.id }),
      ...(engine === undefined ? {} : { engine }),
      ...(unseen === undefined ? {} : { unseen }),
    };
  });
}

/** For every peer the name of its engine, of a lab that spans several. */
export function enginesOf({ network }: Pick<LabRemains, 'network'>): readonly (string | undefined)[] {
  const span = network === undefined ? undefined : readSpan(network.labels);
  return span?.places.map(place => span.engines[place]?.name) ?? [];
}

/** Where it is not known which engine has it, it may be any that does not answer. */
function whyUnseen(
  { facts, silent, cutOff = [] }: LabRemains,
  engine: string | undefined,
  container: FoundContainer | undefined,
): string | undefined {
  const spans = facts.engines !== undefined;
  if (spans && cutOff.some(({ name }) => name === engine)) return `engine ${engine} is cut off from the others`;
  if (container !== undefined) return undefined;
  const silence = silent.find(one => engine === undefined || one.engine.name === engine);
  return silence === undefined ? undefined : silenceClause(silence);
}
