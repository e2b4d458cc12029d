/** A peer: one process after the other, at one address. A process leads its own group, so that what it starts itself ends with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LabError, peerEnvironment, signalGroup, survived } from 'peerlab/driver';

/** How long a process may take to leave before it is killed, in milliseconds. */
const STOP_MS = 4000;

/** Lines that are kept of a run. */
const KEPT_LINES = 100_000;

/** One process, from its start to its end. */
class Run {
  name;
  isOpen = true;
  lines = [];
  #child;
  #listeners = new Set();
  ended;

  constructor(name, child) {
    this.name = name;
    this.#child = child;
    // Written to after its end: that is told by `ended`.
    child.stdin.on('error', () => {});
    for (const stream of ['stdout', 'stderr']) splitLines(child[stream], line => this.#hear(line, stream));
    this.ended = once(child, 'close').then(([exitCode, signal]) => {
      this.isOpen = false;
      return signal === null
        ? { reason: `exited with status ${exitCode}`, exitCode }
        : { reason: `killed by ${signal}` };
    });
  }

  get processId() {
    return this.#child.pid;
  }

  async write(line) {
    await new Promise(resolve => this.#child.stdin.write(`${line}\n`, resolve));
  }

  /** @returns what ends it */
  subscribe(listener) {
    for (const { line, stream } of this.lines) listener(line, stream);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #hear(line, stream) {
    this.lines.push({ line, stream });
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    for (const listener of this.#listeners) listener(line, stream);
  }
}

/** See the module's header. */
export class ChildPeer {
  planned;
  /** The latest; undefined before the first. */
  run;
  #plan;
  #peerProgram;
  #isPaused = false;
  #earlier = [];

  constructor(plan, planned, peerProgram) {
    this.planned = planned;
    this.#plan = plan;
    this.#peerProgram = peerProgram;
  }

  get isRunning() {
    return this.run?.isOpen === true;
  }

  get state() {
    if (!this.isRunning) return 'stopped';
    return this.#isPaused ? 'paused' : 'running';
  }

  get processId() {
    return this.isRunning ? this.run.processId : undefined;
  }

  /** @throws {LabError} `PEER_FAILED` where its program cannot be started */
  async start({ address, port }) {
    const { name, program, kind } = this.planned;
    const words = program ?? kind?.program?.run ?? kind?.command ?? [process.execPath, this.#peerProgram];
    const child = spawn(words[0], words.slice(1), {
      cwd: program === undefined ? kind?.folder : undefined,
      // PEERLAB_EPHEMERAL: it ends with its input, also in a lab that is none: its owner is this process.
      env: {
        PATH: process.env.PATH,
        ...peerEnvironment(this.#plan, this.planned, `${address}:${port}`),
        PEERLAB_EPHEMERAL: '1',
      },
      stdio: 'pipe',
      detached: true,
    });
    try {
      await once(child, 'spawn');
    } catch (cause) {
      throw new LabError('PEER_FAILED', `${name} cannot be started: ${words[0]}: ${cause.message}`, { cause });
    }
    this.#earlier.push(...(this.run?.lines ?? []));
    this.#isPaused = false;
    this.run = new Run(name, child);
  }

  pause(isPaused) {
    this.#isPaused = isPaused;
    signalGroup(this.run.processId, isPaused ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Ends it by a signal. Ended already is fine. @throws {LabError} `PEER_SILENT` for one that the signal does not end */
  async end(signal) {
    if (await this.#endsBy(signal)) return;
    throw survived(this.planned.name, signal, STOP_MS, this.#plan.name);
  }

  /** Has it leave, and kills it where it does not. */
  async stop() {
    if (!(await this.#endsBy('SIGTERM'))) await this.#endsBy('SIGKILL');
  }

  async #endsBy(signal) {
    if (!this.isRunning) return true;
    const { run } = this;
    signalGroup(run.processId, signal);
    // A frozen process takes no signal but SIGKILL.
    signalGroup(run.processId, 'SIGCONT');
    let late;
    const isLate = new Promise(resolve => {
      late = setTimeout(() => resolve(false), STOP_MS);
    });
    const hasEnded = await Promise.race([run.ended.then(() => true), isLate]);
    clearTimeout(late);
    return hasEnded;
  }

  /** What it has printed, and with `follow` what it prints until it ends or the signal fires. */
  async *logs({ tail, latestRun, follow, signal }) {
    const seen = this.run?.lines.length ?? 0;
    const before = [...(latestRun ? [] : this.#earlier), ...(this.run?.lines ?? [])].map(({ line }) => line);
    yield* before.slice(-(tail ?? before.length));
    if (!follow || !this.isRunning) return;
    const queue = [];
    let wake = () => {};
    // Those that were read above do not come twice, and those since then are not missed.
    let toSkip = seen;
    const stop = this.run.subscribe(line => {
      if (toSkip > 0) toSkip -= 1;
      else queue.push(line);
      wake();
    });
    let isOver = false;
    const end = () => {
      isOver = true;
      wake();
    };
    void this.run.ended.then(end);
    signal?.addEventListener('abort', end, { once: true });
    while (signal?.aborted !== true) {
      if (queue.length > 0) yield queue.shift();
      else if (isOver) break;
      else await new Promise(resolve => (wake = resolve));
    }
    stop();
  }
}

/** Calls `hear` with each line; the last one need not be ended. */
function splitLines(stream, hear) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', text => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) hear(line.replace(/\r$/, ''));
  });
  stream.on('end', () => {
    if (rest !== '') hear(rest);
  });
}
