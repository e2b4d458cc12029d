/** One peer of a lab, over all the processes that it has: its facts, its log, and the controllers that listen. */

import type { ChannelEnd, PeerFacts, PeerPlace, PlannedPeer } from '@peerlab/driver';
import { LabError, LastWords, survived } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { AttachAnswer, WireLine } from '../messages.ts';
import type { Controller } from './controller.ts';
import type { PeerExecution } from './execution.ts';
import { LogRing } from './log-ring.ts';
import { PeerProcess } from './peer-process.ts';

/** What a subscription is for. */
export interface Subscription {
  /** One run only; undefined: every run. */
  readonly run: number | undefined;
  readonly from?: number | undefined;
  readonly tail?: number | undefined;
}

/** A peer of a lab that is up or on its way. */
export class Peer {
  planned: PlannedPeer;
  readonly #place: PeerPlace;
  readonly #log: LogRing;
  readonly #lab: string;
  readonly #listeners: Map<Controller, Set<number | undefined>> = new Map();
  readonly #watchers: Set<Controller> = new Set();
  /** Programs that run beside the process that runs now. */
  readonly #beside: Set<PeerExecution> = new Set();
  #process: PeerProcess | undefined;
  #run = 0;
  #runStart = 0;

  constructor(lab: string, planned: PlannedPeer, place: PeerPlace, logCharacters: number) {
    this.#lab = lab;
    this.planned = planned;
    this.#place = place;
    this.#log = new LogRing(logCharacters);
  }

  get place(): PeerPlace {
    return this.#place;
  }

  get facts(): PeerFacts {
    const { index, name } = this.planned;
    // Neighbours know it by what it announced, also while it does not run.
    const nodeId = this.#process?.nodeId ?? this.planned.nodeId;
    const running = this.#process?.running === true ? this.#process : undefined;
    return {
      index,
      name,
      nodeId,
      address: this.#place.address,
      port: this.#place.port,
      ...(this.#place.data === undefined ? {} : { data: this.#place.data }),
      state: running === undefined ? this.#lastState : running.paused ? 'paused' : 'running',
      ...(running?.processId === undefined ? {} : { processId: running.processId }),
    };
  }

  get running(): boolean {
    return this.#process?.running === true;
  }

  get #lastState(): 'missing' | 'stopped' {
    return this.#process === undefined ? 'missing' : 'stopped';
  }

