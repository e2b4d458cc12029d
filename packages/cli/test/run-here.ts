/**
 * Runs the command within the test's own process: what a verb prints and its exit status, without the second that a
 * process takes to start. run-lab.ts starts real ones, for signals, pipes and everything else that a process is about.
 */
import { Readable, Writable } from 'node:stream';
import { forgetDrivers, namedDriver, namedEngines, useDriver, useEngines } from '../src/drivers.ts';
import { runCommand } from '../src/main.ts';
import type { Ended } from './ended.ts';

/** Where the command runs. */
export interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What a command puts on its process, and a test must take off again. */
const EVENTS = ['uncaughtException', 'unhandledRejection', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Where the drivers that the command keeps have their labs and their engine. */
let driversOf: string | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs `lab` to its end, after the runs that were asked for before. */
export async function runHere(words: readonly string[], input: string, place: Place): Promise<Ended> {
  const { XDG_RUNTIME_DIR, DOCKER_HOST, PEERLAB_DRIVERS } = place.env;
  const drivers = `${XDG_RUNTIME_DIR} ${DOCKER_HOST} ${PEERLAB_DRIVERS}`;
  const run = last.then(async () => {
    if (drivers !== driversOf) forgetDrivers();
    if (namedEngines() !== undefined) useEngines([], false);
    if (namedDriver() !== undefined) useDriver(undefined);
    driversOf = drivers;
    return await runAlone(words, input, place);
  });
  last = run.catch(() => undefined);
  return await run;
}

async function runAlone(words: readonly string[], input: string, { cwd, env }: Place): Promise<Ended> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const stdin = Readable.from(input === '' ? [] : [Buffer.from(input)]);
  const before = { argv: process.argv, env: process.env, cwd: process.cwd(), exitCode: process.exitCode };
  const listeners = EVENTS.map(event => process.rawListeners(event));
  const restore = [
    replace(process, 'stdout', stdout),
    replace(process, 'stderr', stderr),
    replace(process, 'stdin', stdin),
    // The last thing that a verb does. Nothing but the caller's return comes after it.
    replace(process, 'exit', (status: number) => {
      process.exitCode = status;
    }),
  ];
  process.argv = [process.execPath, 'lab', ...words];
  process.env = { ...env };
  process.chdir(cwd);
  process.exitCode = 0;
  try {
    await runCommand(words);
    return { status: Number(process.exitCode), stdout: stdout.text, stderr: stderr.text };
  } finally {
    for (const undo of restore) undo();
    EVENTS.forEach((event, i) => {
      for (const listener of process.rawListeners(event)) {
        if (!listeners[i]?.includes(listener)) process.off(event, listener as () => void);
      }
    });
    process.argv = before.argv;
    process.env = before.env;
    process.chdir(before.cwd);
    process.exitCode = before.exitCode;
  }
}

/** A stream that keeps what is written to it. */
class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Replaces a property; gives what puts it back. */
function replace(target: object, name: string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true });
  return () => {
    if (own === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, own);
  };
}
