/**
 * A lab's network: internal, on a subnet that nothing else uses. Labs that come up side by side may reach for the same
 * subnet; the engine lets one have it, and the other takes the next.
 */

import { createHash } from 'node:crypto';
import type { LabPlan, PlannedPeer } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import { type Engine, refusedStatus, tolerate } from './engine.ts';
import { hostSubnets } from './host-routes.ts';
import { type LabFacts, networkLabels, type PeerRecipe } from './labels.ts';
import { networkName } from './names.ts';
import { formatAddress, formatSubnet, freeSubnets, parseSubnet, type Subnet } from './subnet.ts';
import { findNetworks, subnetsOf } from './survey.ts';

/** The longest pause before a second try, in milliseconds: several times what an engine takes to make a network. */
const TWIN_PAUSE_MS = 300;

/** A network that is there. */
export interface LabNetwork {
  readonly id: string;
  readonly name: string;
  readonly subnet: Subnet;
}

/** What a network is made from. */
export interface NetworkWish {
  readonly plan: LabPlan;
  readonly facts: LabFacts;
  readonly pools: readonly string[];
  readonly recipeOf: (peer: PlannedPeer) => PeerRecipe;
}

/** The ranges in use: those of the engine's networks and, for an engine on this machine, those of the machine. */
export async function takenSubnets(engine: Engine): Promise<readonly Subnet[]> {
  const [networks, routes] = await Promise.all([
    engine.call('list the networks', abortSignal => engine.docker.listNetworks({ abortSignal })),
    engine.local ? hostSubnets() : [],
  ]);
  return [...networks.flatMap(subnetsOf), ...routes];
}

/** The free subnets for that lab. It begins at a place that its name gives: the same lab tends to get the same addresses. */
export function subnetsForLab(
  plan: LabPlan,
  pools: readonly string[],
  taken: readonly Subnet[],
): Generator<Subnet, void, undefined> {
  return freeSubnets({
    pools: pools.map(parseSubnet).filter(pool => pool !== undefined),
    peers: plan.peers.length,
    start: createHash('sha256').update(plan.name).digest().readUInt16BE(0),
    taken,
  });
}

/** The refusal of a lab for which no subnet is free. */
export function noFreeSubnet(pools: readonly string[], taken: readonly Subnet[]): LabError {
  return new LabError('CANNOT_CARRY', `no subnet is free in ${pools.join(', ')}`, {
    advice: 'remove unused labs (lab ls, lab down), or configure other address ranges',
    details: { pools, taken: taken.map(formatSubnet) },
  });
}

/**
 * Makes the network. Where the engine says that a subnet overlaps after all, the next one is taken.
 * @throws {LabError} `CANNOT_CARRY` when no subnet is left; `NAME_TAKEN` when a network of that name came in between;
 *   `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`.
 */
export async function createNetwork(engine: Engine, wish: NetworkWish): Promise<LabNetwork> {
  const name = networkName(wish.plan.name);
  const taken = [...(await takenSubnets(engine))];
  for (const subnet of subnetsForLab(wish.plan, wish.pools, taken)) {
    try {
      const id = await create(engine, name, subnet, wish);
      if (await isAlone(engine, wish.plan.name, id)) return { id, name, subnet };
    } catch (error) {
      if (refusedStatus(error) === 409) throw nameTaken(name, error);
      if (!isOverlap(error)) throw error;
      taken.push(subnet, ...(await takenSubnets(engine)));
    }
  }
  throw noFreeSubnet(wish.pools, taken);
}

async function create(engine: Engine, name: string, subnet: Subnet, wish: NetworkWish): Promise<string> {
  const network = await engine.call(`create the network ${name}`, abortSignal =>
    engine.docker.createNetwork({
      Name: name,
      CheckDuplicate: true,
      Driver: 'bridge',
      Internal: true,
      IPAM: { Driver: 'default', Config: [{ Subnet: formatSubnet(subnet), Gateway: formatAddress(subnet.base + 1) }] },
      Labels: { ...networkLabels(wish.facts, wish.plan, wish.recipeOf) },
      abortSignal,
    }),
  );
  return network.id;
}

/**
 * Engines check a network's name without a lock, so two processes can both create one. A process that sees another's
 * next to its own gives way: so one that saw none can be sure that every later one does. Two that saw each other both
 * give way, and try again after pauses of different length.
 * @returns false when it gave way.
 */
async function isAlone(engine: Engine, lab: string, id: string): Promise<boolean> {
  const twins = (await findNetworks(engine, { lab })).filter(other => other.id !== id);
  if (twins.length === 0) return true;
  await tolerate(
    [404],
    engine.call('remove a second network', abortSignal => engine.docker.getNetwork(id).remove({ abortSignal })),
  );
  await pause(Math.random() * TWIN_PAUSE_MS);
  if ((await findNetworks(engine, { lab })).length > 0) throw nameTaken(networkName(lab), undefined);
  return false;
}

function nameTaken(name: string, cause: unknown): LabError {
  return new LabError('NAME_TAKEN', `the network ${name} already exists, created by another program`, {
    advice: 'another `up` of this lab may be running: try again later',
    cause,
  });
}

/** The words of the engine for an overlap: of its address pools, or of the bridge with another one. */
function isOverlap(error: unknown): boolean {
  return (
    error instanceof LabError &&
    error.code === 'ENGINE_REFUSED' &&
    /overlap|conflicts with network/i.test(error.message)
  );
}
