/** Programs can be run where a peer runs, beside it. What helps an implementation is in ../execution/. */
import type { LabError } from '../lab-error.ts';

/** See the module's header. */
export interface CanExec {
  /**
   * Runs a program where the peer runs: in its container, as its user, with its variables and in its folder; on this
   * machine as a process that leads its own group. It ends with the peer. On this machine it also ends with the process that
   * asked; an engine lets it run on, unless it is killed first.
   * @param command the program and its arguments; no shell reads them
   * @throws {LabError} `PROGRAM_MISSING` when there is no such program there, or it cannot be run; `PEER_FAILED` when the peer
   *   does not run, or is paused; `NO_SUCH_PEER`; `ABORTED`
   */
  exec(index: number, command: readonly string[], options?: ExecOptions): Promise<Execution>;
}

/** How a program is run. */
export interface ExecOptions {
  /** Beside the peer's own variables; these come first. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads on its standard input, which ends then. @default nothing */
  readonly input?: ExecInput;
  /** Ends the program, as {@link Execution.kill} does. */
  readonly signal?: AbortSignal;
}

/** All of it, or as it comes. */
export type ExecInput = string | Uint8Array | AsyncIterable<Uint8Array>;

/** A program that runs beside a peer, or has run. */
export interface Execution {
  /** Hands on what it prints, as it comes. What came before the first listener is kept for it. */
  listen(listener: ExecListener): void;
  /** Resolves when it has ended and all that it printed was handed on. Never rejects. */
  readonly ended: Promise<ExecutionEnd>;
  /**
   * Ends the program and what it has started: by SIGTERM, and soon after by SIGKILL. Resolves when they are gone.
   * @throws {LabError} when they cannot be ended: `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`, `PEER_SILENT`
   */
  kill(): Promise<void>;
}

/** Takes what a program prints. */
export type ExecListener = (chunk: Uint8Array, stream: 'stdout' | 'stderr') => void;

/** How a program ended. */
export interface ExecutionEnd {
  /** Left out: it was ended by a signal, or nobody knows; the reason says so. */
  readonly status?: number;
  /** The signal that ended it. In a container a status above 128 is taken for one, as shells write it. */
  readonly signal?: NodeJS.Signals;
  /** In one clause: `exited with status 1`, `killed by SIGKILL`. */
  readonly reason: string;
  /** Why nobody knows how it ended, where that is no end of the program: the engine, or what holds the lab, is gone. */
  readonly failure?: LabError;
}
