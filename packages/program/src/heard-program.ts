/**
 * A second program whose lines are heard beside those of the peer: `listen` of a kind. It is started again when it ends while the
 * peer runs; what came meanwhile was not heard, and is told as such.
 */
import { LineSplitter } from '@peerlab/contract';
import type { CanExec, Execution } from '@peerlab/driver';
import { pause } from '@peerlab/timers';

/** What it is run with. */
export interface HeardProgramPorts {
  readonly exec: CanExec;
  readonly index: number;
  readonly words: () => readonly string[];
  readonly onLine: (line: string) => void;
  /** It has ended, and lines may be missed from now on. */
  readonly onGap: (reason: string) => void;
  /** It hears again: until now lines may have been missed. */
  readonly onGapOver: () => void;
}

/**
 * How long it may take from its start until it hears, in milliseconds: a client that connects and subscribes says nothing of it.
 * What it prints first ends the wait.
 */
const HEARS_AFTER_MS = 500;
/** Between its end and its next start, in milliseconds. */
const AGAIN_MS = 500;

/**
 * How long one that has ended is waited for until it hears again, in milliseconds.
 * @default 5000: it is started again after half a second
 */
const WAITED_FOR_MS = 5000;

/** See the module's header. */
export class HeardProgram {
  readonly #ports: HeardProgramPorts;
  readonly #over: AbortController = new AbortController();
  #running: Execution | undefined;
  #hears: Promise<void> = Promise.resolve();
  #onHears: () => void = () => undefined;
  #isHearing = true;

  constructor(ports: HeardProgramPorts) {
    this.#ports = ports;
  }

  /** Resolves once it hears: at once, unless it has ended and is being started again. It is not waited for without end. */
  get hears(): Promise<void> {
    return this.#hears;
  }

  /** Starts it; resolves once it can be taken to hear. @throws {LabError} where it cannot be run */
  async start(): Promise<void> {
    const first = await this.#run();
    void this.#keep(first.ended);
    await this.#untilHeard(first.heard);
  }

  /** Ends it for good. */
  stop(): void {
    this.#over.abort();
    this.#running?.kill().catch(() => undefined);
  }

  async #keep(ended: Promise<{ readonly reason: string }>): Promise<void> {
    const { signal } = this.#over;
    for (let end = await ended; !signal.aborted; ) {
      this.#isDeaf();
      this.#ports.onGap(end.reason);
      await pause(AGAIN_MS, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      try {
        const again = await this.#run();
        const early = await Promise.race([again.ended, this.#untilHeard(again.heard)]);
        // One that ends at once has heard nothing.
        if (early === undefined) {
          this.#ports.onGapOver();
          this.#onHears();
        }
        end = await again.ended;
      } catch (error) {
        end = { reason: error instanceof Error ? error.message : String(error) };
      }
    }
    this.#onHears();
  }

  /** Those who wait for it go on waiting, however often it ends before it hears. */
  #isDeaf(): void {
    if (this.#isHearing) {
      const heard = new Promise<void>(resolve => {
        this.#onHears = () => {
          this.#isHearing = true;
          resolve();
        };
      });
      const late = pause(WAITED_FOR_MS, { signal: this.#over.signal }).catch(() => undefined);
      this.#hears = Promise.race([heard, late]).then(() => undefined);
    }
    this.#isHearing = false;
  }

  async #untilHeard(heard: Promise<void>): Promise<void> {
    await Promise.race([heard, pause(HEARS_AFTER_MS, { signal: this.#over.signal }).catch(() => undefined)]);
  }

  async #run(): Promise<{ readonly heard: Promise<void>; readonly ended: Execution['ended'] }> {
    const { exec, index, words, onLine } = this.#ports;
    const execution = await exec.exec(index, words());
    this.#running = execution;
    let onHeard = (): void => undefined;
    const heard = new Promise<void>(resolve => {
      onHeard = resolve;
    });
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const splitters = { stdout: new LineSplitter(onLine), stderr: new LineSplitter(onLine) };
    execution.listen((chunk, stream) => {
      splitters[stream].push(decoders[stream].decode(chunk, { stream: true }));
      onHeard();
    });
    const ended = execution.ended.then(end => {
      for (const splitter of Object.values(splitters)) splitter.end();
      return end;
    });
    if (this.#over.signal.aborted) execution.kill().catch(() => undefined);
    return { heard, ended };
  }
}
