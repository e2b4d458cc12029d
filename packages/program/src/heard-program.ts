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
  /** It has ended, and lines may have been missed. */
  readonly onGap: (reason: string) => void;
}

/**
 * How long it may take from its start until it hears, in milliseconds: a client that connects and subscribes says nothing of it.
 * What it prints first ends the wait.
 */
const HEARS_AFTER_MS = 500;
/** Between its end and its next start, in milliseconds. */
const AGAIN_MS = 500;

/** See the module's header. */
export class HeardProgram {
  readonly #ports: HeardProgramPorts;
  readonly #over: AbortController = new AbortController();
  #running: Execution | undefined;

  constructor(ports: HeardProgramPorts) {
    this.#ports = ports;
  }

  /** Starts it; resolves once it can be taken to hear. @throws {LabError} where it cannot be run */
  async start(): Promise<void> {
    const first = await this.#run();
    void this.#keep(first.ended);
    await Promise.race([first.heard, pause(HEARS_AFTER_MS, { signal: this.#over.signal }).catch(() => undefined)]);
  }

  /** Ends it for good. */
  stop(): void {
    this.#over.abort();
    this.#running?.kill().catch(() => undefined);
  }

  async #keep(ended: Promise<{ readonly reason: string }>): Promise<void> {
    const { signal } = this.#over;
    for (let end = await ended; !signal.aborted; ) {
      this.#ports.onGap(end.reason);
      await pause(AGAIN_MS, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        end = await (await this.#run()).ended;
      } catch (error) {
        end = { reason: error instanceof Error ? error.message : String(error) };
      }
    }
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
