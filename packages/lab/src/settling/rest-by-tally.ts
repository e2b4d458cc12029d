/**
 * Rest, seen by sums: while all peers of a lab run, every session is open and the sums of their counters fit, no peer need be asked by
 * itself. What does not fit is left to settle.ts, which asks each and names it.
 */
import { type CounterTally, isSameSum, NO_SUM } from '@peerlab/contract';
import type { LabClock, PeerClient } from '@peerlab/driver';
import type { SessionSum } from './session-counts.ts';

/** How long sums that do not fit may stand still before each peer is asked, in milliseconds. @default 2000: slow links take less */
const UNFIT_MS = 2000;

/** Rounds that follow at once. */
const EAGER_ROUNDS = 2;
const MAX_PAUSE_MS = 100;

/** Rest as the sums show it; see SettleReport. */
interface TalliedRest {
  readonly peersRead: number;
  readonly framesOut: number;
  readonly framesLost: 0;
  readonly framesAway: 0;
  readonly sessions: SessionSum;
  readonly rounds: number;
}

/** What is added up, and what ends the wait. */
interface TallyOptions {
  readonly tally?: (() => Promise<CounterTally>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** See the module's header. @returns undefined where the sums do not tell, or past the bound, on the lab's clock */
export async function restByTally(
  clients: readonly PeerClient[],
  { tally, signal }: TallyOptions,
  clock: LabClock,
  untilMs: number,
): Promise<TalliedRest | undefined> {
  if (tally === undefined) return undefined;
  let last: CounterTally | undefined;
  let movedAtMs = clock.nowMs();
  for (let rounds = 1; signal?.aborted !== true; rounds++) {
    for (const client of clients) {
      client.requireHeard();
      if (client.end === undefined) client.requireSound();
    }
    if (clients.some(client => client.isAway || !client.can('counters'))) return undefined;
    const now = await tally();
    if (now.peers !== clients.length || now.closed > 0) return undefined;
    const isSame = last !== undefined && last.ends === now.ends && isSameSum(last.state, now.state);
    if (isSame && isSameSum(now.balance, NO_SUM)) {
      const { peers: peersRead, framesOut, ends, sessions } = now;
      return { peersRead, framesOut, framesLost: 0, framesAway: 0, sessions: { ends, sessions, framesOut }, rounds };
    }
    if (!isSame) movedAtMs = clock.nowMs();
    if (clock.nowMs() - movedAtMs > UNFIT_MS || clock.nowMs() > untilMs) return undefined;
    last = now;
    if (rounds < EAGER_ROUNDS) continue;
    const pauseMs = Math.min(MAX_PAUSE_MS, 2 ** (rounds - EAGER_ROUNDS));
    await clock.until(clock.nowMs() + pauseMs, signal).catch(() => undefined);
  }
  return undefined;
}
