/**
 * The program as a plain child process: what a lab never does to a peer alone is done here, such as ending its input. It leads
 * its own process group, as a peer of a local lab does: a start script does not pass signals on to what it has started.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { LineSplitter, parsePeerLine } from '@peerlab/contract';
import {
  killStarted,
  LastWords,
  type PlannedKind,
  STARTER_VARIABLE,
  signalGroup,
  thisProcess,
  writeIdentity,
} from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import { v4 } from 'uuid';
import { ClauseBroken, ClauseNotTried } from './clause-errors.ts';

/** See the module's header. */
export class BareProcess implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #nodeId: string;
  readonly #boundMs: number;
  /** It does not hear a Ctrl-C by itself: it is not of the terminal's group. */
  readonly #killGroup = (): void => this.signal('SIGKILL');
  readonly #lastWords: LastWords = new LastWords();

  private constructor(child: ChildProcessWithoutNullStreams, nodeId: string, boundMs: number) {
    this.#child = child;
    this.#nodeId = nodeId;
    this.#boundMs = boundMs;
    process.on('exit', this.#killGroup);
  }

  /** Starts it, and waits for its `ready`. @throws {ClauseNotTried} for an image; {ClauseBroken} when it does not get ready */
  static async start(kind: PlannedKind, isEphemeral: boolean, boundMs: number): Promise<BareProcess> {
    const [file, ...words] = kind.command ?? [];
    if (file === undefined) throw new ClauseNotTried('this clause runs only on processes, but the program is an image');
    const nodeId = v4();
    const env = {
      ...process.env,
      PEERLAB_NAME: 'n0',
      PEERLAB_LAB: 'conform',
      PEERLAB_LISTEN: `127.0.0.1:${await freePort()}`,
      PEERLAB_NODE_ID: nodeId,
      PEERLAB_EPHEMERAL: isEphemeral ? '1' : '0',
      // What is left where this process is killed is found by it: lab prune.
      [STARTER_VARIABLE]: writeIdentity(thisProcess()),
    };
    const child = spawn(file, words, { cwd: kind.folder, env, stdio: 'pipe', detached: true });
    const started = new BareProcess(child, nodeId, boundMs);
    try {
      await started.#ready();
      return started;
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  /** Sends a signal to it and to what it has started, as a local lab does. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) signalGroup(this.#child.pid, signal);
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

  /** Ends it, and whatever it has started: also what has left its group. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#killGroup();
    process.off('exit', this.#killGroup);
    await killStarted(environment => environment.get('PEERLAB_NODE_ID') === this.#nodeId);
  }

  async #ready(): Promise<void> {
    this.#child.on('error', () => undefined);
    this.#child.stdin.on('error', () => undefined);
    const complaints = new LineSplitter(text => this.#lastWords.add(text));
    this.#child.stderr.setEncoding('utf8').on('data', (chunk: string) => complaints.push(chunk));
    const said = new Promise<boolean>(resolve => {
      const splitter = new LineSplitter(text => {
        const line = parsePeerLine(text);
        this.#lastWords.add(text);
        if (line.type === 'event' && line.event.event === 'ready') resolve(true);
      });
      this.#child.stdout.setEncoding('utf8').on('data', (chunk: string) => splitter.push(chunk));
      this.#child.once('close', () => resolve(false));
    });
    const isReady = await bounded(said, this.#boundMs);
    if (isReady === true) return;
    complaints.end();
    throw new ClauseBroken(`it did not say ready when it was started alone${this.#lastWords.clause}`);
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
