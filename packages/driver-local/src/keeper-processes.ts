/**
 * Lab keepers as processes: one whose socket was deleted, or that is frozen, still has a lab. Found on Linux alone, as
 * own-processes.ts of the package driver says.
 */
import { dirname } from 'node:path';
import {
  killProcesses,
  type OwnProcess,
  ownProcesses,
  readIdentity,
  readProc,
  STARTER_VARIABLE,
} from '@peerlab/driver';

/** Names the socket of the keeper, in its own environment and in that of each of its peers. */
export const KEEPER_VARIABLE = 'PEERLAB_LOCAL_KEEPER';

/** Names the lab of a keeper, in its own environment. */
export const LAB_VARIABLE = 'PEERLAB_LOCAL_LAB';

/** How the process of a keeper is called once it takes signals. */
export const KEEPER_TITLE = 'peerlab-keeper';

/** A keeper, by its process. */
export interface KeeperProcess {
  readonly lab: string;
  /** The path of its socket, whether that is there or not. */
  readonly socket: string;
  readonly process: OwnProcess;
  /** Its peers, and whatever they have started. */
  readonly started: readonly OwnProcess[];
  /** False while it starts: it would be ended by a signal. */
  readonly takesSignals: boolean;
}

/** The keepers whose sockets are in a folder. */
export function keepersIn(directory: string): readonly KeeperProcess[] {
  return keepers(socket => dirname(socket) === directory);
}

/** The keeper with that socket; undefined when there is none, or when it cannot be seen. */
export function keeperOf(socket: string): KeeperProcess | undefined {
  return keepers(other => other === socket)[0];
}

/** Kills a keeper and whatever it has started, and waits until all of that is gone. */
export async function killKeeper({ process: keeper, started }: KeeperProcess): Promise<void> {
  // The keeper first: it starts nothing more then.
  await killProcesses([keeper]);
  await killProcesses(started);
}

function keepers(isMeant: (socket: string) => boolean): readonly KeeperProcess[] {
  const processes = ownProcesses(environment => environment.has(KEEPER_VARIABLE));
  return processes.flatMap(one => {
    const lab = one.environment.get(LAB_VARIABLE);
    const socket = one.environment.get(KEEPER_VARIABLE);
    if (lab === undefined || socket === undefined || !isMeant(socket)) return [];
    return [{ lab, socket, process: one, started: startedBy(one, processes), takesSignals: hasTitle(one.processId) }];
  });
}

function startedBy(keeper: OwnProcess, processes: readonly OwnProcess[]): readonly OwnProcess[] {
  return processes.filter(({ environment }) => {
    const starter = readIdentity(environment.get(STARTER_VARIABLE));
    return starter?.processId === keeper.processId && starter.startedAtTicks === keeper.startedAtTicks;
  });
}

function hasTitle(processId: number): boolean {
  return readProc(`${processId}/cmdline`)?.startsWith(`${KEEPER_TITLE} `) === true;
}
