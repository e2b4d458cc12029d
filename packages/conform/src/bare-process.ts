/** The program as a plain child process: what a lab never does to a peer alone is done here, such as ending its input. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { LineSplitter, parsePeerLine } from '@peerlab/contract';
import type { PlannedKind } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import { v4 } from 'uuid';
import { ClauseBroken, ClauseNotTried } from './clause-errors.ts';

/** See the module's header. */
export class BareProcess implements Disposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #boundMs: number;

  private constructor(child: ChildProcessWithoutNullStreams, boundMs: number) {
    this.#child = child;
    this.#boundMs = boundMs;
  }

  /** Starts it, and waits for its `ready`. @throws {ClauseNotTried} for an image; {ClauseBroken} when it does not get ready */
  static async start(kind: PlannedKind, isEphemeral: boolean, boundMs: number): Promise<BareProcess> {
    const [file, ...words] = kind.command ?? [];
    if (file === undefined) throw new ClauseNotTried('this clause runs only on processes, but the program is an image');
    const env = {
      ...process.env,
      PEERLAB_NAME: 'n0',
      PEERLAB_LAB: 'conform',
      PEERLAB_LISTEN: `127.0.0.1:${await freePort()}`,
      PEERLAB_NODE_ID: v4(),
      PEERLAB_EPHEMERAL: isEphemeral ? '1' : '0',
    };
    const started = new BareProcess(spawn(file, words, { cwd: kind.folder, env, stdio: 'pipe' }), boundMs);
    try {
      await started.#ready();
      return started;
    } catch (error) {
      started[Symbol.dispose]();
      throw error;
    }
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** How it ended, in words, once it has; undefined when it has not within the time. */
  async ended(withinMs: number = this.#boundMs): Promise<string | undefined> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await bounded(once(this.#child, 'exit'), withinMs);
    }
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return undefined;
    return exitCode === null ? `was killed by ${signalCode}` : `exited with status ${exitCode}`;
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }

  async #ready(): Promise<void> {
    this.#child.on('error', () => undefined);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.resume();
    const said = new Promise<boolean>(resolve => {
      const splitter = new LineSplitter(text => {
        const line = parsePeerLine(text);
        if (line.type === 'event' && line.event.event === 'ready') resolve(true);
      });
      this.#child.stdout.setEncoding('utf8').on('data', (chunk: string) => splitter.push(chunk));
      this.#child.once('close', () => resolve(false));
    });
    const isReady = await bounded(said, this.#boundMs);
    if (isReady !== true) throw new ClauseBroken('it did not say ready when it was started alone');
  }
}

async function bounded<T>(work: Promise<T>, withinMs: number): Promise<T | undefined> {
  let timer: Timer | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = startTimer(() => resolve(undefined), withinMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    stopTimer(timer);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
