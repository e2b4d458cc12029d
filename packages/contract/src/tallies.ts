/**
 * What many peers say, as sums that tell whether it fits together: are the two ends of every session at one, does each link have both
 * ends. Texts are summed as 64-bit hashes: sums that agree by chance are one in 10^19. The host of a
 * pack computes them (packages/node/src/pack/), the lab compares them.
 */
import type { NeighbourInfo, SessionCounters } from './replies.ts';

/** A sum of hashes: its lower and its upper half, 32 bits each. */
export type HashSum = readonly [number, number];

/** What the counters of peers add up to. */
export interface CounterTally {
  /** Peers that told theirs. */
  readonly peers: number;
  /** Ends of sessions, those that are closed included. */
  readonly ends: number;
  readonly closed: number;
  /** Data frames handed to links, and taken from them. */
  readonly framesOut: number;
  readonly framesIn: number;
  /** Zero where each end of every session has taken what the other one has handed to it. */
  readonly balance: HashSum;
  /** The same in two tallies of the same peers when no counter of any session has changed. */
  readonly state: HashSum;
  /** Which sessions there are, at which peers. */
  readonly sessions: HashSum;
}

/** What the neighbours of peers add up to. */
export interface LinkTally {
  /** Peers that told theirs. */
  readonly peers: number;
  /** Ends of links. */
  readonly ends: number;
  /** Which peers are linked, each end by itself. */
  readonly links: HashSum;
  /** Zero where both ends of every link know the same session. */
  readonly balance: HashSum;
  /** How many ends say which protection; of those that say none, under the empty text. */
  readonly security: Readonly<Record<string, number>>;
}

export const NO_SUM: HashSum = [0, 0];

/** Of no peer. */
export const NO_COUNTERS: CounterTally = {
  peers: 0,
  ends: 0,
  closed: 0,
  framesOut: 0,
  framesIn: 0,
  balance: NO_SUM,
  state: NO_SUM,
  sessions: NO_SUM,
};

/** Of no peer. */
export const NO_LINKS: LinkTally = { peers: 0, ends: 0, links: NO_SUM, balance: NO_SUM, security: {} };

/** Of one peer's counters. */
export function tallyCounters(nodeId: string, sessions: readonly SessionCounters[]): CounterTally {
  let [closed, out, taken] = [0, 0, 0];
  let [balance, state, all] = [NO_SUM, NO_SUM, NO_SUM];
  for (const { session, peer, open, framesOut, framesIn } of sessions) {
    if (!open) closed++;
    out += framesOut;
    taken += framesIn;
    balance = plus(balance, hashOf(`${session}>${peer} ${framesOut}`));
    balance = minus(balance, hashOf(`${session}>${nodeId} ${framesIn}`));
    state = plus(state, hashOf(`${session} ${nodeId} ${open} ${framesOut} ${framesIn}`));
    all = plus(all, sessionHash(nodeId, session));
  }
  const counts = { peers: 1, ends: sessions.length, closed, framesOut: out, framesIn: taken };
  return { ...counts, balance, state, sessions: all };
}

/** Which session, at which peer: what {@link CounterTally.sessions} adds up. */
export function sessionHash(nodeId: string, session: string): HashSum {
  return hashOf(`${nodeId} ${session}`);
}

/** Of one peer's neighbours. */
export function tallyLinks(
  nodeId: string,
  neighbours: readonly Pick<NeighbourInfo, 'peer' | 'session' | 'security'>[],
): LinkTally {
  let [links, balance] = [NO_SUM, NO_SUM];
  const counts: Record<string, number> = {};
  for (const { peer, session, security = '' } of neighbours) {
    counts[security] = (counts[security] ?? 0) + 1;
    links = plus(links, linkHash(nodeId, peer));
    const [low, high] = nodeId < peer ? [nodeId, peer] : [peer, nodeId];
    const hash = hashOf(`${session} ${low} ${high}`);
    balance = nodeId < peer ? plus(balance, hash) : minus(balance, hash);
  }
  return { peers: 1, ends: neighbours.length, links, balance, security: counts };
}

/** One end of a link: what {@link LinkTally.links} adds up. */
export function linkHash(from: string, to: string): HashSum {
  return hashOf(`${from}>${to}`);
}

/** Both together. */
export function addCounters(a: CounterTally, b: CounterTally): CounterTally {
  return {
    peers: a.peers + b.peers,
    ends: a.ends + b.ends,
    closed: a.closed + b.closed,
    framesOut: a.framesOut + b.framesOut,
    framesIn: a.framesIn + b.framesIn,
    balance: plus(a.balance, b.balance),
    state: plus(a.state, b.state),
    sessions: plus(a.sessions, b.sessions),
  };
}

/** Both together. */
export function addLinks(a: LinkTally, b: LinkTally): LinkTally {
  const security = { ...a.security };
  for (const [name, count] of Object.entries(b.security)) security[name] = (security[name] ?? 0) + count;
  return {
    security,
    peers: a.peers + b.peers,
    ends: a.ends + b.ends,
    links: plus(a.links, b.links),
    balance: plus(a.balance, b.balance),
  };
}

export function isSameSum([a, b]: HashSum, [c, d]: HashSum): boolean {
  return a === c && b === d;
}

/** The sum of two. */
export function plus([a, b]: HashSum, [c, d]: HashSum): HashSum {
  return [(a + c) >>> 0, (b + d) >>> 0];
}

function minus([a, b]: HashSum, [c, d]: HashSum): HashSum {
  return [(a - c) >>> 0, (b - d) >>> 0];
}

/** cyrb53 by bryc, whole: fast, and even for texts that differ in one character. */
function hashOf(text: string): HashSum {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}
