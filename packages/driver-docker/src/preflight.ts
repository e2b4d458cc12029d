/** What the engine cannot carry is refused before anything is made, with the reason and what to do. */
import type { LabPlan } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { EngineFacts } from './engine-facts.ts';
import { noFreeSubnet, subnetsForLab } from './network.ts';
import type { DockerSettings } from './options.ts';
import type { Subnet } from './subnet.ts';

/** The part of the engine's memory that a lab may take: the rest is the engine's and the system's. */
const MEMORY_SHARE = 0.9;

const GIBIBYTE = 1024 ** 3;

/**
 * Refuses a lab, or an engine's part of one, that the engine cannot carry.
 * @throws {LabError} `CANNOT_CARRY`.
 */
export function preflight(plan: LabPlan, facts: EngineFacts, settings: DockerSettings): void {
  const peers = plan.peers.length;
  if (facts.osType !== 'linux') {
    throw new LabError('CANNOT_CARRY', `the engine runs ${facts.osType} containers; peers need Linux ones`, {
      advice: 'switch the engine to Linux containers, or use --driver local',
    });
  }
  if (peers > settings.maxPeers) {
    throw new LabError(
      'CANNOT_CARRY',
      `${peers} peers are too many: one network bridge carries at most ${settings.maxPeers}`,
      { advice: '--driver simulation supports a million peers', details: { peers, maxPeers: settings.maxPeers } },
    );
  }
  const needed = peers * settings.peerFootprintBytes;
  const available = facts.memoryBytes * MEMORY_SHARE;
  if (facts.memoryBytes > 0 && needed > available) {
    const most = Math.floor(available / settings.peerFootprintBytes);
    throw new LabError(
      'CANNOT_CARRY',
      `${peers} peers need about ${inGib(needed)} of memory; the engine has ${inGib(facts.memoryBytes)}`,
      {
        advice: `at most ${most} peers fit; --driver simulation needs a thousandth of the memory`,
        details: { neededBytes: needed, engineBytes: facts.memoryBytes, mostPeers: most },
      },
    );
  }
}

/**
 * Refuses a lab for which no subnet is free.
 * @param spans whether its network spans engines
 * @throws {LabError} `CANNOT_CARRY`.
 */
export function requireSubnet(
  plan: LabPlan,
  { subnetPools }: DockerSettings,
  taken: readonly Subnet[],
  spans: boolean,
): void {
  if (subnetsForLab(plan, subnetPools, taken, spans).next().done === true) throw noFreeSubnet(subnetPools, taken);
}

function inGib(bytes: number): string {
  return `${(bytes / GIBIBYTE).toFixed(1)} GiB`;
}
