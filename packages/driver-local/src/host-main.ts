/**
 * The program of a lab host (host/lab-host.ts). Started by start-host.ts with its settings on standard input, which stays
 * open for as long as the starter waits for the lab. Says on standard output, once, whether it has the lab's name.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { LineSplitter } from '@peerlab/contract';
import { Controller } from './host/controller.ts';
import { LabHost } from './host/lab-host.ts';
import { PROTOCOL } from './messages.ts';
import { type NameLock, takeNameLock } from './name-lock.ts';
import { findOrphans, killOrphans } from './orphans.ts';
import { crashFile, type HostStart } from './start-host.ts';

const splitter = new LineSplitter(line => void run(JSON.parse(line) as HostStart).catch(fail));
const onText = (text: string): void => splitter.push(text);
process.stdin.setEncoding('utf8');
process.stdin.on('data', onText);
process.stdin.on('error', () => undefined);
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
let afterCrash: (report: string) => void = () => undefined;
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

async function run(start: HostStart): Promise<void> {
  process.title = `peerlab-host ${start.lab}`;
  const lock = await takeNameLock(start.socket);
  if (lock === undefined) {
    process.stdout.write('taken\n', () => process.exit(0));
    return;
  }
  // The process that holds the lock is the only host of that name: existing sockets and peers are stale.
  await killOrphans(findOrphans(socket => socket === start.socket));
  rmSync(start.socket, { force: true });
  rmSync(crashFile(start.socket), { force: true });
  const sockets = new Set<Socket>();
  const server = createServer(socket => welcome(socket));
  const host = new LabHost(start.settings, answered => void leave(server, lock, start, answered));
  afterCrash = report => crash(host, start, report);
  process.once('SIGTERM', () => void host.end());
  process.once('SIGINT', () => void host.end());
  process.on('SIGHUP', () => undefined);
  await listen(server, start.socket);
  process.stdout.write('listening\n');
  const starterLeft = (): void => {
    if (host.starterLeft()) process.stdout.write('staying\n');
  };
  if (process.stdin.readableEnded) starterLeft();
  else process.stdin.once('end', starterLeft);

  function welcome(socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const controller = new Controller(socket, start.settings.controllerBacklogBytes, {
      onAsked: (from, asked) => host.take(from, asked),
      onGone: from => host.gone(from),
    });
    controller.tell({ greeting: PROTOCOL, name: start.lab, hostPid: process.pid });
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
async function leave(server: Server, lock: NameLock, start: HostStart, answered: Promise<void>): Promise<void> {
  server.close();
  rmSync(start.socket, { force: true });
  const bound = setTimeout(() => process.exit(0), LAST_ANSWERS_MS);
  await answered;
  clearTimeout(bound);
  lock.release();
  process.exit(0);
}

/** A defect ends the host, and with it the lab; what is known of it stays in a file beside the socket. */
function crash(host: LabHost, start: HostStart, report: string): void {
  host.killAll();
  rmSync(start.socket, { force: true });
  writeFileSync(crashFile(start.socket), report);
}

function fail(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  afterCrash(text);
  process.exit(70);
}
