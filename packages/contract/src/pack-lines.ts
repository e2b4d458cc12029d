/**
 * The lines of a pack: many peers behind one pair of streams. A peer's line is marked with its place and its stream; the lines of the
 * host itself are JSON. Inside the mark the peer contract is as everywhere. Both ends are of this project and of one version.
 */

import type { CounterTally, LinkTally } from './tallies.ts';

/** A line of a peer, or for it. */
export interface PackedLine {
  /** The peer's index in the lab. */
  readonly place: number;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

/** A peer that a host is to start. */
export interface PackedPeer {
  readonly place: number;
  /** As of a single process. */
  readonly env: Readonly<Record<string, string>>;
  /** The program to run as its own process; left out: the project's peer, inside the host. */
  readonly command?: readonly string[];
}

/** What a host is asked for; each is answered once it is done. */
export type PackRequest =
  | { readonly do: 'start'; readonly peers: readonly PackedPeer[] }
  | { readonly do: 'kill'; readonly place: number; readonly signal: string }
  | { readonly do: 'stop' | 'pause' | 'unpause'; readonly place: number }
  /** Notes which peers are off the network: a controller has seen to it, and others are to know. */
  | { readonly do: 'isolated'; readonly place: number; readonly is: boolean }
  | { readonly do: 'state' }
  /** Has its peers dial, a bounded number at once; answered with those dials that came to nothing. */
  | { readonly do: 'connect'; readonly dials: readonly PackedDial[] }
  /** Asks each of its peers that is not paused, and adds up what they answer within a bound. */
  | { readonly do: 'tally'; readonly of: 'counters' | 'neighbours' };

/** A link that a peer is to make. */
export interface PackedDial {
  readonly place: number;
  readonly host: string;
  readonly port: number;
}

/** What a host answers beside that it is done. */
export interface PackAnswer {
  readonly state?: PackState;
  /** Of the dials, by their position. */
  readonly failed?: readonly number[];
  readonly counters?: CounterTally;
  readonly links?: LinkTally;
}

/** How the peers of a host are, by place; of those that are not named at all none was started, or each has ended. */
export interface PackState {
  readonly running: readonly number[];
  readonly paused: readonly number[];
  readonly isolated: readonly number[];
}

/** A request as it is written. @param seq unique among all controllers */
export interface PackCall {
  readonly seq: string;
  readonly request: PackRequest;
}

/** What a host says by itself. */
export type HostLine =
  | ({ readonly pack: 'reply'; readonly seq: string; readonly problem?: string } & PackAnswer)
  | { readonly pack: 'started'; readonly place: number }
  | { readonly pack: 'ended'; readonly place: number; readonly reason: string; readonly exitCode?: number };

/** Marks a line of a peer. */
export function packLine(place: number, line: string, stream: PackedLine['stream'] = 'stdout'): string {
  return `${place}${stream === 'stdout' ? '>' : '!'}${line}`;
}

/** Reads a marked line; undefined for any other. */
export function unpackLine(text: string): PackedLine | undefined {
  const match = /^(\d{1,9})([>!])/.exec(text);
  if (match === null) return undefined;
  const [mark, place, end] = match;
  return { place: Number(place), stream: end === '>' ? 'stdout' : 'stderr', line: text.slice(mark.length) };
}

/** Reads a line of the host; undefined for any other. */
export function readHostLine(text: string): HostLine | undefined {
  return readJson(text, 'pack') as HostLine | undefined;
}

/** Reads a request; undefined for any other line. */
export function readPackCall(text: string): PackCall | undefined {
  return readJson(text, 'request') as PackCall | undefined;
}

function readJson(text: string, key: string): object | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Object.hasOwn(Object(value), key) ? Object(value) : undefined;
  } catch {
    return undefined;
  }
}
