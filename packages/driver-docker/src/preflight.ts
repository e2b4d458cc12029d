/** What the engine cannot carry is refused before anything is made, with the reason and what to do. */
import type { LabPlan, PlannedPeer } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { EngineFacts } from './engine-facts.ts';
import { type AddressedLab, noFreeSubnet, subnetsForLab } from './network.ts';
import type { DockerSettings } from './options.ts';
import { requireBlockPrograms } from './pack/block-network.ts';
import type { PackLayout } from './pack/pack-layout.ts';
import { packedPreflight } from './pack/packed-preflight.ts';
import type { Subnet } from './subnet.ts';

/** The part of the engine's memory that a lab may take: the rest is the engine's and the system's. */
const MEMORY_SHARE = 0.9;

const GIBIBYTE = 1024 ** 3;

/**
 * Refuses a lab, or an engine's part of one, that the engine cannot carry.
 * @throws {LabError} `CANNOT_CARRY`.
 */
export function preflight(plan: LabPlan, facts: EngineFacts, settings: DockerSettings, layout?: PackLayout): void {
  const peers = plan.peers.length;
  if (facts.osType !== 'linux') {
    throw new LabError('CANNOT_CARRY', `the engine runs ${facts.osType} containers; peers need Linux ones`, {
      advice: 'switch the engine to Linux containers, or use --driver local',
    });
  }
  if (layout !== undefined) {
    requireBlockPrograms();
    packedPreflight(plan, layout, facts, settings);
    return;
  }
  if (peers > settings.maxPeers) {
    throw new LabError(
      'CANNOT_CARRY',
      `${peers} peers are too many: one network bridge carries at most ${settings.maxPeers}`,
      {
        advice: '--pack auto has many peers in a container; --driver simulation supports a million',
        details: { peers, maxPeers: settings.maxPeers },
      },
    );
  }
  const needed = plan.peers.reduce((sum, peer) => sum + footprintOf(peer, settings), 0);
  const available = facts.memoryBytes * MEMORY_SHARE;
  if (facts.memoryBytes > 0 && needed > available) throw tooMuchMemory(plan, needed, facts, settings);
}

/**
 * Refuses a lab for which no subnet is free.
 * @param spans whether its network spans engines
 * @throws {LabError} `CANNOT_CARRY`.
 */
export function requireSubnet(
  plan: AddressedLab,
  { subnetPools }: DockerSettings,
  taken: readonly Subnet[],
  spans: boolean,
): void {
  if (subnetsForLab(plan, subnetPools, taken, spans).next().done === true) throw noFreeSubnet(subnetPools, taken);
}

/**
 * What is counted for a peer. `memory:` is a limit: one above the default says that the peer needs that much, and is counted whole;
 * one below it says only that the peer can do with less.
 */
function footprintOf({ needs }: PlannedPeer, settings: DockerSettings): number {
  const limit = needs?.memoryBytes ?? settings.memoryBytes;
  return limit > settings.memoryBytes ? limit : Math.min(limit, settings.peerFootprintBytes);
}

function tooMuchMemory(plan: LabPlan, needed: number, facts: EngineFacts, settings: DockerSettings): LabError {
  const peers = plan.peers.length;
  const engine = facts.memoryBytes;
  const large = plan.peers.filter(peer => footprintOf(peer, settings) > settings.peerFootprintBytes);
  const names = [
    ...new Set(large.map(({ name, kind }) => (kind === undefined ? `the peer ${name}` : `the kind ${kind.name}`))),
  ];
  const mostPeers = Math.floor((engine * MEMORY_SHARE * peers) / needed);
  const fit =
    mostPeers === 0 ? 'not one such peer fits' : `at most ${mostPeers} ${large.length > 0 ? 'such ' : ''}peers fit`;
  return new LabError(
    'CANNOT_CARRY',
    `${peers} ${peers === 1 ? 'peer needs' : 'peers need'} about ${inGib(needed)} of memory; the engine has ${inGib(engine)}`,
    {
      advice:
        names.length === 0
          ? `${fit}; --driver simulation needs a thousandth of the memory`
          : `${fit}; memory: of ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and others' : ''} is counted whole: lower it where the program needs less`,
      details: { neededBytes: needed, engineBytes: engine, mostPeers },
    },
  );
}

function inGib(bytes: number): string {
  return `${(bytes / GIBIBYTE).toFixed(1)} GiB`;
}
