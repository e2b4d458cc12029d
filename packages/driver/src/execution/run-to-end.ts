/** A program that is run for its answer: what it printed, up to a bound, and how it ended. */
import { startTimer, stopTimer } from '@peerlab/timers';
import type { Execution, ExecutionEnd } from '../capabilities/can-exec.ts';

/** Bounds of a run. */
export interface RunBounds {
  /** Of each stream; what comes after is left out. @default 1 MiB */
  readonly maxBytes?: number;
  /** The program is ended when it takes longer, in milliseconds. @default none */
  readonly timeoutMs?: number | undefined;
}

/** A program that has run. */
export interface FinishedRun extends ExecutionEnd {
  readonly stdout: string;
  readonly stderr: string;
  /** It printed more than is kept here. */
  readonly isTruncated: boolean;
  /** It was ended because it took too long. */
  readonly isTimedOut: boolean;
}

const MAX_BYTES = 1024 * 1024;

/** Waits for the end of a program. Never rejects: one that cannot be ended in time is left alone, and the reason says so. */
export async function runToEnd(execution: Execution, bounds: RunBounds = {}): Promise<FinishedRun> {
  const { maxBytes = MAX_BYTES, timeoutMs } = bounds;
  const printed = { stdout: new Bounded(maxBytes), stderr: new Bounded(maxBytes) };
  execution.listen((chunk, stream) => printed[stream].push(chunk));
  let isTimedOut = false;
  const late = `did not end within ${timeoutMs} ms`;
  let giveUp = (_: ExecutionEnd): void => undefined;
  const givenUp = new Promise<ExecutionEnd>(resolve => {
    giveUp = resolve;
  });
  const onLate = (): void => {
    isTimedOut = true;
    execution.kill().catch((error: unknown) => giveUp({ reason: `${late}, and cannot be ended: ${String(error)}` }));
  };
  const bound = timeoutMs === undefined ? undefined : startTimer(onLate, timeoutMs);
  const ended = execution.ended.then(end => (isTimedOut ? { reason: late } : end));
  const end = await Promise.race([ended, givenUp]);
  stopTimer(bound);
  const { stdout, stderr } = printed;
  return {
    ...end,
    stdout: stdout.text,
    stderr: stderr.text,
    isTruncated: stdout.isTruncated || stderr.isTruncated,
    isTimedOut,
  };
}

class Bounded {
  readonly #chunks: Uint8Array[] = [];
  #left: number;
  isTruncated = false;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  push(chunk: Uint8Array): void {
    this.isTruncated ||= chunk.length > this.#left;
    const part = chunk.subarray(0, this.#left);
    this.#left -= part.length;
    if (part.length > 0) this.#chunks.push(part);
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
