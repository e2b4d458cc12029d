/** What one peer of a block printed: its lines of the log of the container. */
import { readHostLine, unpackLine } from '@peerlab/contract';
import type { LogOptions } from '@peerlab/driver';
import type { Engine } from '../engine.ts';
import { containerLogs } from '../logs.ts';

/** Whose log it is, and how much of it. */
export interface PackedLog {
  readonly containerId: string;
  readonly place: number;
  readonly options: LogOptions;
}

/**
 * The lines of a peer, oldest first, as those of a container. The engine keeps so many bytes for all peers of a container.
 * @throws {LabError} `PEER_FAILED`, `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function* packedLogs(engine: Engine, { containerId, place, options }: PackedLog): AsyncGenerator<string> {
  const { tail, latestRun = false, follow = false, signal } = options;
  const read = (more: LogOptions): AsyncGenerator<Entry> => entriesOf(containerLogs(engine, containerId, more), place);
  const past = await pastOf(read({}), latestRun && !follow);
  if (!follow) {
    yield* tail === undefined ? past.lines : past.lines.slice(-tail);
    return;
  }
  // The engine counts the lines of all peers: what is skipped is known only once all are read.
  let skippedLines = tail === undefined ? 0 : Math.max(0, past.lines.length - tail);
  let endsLeft = past.runs ? past.ends + 1 : past.ends;
  for await (const entry of read({ follow, ...(signal === undefined ? {} : { signal }) })) {
    if (entry === 'started') continue;
    if (entry === 'ended') {
      endsLeft--;
      if (endsLeft <= 0) return;
    } else if (skippedLines > 0) skippedLines--;
    else yield entry.line;
  }
}

/** What a log has of a peer. */
type Entry = { readonly line: string } | 'started' | 'ended';

interface Past {
  readonly lines: readonly string[];
  readonly ends: number;
  readonly runs: boolean;
}

/** What there is now; of the lines, with `latestRun`, only those since the latest start. */
async function pastOf(entries: AsyncIterable<Entry>, latestRun: boolean): Promise<Past> {
  let lines: string[] = [];
  let ends = 0;
  let runs = true;
  for await (const entry of entries) {
    if (entry === 'ended') ends++;
    if (entry === 'started' && latestRun) lines = [];
    if (typeof entry === 'string') runs = entry === 'started';
    else lines.push(entry.line);
  }
  return { lines, ends, runs };
}

async function* entriesOf(lines: AsyncIterable<string>, place: number): AsyncGenerator<Entry> {
  for await (const text of lines) {
    const packed = unpackLine(text);
    if (packed !== undefined) {
      if (packed.place === place) yield { line: packed.line };
      continue;
    }
    const said = readHostLine(text);
    if (said !== undefined && said.pack !== 'reply' && said.place === place) yield said.pack;
  }
}
