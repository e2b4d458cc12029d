/** Durations as options take them. */
import { readDurationMs } from '@peerlab/topology';
import { UsageError } from './exit.ts';

/** `90s`, `2m`, `500ms` in milliseconds; undefined if omitted. @throws {UsageError} for anything else */
export function readDuration(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const found = readDurationMs(text);
  if (found === undefined || found <= 0)
    throw new UsageError(`--${option} ${text}: not a duration`, 'such as 500ms, 90s or 2m');
  return found;
}