  /** Starts a process. Only while none runs. */
  start(program: readonly string[], env: Readonly<Record<string, string>>, cwd: string): StartedRun {
    this.#run += 1;
    this.#runStart = this.#log.position;
    const run = this.#run;
    const started = new PeerProcess({
      name: this.planned.name,
      program,
      env,
      cwd,
      isForeign: this.planned.program === undefined && this.planned.kind?.program !== undefined,
      stop: this.planned.kind?.program?.stop,
      onLines: lines => this.#take(run, lines),
    });
    this.#process = started;
    void started.ended.then(end => this.#tellEnd(run, end));
    return { run, process: started, lastWords: () => this.#lastWords(run), output: () => this.#output(run) };
  }

  /** The process that runs, for a controller that wants to hear of its end. */
  attach(controller: Controller): AttachAnswer {
    this.#require();
    this.#watchers.add(controller);
    return { run: this.#run, start: this.#runStart, position: this.#log.position };
  }

  /** Sends what is kept and from then on what comes. */
  subscribe(controller: Controller, wish: Subscription): void {
    const kept = wish.run === undefined ? this.#log.tail(wish.tail) : this.#log.from(wish.from ?? 0);
    const wanted = kept.filter(line => wish.run === undefined || line.run === wish.run);
    for (let at = 0; at < wanted.length; at += LINES_PER_MESSAGE) {
      const lines = wanted.slice(at, at + LINES_PER_MESSAGE).map(({ stream, text }): WireLine => [stream, text]);
      controller.tell({ lines, index: this.planned.index, run: wish.run ?? this.#run });
    }
    if (wish.run === undefined && !this.running) {
      controller.tell({ ended: { reason: 'does not run' }, index: this.planned.index, run: this.#run });
      return;
    }
    this.#watchers.add(controller);
    const runs = this.#listeners.get(controller) ?? new Set();
    this.#listeners.set(controller, runs.add(wish.run));
  }

  detach(controller: Controller, run: number): void {
    this.#listeners.get(controller)?.delete(run);
  }

  /** The controller is gone. */
  forget(controller: Controller): void {
    this.#listeners.delete(controller);
    this.#watchers.delete(controller);
  }

  write(run: number, line: string): void {
    if (run !== this.#run || this.#process === undefined) throw this.#failed('was restarted');
    this.#process.write(line);
  }

  /** The last lines that are kept, oldest first. @param isLatestRun those of the latest process alone */
  lines(tail: number | undefined, isLatestRun: boolean): string[] {
    const kept = this.#log.tail(isLatestRun ? undefined : tail);
    const lines = isLatestRun ? kept.filter(({ run }) => run === this.#run) : kept;
    return lines.slice(-(tail ?? lines.length)).map(({ text }) => text);
  }

  /** Ends the process, if one runs, and resolves when it is gone. */
  async stop(timeoutMs: number): Promise<void> {
    await this.#process?.stop(timeoutMs);
  }

  /** Kills the process at once, without waiting. */
  kill(): void {
    if (this.running) this.#process?.kill();
  }

  /**
   * Ends the process by a signal, and resolves when it is gone.
   * @throws {LabError} `PEER_FAILED` when none runs; `PEER_SILENT` when it runs on.
   */
  async end(signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
    const running = this.#require();
    running.signal(signal);
    let bound: Timer | undefined;
    const late = new Promise<never>((_, reject) => {
      const { name } = this.planned;
      bound = startTimer(() => reject(survived(name, signal, timeoutMs, this.#lab)), timeoutMs);
    });
    try {
      await Promise.race([running.ended, late]);
    } finally {
      stopTimer(bound);
    }
  }

  /** Has the process leave, kills it when it takes too long, and resolves when it is gone. @throws {LabError} as {@link end} */
  async leave(timeoutMs: number): Promise<void> {
    await this.#require().stop(timeoutMs);
  }

  /** @throws {LabError} `PEER_FAILED` when no process runs. */
  pause(): void {
    this.#require().pause();
  }

  /** @throws {LabError} `PEER_FAILED` when no process runs. */
  unpause(): void {
    this.#require().unpause();
  }

  /** The number of its run. @throws {LabError} `PEER_FAILED` when no process runs, or it is paused */
  requireAwake(): number {
    if (this.#require().paused) throw this.#failed('is paused: nothing runs beside it');
    return this.#run;
  }

  /** Has a program end with the run that it was started beside. @returns false where that is over */
  accompany(run: number, execution: PeerExecution): boolean {
    if (run !== this.#run || !this.running) return false;
    this.#beside.add(execution);
    void execution.ended.then(() => this.#beside.delete(execution));
    return true;
  }

  #require(): PeerProcess {
    if (this.#process?.running === true) return this.#process;
    throw this.#failed(`does not run: it is ${this.facts.state}`);
  }

  #take(run: number, lines: readonly WireLine[]): void {
    for (const [stream, text] of lines) this.#log.push(run, stream, text);
    for (const [controller, runs] of this.#listeners) {
      if (runs.has(run) || runs.has(undefined)) controller.tell({ lines, index: this.planned.index, run });
    }
  }

  #tellEnd(run: number, ended: ChannelEnd): void {
    for (const execution of this.#beside) execution.kill();
    for (const controller of this.#watchers) controller.tell({ ended, index: this.planned.index, run });
    this.#watchers.clear();
    this.#listeners.clear();
  }

  /** Of one run: what an earlier one printed says nothing of it. */
  #lastWords(run: number): LastWords {
    return LastWords.of(this.#linesOf(run));
  }

  #output(run: number): readonly string[] {
    return this.#linesOf(run).slice(-MOST_LINES_TOLD);
  }

  #linesOf(run: number): string[] {
    return this.#log
      .tail(undefined)
      .filter(line => line.run === run)
      .map(({ text }) => text);
  }

  #failed(what: string): LabError {
    return new LabError('PEER_FAILED', `the peer ${this.planned.name} of ${this.#lab} ${what}`, {
      advice: 'run `up` with the topology again to restore what is missing',
      details: { lab: this.#lab, peer: this.planned.name, lastLines: this.#lastWords(this.#run).lines },
    });
  }
}

/** A process that has just been started. */
export interface StartedRun {
  readonly run: number;
  readonly process: PeerProcess;
  /** What this run printed last. */
  readonly lastWords: () => LastWords;
  /** All that is kept of what this run printed, up to a bound of lines. */
  readonly output: () => readonly string[];
}

/** Lines that go with an error. */
const MOST_LINES_TOLD = 1000;

/** Keeps a message of kept lines far below the longest frame. */
const LINES_PER_MESSAGE = 256;
