/** Reads a trace: whole lines in, header and events out; a recording that was cut off is read as far as it goes. */
import { eventSchema } from '@peerlab/contract';
import type * as z from 'zod';
import { headerSchema, labEventSchema, TRACE_VERSION, type TraceEvent, type TraceHeader } from './format.ts';
import { TraceError } from './trace-error.ts';

/** A recording. */
export interface Trace {
  readonly header: TraceHeader;
  /** Without the closing line. */
  readonly events: readonly TraceEvent[];
  /** Undefined for a complete recording; else what is missing, for people. */
  readonly cutOff?: string | undefined;
}

/**
 * Reads the text of a trace.
 * @throws {TraceError} for what is no trace, another version, or a line within it that is not of the format
 */
export function readTrace(text: string): Trace {
  const lines = text.split('\n');
  // What stands after the last line end was still being written; it counts when it is whole.
  const rest = lines.pop() ?? '';
  const restIsWhole = rest !== '' && parse(rest) !== undefined;
  if (restIsWhole) lines.push(rest);
  const header = readHeader(lines[0] ?? rest);
  const events: TraceEvent[] = [];
  let end: number | undefined;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.trim() === '') continue;
    if (end !== undefined) throw new TraceError('it continues after its closing line', i + 1);
    const event = readTraceEvent(line, i + 1);
    if (event.event === 'end') end = event.events;
    else events.push(event);
  }
  if (end === undefined) {
    const half = rest !== '' && !restIsWhole ? ', in the middle of a line' : '';
    return { header, events, cutOff: `the recording was cut off after ${events.length} events${half}` };
  }
  if (end !== events.length) {
    throw new TraceError(`it should have ${end} events, and has ${events.length}`, 0, 'lines were removed or added');
  }
  return { header, events };
}

/**
 * Reads the first line.
 * @throws {TraceError}
 */
export function readHeader(line: string): TraceHeader {
  const value = parse(line);
  const version: unknown = Reflect.get(Object(value), 'trace');
  if (version === undefined) {
    throw new TraceError('this is not a recording of a lab', 1, 'create one with lab record LAB FILE');
  }
  if (version !== TRACE_VERSION) {
    const advice =
      typeof version === 'number' && version > TRACE_VERSION ? 'a newer version of lab wrote it' : undefined;
    throw new TraceError(`trace version ${String(version)}, but this lab reads version ${TRACE_VERSION}`, 1, advice);
  }
  const header = headerSchema.safeParse(value);
  if (!header.success) throw new TraceError(`a broken header: ${firstIssue(header.error)}`, 1);
  return header.data;
}

/**
 * Reads a later line.
 * @param number of the line, from 1, for the error
 * @throws {TraceError}
 */
export function readTraceEvent(line: string, number: number): TraceEvent {
  const value = parse(line);
  if (value === undefined) throw new TraceError(`not a JSON object: ${line.slice(0, 60)}`, number);
  const { atMs, by } = value;
  if (typeof atMs !== 'number' || !(atMs >= 0)) throw new TraceError('it has no time (atMs)', number);
  if (by !== undefined && typeof by !== 'string') throw new TraceError('"by" is not the name of a peer', number);
  if (by === undefined) {
    const event = labEventSchema.safeParse(value);
    if (event.success) return { atMs, ...event.data };
    throw new TraceError(`not an event of a lab: ${firstIssue(event.error)}`, number);
  }
  const event = eventSchema.safeParse(value);
  if (event.success) return { atMs, by, ...event.data };
  throw new TraceError(`not an event of a peer: ${firstIssue(event.error)}`, number);
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function firstIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue === undefined) return 'unknown problem';
  const where = issue.path.map(String).join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}
