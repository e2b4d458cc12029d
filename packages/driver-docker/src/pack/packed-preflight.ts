/** What the engine cannot carry of a packed lab is refused before anything is made, with what to raise. Pure but for the limits it is given. */
import type { LabPlan } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { EngineFacts } from '../engine-facts.ts';
import type { DockerSettings } from '../options.ts';
import { requirePackable } from './can-be-packed.ts';
import { type KernelLimits, kernelLimits, SYSCTLS } from './kernel-limits.ts';
import type { PackLayout } from './pack-layout.ts';

/** Memory of a packed container without peers, and of each of the project's peers in it, in bytes: estimates on the safe side. */
const CONTAINER_BYTES = 64 * 1024 ** 2;
const PEER_BYTES = 192 * 1024;

/** The part of the engine's memory that a lab may take. */
const MEMORY_SHARE = 0.9;

const GIBIBYTE = 1024 ** 3;

/** What a lab takes of the machine. */
export interface PackNeeds {
  readonly memoryBytes: number;
  readonly neighbours: number;
  readonly connections: number;
  readonly files: number;
}

/** @throws {LabError} `CANNOT_CARRY` with what to raise, or what else to do */
export function packedPreflight(
  plan: LabPlan,
  layout: PackLayout,
  facts: EngineFacts,
  settings: DockerSettings,
  limits: KernelLimits = kernelLimits(),
): void {
  requirePackable(plan);
  const needs = packNeeds(plan, layout, settings);
  const details = { peers: plan.peers.length, containers: layout.blocks.length, ...needs };
  if (facts.memoryBytes > 0 && needs.memoryBytes > facts.memoryBytes * MEMORY_SHARE) {
    const [needed, there] = [needs.memoryBytes, facts.memoryBytes].map(bytes => `${(bytes / GIBIBYTE).toFixed(1)} GiB`);
    const message = `${plan.peers.length} peers in ${layout.blocks.length} containers need about ${needed} of memory; the engine has ${there}`;
    throw new LabError('CANNOT_CARRY', message, { advice: 'use --driver simulation, or fewer peers', details });
  }
  for (const name of ['neighbours', 'connections', 'files'] as const) {
    const limit = limits[name];
    if (limit === undefined || needs[name] <= limit) continue;
    const message = `${plan.peers.length} peers in ${layout.blocks.length} containers need about ${needs[name]} ${WORDS[name]}; this machine allows ${limit}`;
    const advice = `sysctl -w ${SYSCTLS[name]}=${2 ** Math.ceil(Math.log2(needs[name]))}${FEWER[name]}`;
    throw new LabError('CANNOT_CARRY', message, { advice, details: { ...details, limit } });
  }
}

const WORDS: Readonly<Record<keyof KernelLimits, string>> = {
  neighbours: 'entries in the table of neighbours',
  connections: 'followed connections',
  files: 'open files',
};

/** What helps as well. */
const FEWER: Readonly<Record<keyof KernelLimits, string>> = {
  neighbours: ', or more peers in a container: --pack',
  connections: '',
  files: '',
};

/** What a lab takes. Containers find each other by one entry each; a link has two ends; a peer listens. */
export function packNeeds(
  { peers, topology }: Pick<LabPlan, 'peers' | 'topology'>,
  { blocks, placeOf }: PackLayout,
  settings: Pick<DockerSettings, 'peerFootprintBytes'>,
): PackNeeds {
  const links = linksOf(topology);
  const crossing = links.filter(([a, b]) => placeOf[a]?.block !== placeOf[b]?.block).length;
  const programs = peers.filter(({ program, kind }) => program !== undefined || kind !== undefined).length;
  return {
    memoryBytes:
      blocks.length * CONTAINER_BYTES + (peers.length - programs) * PEER_BYTES + programs * settings.peerFootprintBytes,
    neighbours: blocks.length * (blocks.length - 1),
    connections: crossing,
    files: peers.length + 2 * links.length + 64 * blocks.length,
  };
}

/** The links of a resolved topology; of peers that choose their own there are none to be counted. */
function linksOf(topology: string): readonly (readonly [number, number])[] {
  try {
    const { links } = JSON.parse(topology) as { readonly links?: unknown };
    return Array.isArray(links) ? links : [];
  } catch {
    return [];
  }
}
