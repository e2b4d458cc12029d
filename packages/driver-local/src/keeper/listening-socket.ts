/**
 * The keeper's socket in the file system. Something may delete its file while the keeper lives, such as a cleaner of /tmp:
 * then nobody finds the lab, and the file is made anew.
 */
import { lstatSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { startTicker } from '@peerlab/timers';
import { ensureRuntimeDirectory } from '../runtime-directory.ts';

/** How often the file is looked for, in milliseconds; who misses it asks for it at once, by SIGHUP. */
const LOOK_EVERY_MS = 5000;

/** See the module's header. */
export class ListeningSocket {
  readonly #path: string;
  readonly #onConnection: (socket: Socket) => void;
  #server: Server | undefined;
  #file: string | undefined;
  #work: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(path: string, onConnection: (socket: Socket) => void) {
    this.#path = path;
    this.#onConnection = onConnection;
  }

  /** Listens. Only for the holder of the name's lock: a socket that is there is stale. */
  async listen(): Promise<void> {
    if (lstatSync(this.#path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(this.#path, { force: true });
    await this.#listen();
    startTicker(() => this.restore(), LOOK_EVERY_MS).unref();
  }

  /** Makes the file anew where it is missing; what has its place is left alone. Does nothing before {@link listen}. */
  restore(): void {
    this.#work = this.#work.then(() => this.#restore()).catch(() => undefined);
  }

  /** Takes no more connections, and removes the file; those that are open stay. */
  close(): void {
    this.#isOver = true;
    // The system's call removes whatever has the name: only where it is this file.
    if (this.#file === undefined || fileAt(this.#path) === this.#file) this.#server?.close();
  }

  async #restore(): Promise<void> {
    if (this.#isOver || this.#server === undefined || fileAt(this.#path) !== undefined) return;
    // First: closing removes the file of that name.
    this.#server.close();
    ensureRuntimeDirectory(dirname(this.#path));
    await this.#listen();
  }

  async #listen(): Promise<void> {
    const server = createServer(socket => this.#onConnection(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path: this.#path, backlog: 511 }, () => resolve());
    });
    server.on('error', () => undefined);
    this.#server = server;
    this.#file = fileAt(this.#path);
  }
}

/** Tells one file of a name from a later one; undefined where there is none. */
function fileAt(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev} ${found.ino} ${found.birthtimeMs}`;
}
