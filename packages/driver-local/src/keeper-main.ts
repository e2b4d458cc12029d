/**
 * The program of a lab keeper (keeper/lab-keeper.ts). Started by start-keeper.ts with its settings on standard input, which stays
 * open for as long as the starter waits for the lab. Says on standard output, once, whether it has the lab's name.
 */

import { rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { LineSplitter } from '@peerlab/contract';
import { killProcesses, killStarted } from '@peerlab/driver';
import { startTimer, stopTimer } from '@peerlab/timers';
import { Controller } from './keeper/controller.ts';
import { LabKeeper } from './keeper/lab-keeper.ts';
import { ListeningSocket } from './keeper/listening-socket.ts';
import { PeerVolumes } from './keeper/peer-volumes.ts';
import { KeeperConnection } from './keeper-connection.ts';
import { KEEPER_TITLE } from './keeper-processes.ts';
import { PROTOCOL } from './messages.ts';
import { type NameLock, takeNameLock } from './name-lock.ts';
import { findOrphans } from './orphans.ts';
import { crashFile, dataFolder, type KeeperStart } from './start-keeper.ts';

const splitter = new LineSplitter(line => void run(JSON.parse(line) as KeeperStart).catch(fail));
const onText = (text: string): void => splitter.push(text);
process.stdin.setEncoding('utf8');
process.stdin.on('data', onText);
process.stdin.on('error', () => undefined);
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
let afterCrash: (report: string) => void = () => undefined;
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

async function run(start: KeeperStart): Promise<void> {
  const socket = new ListeningSocket(start.socket, welcome);
  process.on('SIGHUP', () => socket.restore());
  // From now on others may send it signals: keeper-processes.ts.
  process.title = `${KEEPER_TITLE} ${start.lab}`;
  const lock = await takeNameLock(start.socket);
  if (lock === undefined || (await isServed(start))) {
    process.stdout.write('taken\n', () => process.exit(0));
    return;
  }
  // The process that holds the lock is the only keeper of that name: existing sockets and peers are stale.
  await killProcesses(findOrphans(orphanOf => orphanOf === start.socket));
  rmSync(crashFile(start.socket), { force: true });
  const volumes = new PeerVolumes(dataFolder(start.socket));
  volumes.remove();
  const keeper = new LabKeeper(start.settings, volumes, answered => void leave({ socket, lock, volumes }, answered));
  afterCrash = report => crash(keeper, socket, start, report);
  process.once('SIGTERM', () => void keeper.end());
  process.once('SIGINT', () => void keeper.end());
  await socket.listen();
  process.stdout.write('listening\n');
  const starterLeft = (): void => {
    if (keeper.starterLeft()) process.stdout.write('staying\n');
  };
  if (process.stdin.readableEnded) starterLeft();
  else process.stdin.once('end', starterLeft);

  function welcome(connection: Socket): void {
    const controller = new Controller(connection, start.settings.controllerBacklogBytes, {
      onAsked: (from, asked) => keeper.take(from, asked),
      onGone: from => keeper.gone(from),
    });
    controller.tell({ greeting: PROTOCOL, name: start.lab, keeperPid: process.pid });
  }
}

/** Locks are of one network namespace, a folder may be of several: the process that serves the socket has the name. */
async function isServed({ socket, lab }: KeeperStart): Promise<boolean> {
  const connection = await KeeperConnection.open(socket, lab, LAST_ANSWERS_MS);
  connection?.close();
  return connection !== undefined;
}

/** How long the last answers may take on their way, in milliseconds. */
const LAST_ANSWERS_MS = 2000;

/** What a keeper has until it ends. */
interface Held {
  readonly socket: ListeningSocket;
  readonly lock: NameLock;
  readonly volumes: PeerVolumes;
}

/** The process's end closes every connection: who waits for the lab to be gone waits for that. */
async function leave({ socket, lock, volumes }: Held, answered: Promise<void>): Promise<void> {
  socket.close();
  const bound = startTimer(() => process.exit(0), LAST_ANSWERS_MS);
  // A peer's program may have started others that left its process group.
  await Promise.all([answered, killStarted()]);
  stopTimer(bound);
  volumes.remove();
  lock.release();
  process.exit(0);
}

/** A defect ends the keeper, and with it the lab; what is known of it stays in a file beside the socket. */
function crash(keeper: LabKeeper, socket: ListeningSocket, start: KeeperStart, report: string): void {
  keeper.killAll();
  socket.close();
  try {
    writeFileSync(crashFile(start.socket), report);
  } catch {
    // It was told on standard error already.
  }
}

function fail(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  afterCrash(text);
  process.exit(70);
}
