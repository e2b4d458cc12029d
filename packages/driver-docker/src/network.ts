/**
 * A lab's network: internal, on a subnet that nothing else uses. Labs that come up side by side may reach for the same
 * subnet; the engine lets one have it, and the other takes the next.
 */

import { createHash } from 'node:crypto';
import type { LabPlan, PlannedPeer } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import { type Engine, refusedStatus, tolerate } from './engine.ts';
import type { Fleet } from './fleet.ts';
import { addressesOf } from './found-gates.ts';
import { hostSubnets } from './host-routes.ts';
import { type LabFacts, networkLabels, type PeerRecipe, type Span } from './labels.ts';
import { networkName } from './names.ts';
import { removeNetwork } from './remove.ts';
import {
  formatAddress,
  formatSubnet,
  freeSubnets,
  MACHINE_ADDRESSES,
  machineRange,
  parseSubnet,
  type Subnet,
} from './subnet.ts';
import { findNetworks, subnetsOf } from './survey.ts';

/** The longest pause before a second try, in milliseconds: several times what an engine takes to make a network. */
const TWIN_PAUSE_MS = 300;

/** A network that is there. */
export interface LabNetwork {
  readonly id: string;
  readonly name: string;
  readonly subnet: Subnet;
}

/** A lab as its subnet depends on it. */
export interface AddressedLab {
  readonly name: string;
  /** One for each address. */
  readonly peers: { readonly length: number };
}

/** What a network is made from. */
export interface NetworkWish {
  readonly plan: LabPlan;
  readonly facts: LabFacts;
  readonly pools: readonly string[];
  readonly recipeOf: (peer: PlannedPeer) => PeerRecipe;
  /** The engines that it spans; undefined for a network of one. */
  readonly span: Span | undefined;
  /** Of a packed lab: how many addresses it takes, and the peers of a container. */
  readonly packed?: { readonly addresses: number; readonly size: number } | undefined;
}

/** The ranges in use: those of the engines' networks and, for an engine on this machine, those of the machine. */
export async function takenSubnets({ engines }: Fleet): Promise<readonly Subnet[]> {
  const listed = await Promise.all(
    engines.map(async engine => {
      const [networks, routes] = await Promise.all([
        engine.call('list the networks', abortSignal => engine.docker.listNetworks({ abortSignal })),
        engine.local ? hostSubnets() : [],
      ]);
      return [...networks.flatMap(subnetsOf), ...routes];
    }),
  );
  return listed.flat();
}

/**
 * The free subnets for that lab. It begins at a place that its name gives: the same lab tends to get the same addresses.
 * @param spans a Swarm takes addresses for its machines
 */
export function subnetsForLab(
  plan: AddressedLab,
  pools: readonly string[],
  taken: readonly Subnet[],
  spans = false,
): Generator<Subnet, void, undefined> {
  return freeSubnets({
    pools: pools.map(parseSubnet).filter(pool => pool !== undefined),
    peers: plan.peers.length,
    kept: spans ? MACHINE_ADDRESSES : 0,
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
export async function createNetwork(fleet: Fleet, wish: NetworkWish): Promise<LabNetwork> {
  const { control: engine } = fleet;
  const name = networkName(wish.plan.name);
  const taken = [...(await takenSubnets(fleet))];
  const addressed = { name: wish.plan.name, peers: { length: wish.packed?.addresses ?? addressesOf(wish.plan) } };
  for (const subnet of subnetsForLab(addressed, wish.pools, taken, wish.span !== undefined)) {
    try {
      const id = await create(engine, name, subnet, wish);
      if (wish.span !== undefined) await requireSubnet(engine, { id, name, subnet });
      if (await isAlone(engine, wish.plan.name, id)) return { id, name, subnet };
    } catch (error) {
      if (refusedStatus(error) === 409) throw nameTaken(name, error);
      if (!isOverlap(error)) throw error;
      taken.push(subnet, ...(await takenSubnets(fleet)));
    }
  }
  throw noFreeSubnet(wish.pools, taken);
}

async function create(engine: Engine, name: string, subnet: Subnet, wish: NetworkWish): Promise<string> {
  const { span, packed } = wish;
  const range = { Subnet: formatSubnet(subnet), Gateway: formatAddress(subnet.base + 1) };
  const network = await engine.call(`create the network ${name}`, abortSignal =>
    engine.docker.createNetwork({
      Name: name,
      CheckDuplicate: true,
      // The addresses that a Swarm takes for its machines come from the end of the subnet: a peer that has one of them too would
      // fail after 20 s.
      ...(span === undefined
        ? { Driver: 'bridge', IPAM: { Driver: 'default', Config: [range] } }
        : {
            Driver: 'overlay',
            Attachable: true,
            IPAM: { Driver: 'default', Config: [{ ...range, IPRange: formatSubnet(machineRange(subnet)) }] },
          }),
      Internal: true,
      Labels: { ...networkLabels(wish.facts, wish.plan, wish.recipeOf, { span, packSize: packed?.size }) },
      abortSignal,
    }),
  );
  return network.id;
}

/** How long a Swarm may take to give a network its subnet, in milliseconds, and between two looks: it does so after its answer. */
const SUBNET_MS = 3000;
const SUBNET_PAUSE_MS = 30;

/** A Swarm makes a network whose subnet overlaps with another one's nevertheless, without any subnet: it is removed, and told. */
async function requireSubnet(engine: Engine, { id, name, subnet }: LabNetwork): Promise<void> {
  const look = async (): Promise<readonly string[]> => {
    // The client's types leave the signal out: the call bounds it.
    const inspected = await engine.call(`inspect the network ${name}`, () => engine.docker.getNetwork(id).inspect());
    return subnetsOf(inspected).map(formatSubnet);
  };
  const giveUpMs = performance.now() + SUBNET_MS;
  let given = await look();
  while (given.length === 0 && performance.now() < giveUpMs) {
    await pause(SUBNET_PAUSE_MS);
    given = await look();
  }
  if (given.includes(formatSubnet(subnet))) return;
  await removeNetwork(engine, id);
  const wanted = formatSubnet(subnet);
  const message = `could not create the network ${name}: the Swarm gave it ${given.join(', ') || 'no subnet'}, not ${wanted}`;
  throw new LabError('ENGINE_REFUSED', message, { details: { network: name, subnet: wanted, overlaps: true } });
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
    (error.details.overlaps === true || /overlap|conflicts with network/i.test(error.message))
  );
}
