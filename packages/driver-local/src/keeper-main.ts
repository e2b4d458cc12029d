/**
 * The program of a lab keeper (keeper/lab-keeper.ts). Started by start-keeper.ts with its settings on standard input, which stays
 * open for as long as the starter waits for the lab. Says on standard output, once, whether it has the lab's name.
 */

import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { LineSplitter } from '@peerlab/contract';
import { startTimer, stopTimer } from '@peerlab/timers';
import { Controller } from './keeper/controller.ts';
import { LabKeeper } from './keeper/lab-keeper.ts';
import { PROTOCOL } from './messages.ts';
import { type NameLock, takeNameLock } from './name-lock.ts';
import { findOrphans, killOrphans } from './orphans.ts';
import { crashFile, type KeeperStart } from './start-keeper.ts';

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
  process.title = `peerlab-keeper ${start.lab}`;
  const lock = await takeNameLock(start.socket);
  if (lock === undefined) {
    process.stdout.write('taken\n', () => process.exit(0));
    return;
  }
  // The process that holds the lock is the only keeper of that name: existing sockets and peers are stale.
  await killOrphans(findOrphans(socket => socket === start.socket));
  rmSync(start.socket, { force: true });
  rmSync(crashFile(start.socket), { force: true });
  const sockets = new Set<Socket>();
  const server = createServer(socket => welcome(socket));
  const keeper = new LabKeeper(start.settings, answered => void leave(server, lock, start, answered));
  afterCrash = report => crash(keeper, start, report);
  process.once('SIGTERM', () => void keeper.end());
  process.once('SIGINT', () => void keeper.end());
  process.on('SIGHUP', () => undefined);
  await listen(server, start.socket);
  process.stdout.write('listening\n');
  const starterLeft = (): void => {
    if (keeper.starterLeft()) process.stdout.write('staying\n');
  };
  if (process.stdin.readableEnded) starterLeft();
  else process.stdin.once('end', starterLeft);

  function welcome(socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const controller = new Controller(socket, start.settings.controllerBacklogBytes, {
      onAsked: (from, asked) => keeper.take(from, asked),
      onGone: from => keeper.gone(from),
    });
    controller.tell({ greeting: PROTOCOL, name: start.lab, keeperPid: process.pid });
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, backlog: 511 }, () => resolve());
  });
}

/** How long the last answers may take on their way, in milliseconds. */
const LAST_ANSWERS_MS = 2000;

/** The process's end closes every connection: who waits for the lab to be gone waits for that. */
async function leave(server: Server, lock: NameLock, start: KeeperStart, answered: Promise<void>): Promise<void> {
  server.close();
  rmSync(start.socket, { force: true });
  const bound = startTimer(() => process.exit(0), LAST_ANSWERS_MS);
  await answered;
  stopTimer(bound);
  lock.release();
  process.exit(0);
}

/** A defect ends the keeper, and with it the lab; what is known of it stays in a file beside the socket. */
function crash(keeper: LabKeeper, start: KeeperStart, report: string): void {
  keeper.killAll();
  rmSync(start.socket, { force: true });
  writeFileSync(crashFile(start.socket), report);
}

function fail(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  afterCrash(text);
  process.exit(70);
}
