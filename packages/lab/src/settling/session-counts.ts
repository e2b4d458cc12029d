/** Frames that were handed to each session, one by one or as a sum: compared between two readings of the same peers. */
import { type HashSum, isSameSum, NO_SUM, plus, sessionHash } from '@peerlab/contract';

/** By `node id session`; or of all sessions together, with which they are (`CounterTally.sessions`). */
export type SessionCounts = ReadonlyMap<string, number> | SessionSum;

/** Of all sessions together. */
export interface SessionSum {
  readonly ends: number;
  readonly sessions: HashSum;
  readonly framesOut: number;
}

/** Frames handed to links between two readings; undefined where sessions were forgotten, or, of sums, others were there. */
export function countsBetween(before: SessionCounts, after: SessionCounts): number | undefined {
  if (isEach(before) && isEach(after)) {
    let frames = 0;
    for (const [session, count] of after) frames += count - (before.get(session) ?? 0);
    return [...before.keys()].every(session => after.has(session)) ? frames : undefined;
  }
  const [one, other] = [sumOf(before), sumOf(after)];
  const isSame = one.ends === other.ends && isSameSum(one.sessions, other.sessions);
  return isSame ? other.framesOut - one.framesOut : undefined;
}

function isEach(counts: SessionCounts): counts is ReadonlyMap<string, number> {
  return counts instanceof Map;
}

function sumOf(counts: SessionCounts): SessionSum {
  if (!isEach(counts)) return counts;
  let [sessions, framesOut] = [NO_SUM, 0];
  for (const [key, count] of counts) {
    const [nodeId = '', session = ''] = key.split(' ');
    sessions = plus(sessions, sessionHash(nodeId, session));
    framesOut += count;
  }
  return { ends: counts.size, sessions, framesOut };
}
