/** Reads a recording from a file, as a user names it. */
import { readFileSync, statSync } from 'node:fs';
import { readTrace, type Trace, TraceError } from '@peerlab/trace';
import { UsageError } from '../exit.ts';

/** Larger files no page could show: some two million events. */
const MAX_FILE_BYTES = 400 * 1024 * 1024;

/** A recording, and its text. */
export interface TraceFileContent extends Trace {
  readonly text: string;
}

/** @throws {UsageError} when the file cannot be read, or is no recording */
export function readTraceFile(path: string): TraceFileContent {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) throw new UsageError(`${path} is too large to show: ${Math.round(size / 2 ** 20)} MiB`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return { ...readTrace(text), text };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    throw new UsageError(`${path}: ${error.message}`, error.advice);
  }
}
