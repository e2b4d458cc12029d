/** A trace on its way into a file. */
import { closeSync, writeSync } from 'node:fs';
import type { TraceSink } from '@peerlab/trace';
import { UsageError } from '../exit.ts';
import { type ForceArgs, openOutput } from '../output-file.ts';

/** A file that takes a trace. */
export interface TraceFile {
  readonly sink: TraceSink;
  /** Lines so far, the header included. */
  readonly lines: number;
  /** Ends the file; one that nothing came into goes again. */
  close(): void;
}

/** Characters that are kept back before they are written: many lines with one call. */
const BATCH_LENGTH = 64 * 1024;

/**
 * Makes the file. What is taken is written within one turn of the event loop, so that a recorder that is killed leaves all
 * but its last moments.
 * @throws {UsageError} when it exists and is not to be replaced, or cannot be written
 */
export function createTraceFile(path: string, options: ForceArgs): TraceFile {
  const output = openOutput(path, options);
  const file = output.descriptor;
  let waiting = '';
  let isOpen = true;
  let lines = 0;
  const write = (): void => {
    const text = waiting;
    waiting = '';
    if (text !== '' && isOpen) attempt(path, () => writeSync(file, text));
  };
  return {
    sink: line => {
      if (waiting === '') setImmediate(write);
      waiting += `${line}\n`;
      lines++;
      if (waiting.length > BATCH_LENGTH) write();
    },
    get lines() {
      return lines;
    },
    close: () => {
      if (!isOpen) return;
      write();
      isOpen = false;
      closeSync(file);
      if (lines === 0) output.discard();
    },
  };
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
