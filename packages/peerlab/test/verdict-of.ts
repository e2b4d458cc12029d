/** The topologies of topologies/, and what a driver says of one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Driver } from '@peerlab/driver';
import { capabilityIfAny } from '@peerlab/driver';
import { createLocalDriver } from '@peerlab/driver-local';
import { INSTALLATION } from '@peerlab/installation';
import { bringUp, type CheckFinding } from '@peerlab/lab';
import { isLargeTopology, parseAnyTopology, type Topology } from '@peerlab/topology';

const FOLDER = fileURLToPath(new URL('../../../topologies/', import.meta.url));

/** Every file that is laid out peer by peer, by its name. */
export const TOPOLOGIES: readonly Topology[] = topologiesIn(FOLDER);

/** More peers than that take many processes, and many seconds. */
const MANY_PEERS = 40;

/** True for topologies of so many peers that one of them stands for all where real sockets are the point. */
export const isLarge = ({ peers }: Topology): boolean => peers.length > MANY_PEERS;

/** Those with scenarios of their own. */
export const LESSONS: readonly Topology[] = topologiesIn(join(FOLDER, 'lessons'));

function topologiesIn(folder: string): Topology[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .map(file => parseAnyTopology(readFileSync(join(folder, file)), { file }))
    .filter((topology): topology is Topology => !isLargeTopology(topology));
}

/** How the check `broadcast` ends where frames are part of the verdict. */
export const FRAMES = /; \d+ frames, predicted \d+$/;

/** What a lab came to. */
export interface LabFindings {
  /** Everything that they say, deliveries and frames among it; without the time that they took. */
  readonly checks: readonly ReturnType<typeof withoutTime>[];
  readonly passed: boolean;
  /** On the simulation. */
  readonly traceHash: string | undefined;
}

/** Brings a lab up, proves it, and takes it down. */
export async function verdictOf(topology: Topology, driver: Driver): Promise<LabFindings> {
  const { lab, checks, passed } = await bringUp(topology, driver, { ephemeral: true });
  const traceHash = capabilityIfAny(lab.running, 'reproduce')?.traceHash;
  await lab.down();
  return { checks: checks.map(withoutTime), passed, traceHash };
}

function withoutTime({ timeMs: _, ...finding }: CheckFinding) {
  return finding;
}

/** The verdict on processes of this machine, which keep their sockets in that directory. */
export async function onProcesses(topology: Topology, runtimeDirectory: string): Promise<LabFindings> {
  const peerProgram = [process.execPath, INSTALLATION.peerProgram];
  return await verdictOf(topology, createLocalDriver({ peerProgram, runtimeDirectory }));
}
