/**
 * Is anything in flight? Decided from the counters of every peer's link sessions (Mattern's four-counter method, 1987).
 * Pure: readings in, a judged round out. settle.ts takes the readings.
 */
import type { SessionCounters } from '@peerlab/contract';

/** One peer's counters; `sessions` is undefined for a peer that does not run or has no counters. */
export interface PeerReading {
  readonly nodeId: string;
  readonly sessions: readonly SessionCounters[] | undefined;
}

/** A link session that is not at rest. */
export interface Unsettled {
  readonly session: string;
  /** Node ids: `from` handed frames that `to` has not taken. */
  readonly from: string;
  readonly to: string;
  readonly framesOut: number;
  readonly framesIn: number;
  /** What is waited for. */
  readonly reason: 'in-flight' | 'closing' | 'opening';
}

/** See {@link judge}. */
export type IsCut = (a: string, b: string) => boolean;

/** What a round of readings says. */
export interface Round {
  readonly unsettled: readonly Unsettled[];
  /** Data frames handed to links, and taken from them, over all sessions, closed ones included. */
  readonly framesOut: number;
  readonly framesIn: number;
  /** Frames that went down with a closed session, or towards a peer that does not run: lost, not in flight. */
  readonly framesLost: number;
  /** Of those handed to links, the ones towards peers that were not read, or that the network does not lead to: nobody took them in this round. */
  readonly framesAway: number;
  /** What it was judged by. */
  readonly readings: readonly PeerReading[];
}

/**
 * Judges one round. The readings need not be of one moment: a flood is over only when two successive rounds are at rest
 * and {@link isSameRound}, since then no frame was handed or taken between them.
 * @param isCut true for two peers, by node id, between which the network is silent though their link may still stand: what one
 *   hands to it is away, not in flight
 */
export function judge(readings: readonly PeerReading[], isCut: IsCut = () => false): Round {
  const running = new Map(readings.filter(({ sessions }) => sessions !== undefined).map(r => [r.nodeId, r]));
  const ends = new Map<string, { nodeId: string; counters: SessionCounters }[]>();
  let framesOut = 0;
  let framesIn = 0;
  for (const { nodeId, sessions } of running.values()) {
    for (const counters of sessions ?? []) {
      framesOut += counters.framesOut;
      framesIn += counters.framesIn;
      const known = ends.get(counters.session);
      if (known === undefined) ends.set(counters.session, [{ nodeId, counters }]);
      else known.push({ nodeId, counters });
    }
  }
  const unsettled: Unsettled[] = [];
  let framesLost = 0;
  let framesAway = 0;
  for (const [session, [a, b]] of ends) {
    if (a === undefined) continue;
    if (isCut(a.nodeId, a.counters.peer)) {
      for (const end of [a, b]) framesAway += end?.counters.framesOut ?? 0;
      continue;
    }
    if (b === undefined) {
      const other = running.get(a.counters.peer);
      const { framesOut: out, open } = a.counters;
      if (other === undefined) framesAway += out;
      if (other !== undefined && open) {
        unsettled.push(pair(session, a.nodeId, a.counters.peer, out, 0, 'opening'));
      } else framesLost += out;
      continue;
    }
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const out = from.counters.framesOut;
      const taken = to.counters.framesIn;
      if (!from.counters.open && !to.counters.open) framesLost += Math.max(0, out - taken);
      else if (from.counters.open !== to.counters.open) {
        unsettled.push(pair(session, from.nodeId, to.nodeId, out, taken, 'closing'));
      } else if (out !== taken) unsettled.push(pair(session, from.nodeId, to.nodeId, out, taken, 'in-flight'));
    }
  }
  return { unsettled, framesOut, framesIn, framesLost, framesAway, readings };
}

/**
 * True when no frame was handed or taken between the two rounds. Counters are compared one by one: in a sum, what one
 * link has gained could be hidden by a closed session that a peer has forgotten meanwhile.
 */
export function isSameRound(a: Round, b: Round): boolean {
  if (a.readings.length !== b.readings.length) return false;
  const before = new Map(a.readings.map(({ nodeId, sessions }) => [nodeId, sessions]));
  return b.readings.every(({ nodeId, sessions }) => before.has(nodeId) && isSameReading(before.get(nodeId), sessions));
}

function isSameReading(a: PeerReading['sessions'], b: PeerReading['sessions']): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  // A peer may list its sessions in another order each time.
  return b.every((now, i) => {
    const then = a[i]?.session === now.session ? a[i] : a.find(({ session }) => session === now.session);
    return (
      then !== undefined && then.open === now.open && then.framesOut === now.framesOut && then.framesIn === now.framesIn
    );
  });
}

function pair(
  session: string,
  from: string,
  to: string,
  framesOut: number,
  framesIn: number,
  reason: Unsettled['reason'],
): Unsettled {
  return { session, from, to, framesOut, framesIn, reason };
}
