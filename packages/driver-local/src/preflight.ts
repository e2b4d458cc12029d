/** What this machine cannot carry is refused before anything is made, with the reason and what to do. */
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import type { LabPlan } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { LocalSettings } from './options.ts';
import { userTasksLeft } from './user-tasks.ts';

/** What a machine has left. Undefined: it sets no limit, or does not tell. */
export interface MachineRoom {
  readonly memoryBytes: number | undefined;
  /** Files that one process may have open. */
  readonly openFiles: number | undefined;
  /** Processes and threads that may still be started. */
  readonly tasks: number | undefined;
  /** Of these, those that this user may start. */
  readonly userTasks: number | undefined;
}

/** Threads of one Node process: its own, four of V8, four of libuv, and two helpers. */
const TASKS_PER_PEER = 11;

/** Files that the keeper has open for one peer: its three streams. */
const FILES_PER_PEER = 3;

/** Files that the keeper has open beside: sockets of labs and controllers, and what Node takes. */
const FILES_BESIDE = 64;

/** The part of the free memory that a lab may take. */
const MEMORY_SHARE = 0.9;

const MEBIBYTE = 1024 ** 2;

/**
 * Refuses to start so many peers.
 * @throws {LabError} `CANNOT_CARRY`.
 */
export function preflight(
  peers: number,
  plan: LabPlan,
  settings: Pick<LocalSettings, 'peerFootprintBytes'>,
  room: MachineRoom = machineRoom(),
): void {
  const limits = [
    {
      most: fits(
        room.memoryBytes === undefined ? undefined : room.memoryBytes * MEMORY_SHARE,
        settings.peerFootprintBytes,
      ),
      what: `memory: ${Math.round((room.memoryBytes ?? 0) / MEBIBYTE)} MiB are free, a peer takes ${Math.round(settings.peerFootprintBytes / MEBIBYTE)}`,
      advice: 'free some memory',
    },
    {
      most: fits(room.openFiles === undefined ? undefined : room.openFiles - FILES_BESIDE, FILES_PER_PEER),
      what: `open files: a process may have ${room.openFiles}, the lab keeper needs ${FILES_PER_PEER} for a peer`,
      advice: 'raise the limit (ulimit -Hn)',
    },
    {
      most: fits(room.tasks, TASKS_PER_PEER),
      what: `processes: ${room.tasks} more threads may be started, a peer has ${TASKS_PER_PEER}`,
      advice: 'raise the limit (pids.max of the control group, or kernel.threads-max)',
    },
    {
      // The lab keeper is a process of Node as well.
      most: fits(room.userTasks === undefined ? undefined : room.userTasks - TASKS_PER_PEER, TASKS_PER_PEER),
      what: `processes of this user: ${room.userTasks} more threads may be started, a peer and the lab keeper have ${TASKS_PER_PEER} each`,
      advice: 'raise the limit (ulimit -u)',
    },
  ];
  for (const { most, what, advice } of limits) {
    if (peers <= most) continue;
    throw new LabError(
      'CANNOT_CARRY',
      `this machine cannot run the ${peers} peers of ${plan.name}: not enough ${what}`,
      {
        advice: `${advice}; at most ${most} peers fit; --driver simulation supports a million`,
        details: { lab: plan.name, peers, mostPeers: most },
      },
    );
  }
}

/** What this machine has left now. */
export function machineRoom(): MachineRoom {
  return {
    memoryBytes: freeMemory(),
    openFiles: openFilesLimit(),
    tasks: tasksLeft(),
    userTasks: userTasksLeft(),
  };
}

function fits(room: number | undefined, each: number): number {
  return room === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(room / each));
}

/** Takes the control group's limit into account where Node can tell (20.13). */
function freeMemory(): number {
  return process.availableMemory?.() ?? freemem();
}

function openFilesLimit(): number | undefined {
  // Node raises its own limit to the hard one at its start; so will the keeper.
  const limit = /^Max open files\s+\d+\s+(\d+)/m.exec(read('/proc/self/limits') ?? '')?.[1];
  return limit === undefined ? undefined : Number(limit);
}

/** The narrowest of the control group's limit (version 2, then 1) and the system's. */
function tasksLeft(): number | undefined {
  const group = /^0::(.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1];
  const folders = [...(group === undefined ? [] : [`/sys/fs/cgroup${group}`]), '/sys/fs/cgroup', '/sys/fs/cgroup/pids'];
  for (const folder of folders) {
    const most = Number(read(`${folder}/pids.max`) ?? 'none');
    const now = Number(read(`${folder}/pids.current`) ?? 'none');
    if (Number.isFinite(most) && Number.isFinite(now)) return Math.max(0, most - now);
  }
  const systemMost = Number(read('/proc/sys/kernel/threads-max') ?? 'none');
  return Number.isFinite(systemMost) ? systemMost : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
