/** Waits until nothing is in flight, by reading every peer's counters until two rounds agree (quiescence.ts). */

import type { CounterTally } from '@peerlab/contract';
import type { LabClock, PeerClient } from '@peerlab/driver';
import { LabError, MACHINE_CLOCK } from '@peerlab/driver';
import { type IsCut, isSameRound, judge, type PeerReading, type Round, type Unsettled } from './quiescence.ts';
import { restByTally } from './rest-by-tally.ts';
import { countsBetween, type SessionCounts } from './session-counts.ts';

/** How the wait is bounded. */
export interface SettleOptions {
  /**
   * How long the counters may stand still without agreeing, in milliseconds.
   * @default 10000: nothing that moves stands still for so long, unless a fault holds it
   */
  readonly stalledMs?: number | undefined;
  /**
   * How long the whole wait may take, in milliseconds, while frames still move: a frame may go round for ever.
   * @default 120000: the floods of a check on a large lab end within seconds
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The silence that counts as rest where a peer has no counters, in milliseconds.
   * @default 500: many times a hop on a local network; a guess, and reported as one
   */
  readonly idleMs?: number | undefined;
  /**
   * Counts the deliveries of messages that are not those waited for. While it grows others send: the lab may never come
   * to rest, and that is no fault of its peers.
   */
  readonly others?: (() => number) | undefined;
  /** How long the wait may take while others send, in milliseconds. @default that of `timeoutMs` */
  readonly othersTimeoutMs?: number | undefined;
  /** True for two peers, by node id, between which the kernel cuts the network: nothing that they send each other is waited for. */
  readonly isCut?: IsCut | undefined;
  /**
   * Counts the copies of the messages waited for that the peers took so far; undefined where they cannot tell. While frames
   * move and it stands still, they are of other messages, though these are delivered to nobody.
   * @default not known
   */
  readonly ownCopies?: (() => Promise<number | undefined>) | undefined;
  /**
   * How long messages that have not arrived are waited for where a peer has no counters, in milliseconds.
   * @default 30000 for programs: an anti-entropy that runs every few seconds has repaired a loss by then; 5000 for other peers
   */
  readonly arrivalMs?: number | undefined;
  /**
   * Adds up the counters of the peers, where many can be asked at once: while the sums fit, no peer is asked by itself.
   * @default every peer is asked
   */
  readonly tally?: (() => Promise<CounterTally>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the lab came to rest. */
export interface SettleReport {
  /** `counters` is a proof; `idle` only a guess, because these peers have no counters. */
  readonly method: 'counters' | 'idle';
  readonly withoutCounters: readonly string[];
  /** Of those, the peers that are programs: of them only is claimed what was seen. */
  readonly programs: readonly string[];
  /** Peers that run, do not answer, and were left out: what they took and sent is not known. */
  readonly silent: readonly string[];
  /** Peers whose counters were read: frames can be compared between reports of the same peers only. */
  readonly peersRead: number;
  /** Data frames handed to links since the peers started. */
  readonly framesOut: number;
  readonly framesLost: number;
  /** Of `framesOut`, those towards peers that were not read (ended, paused, off the network), and those across a cut of the kernel. */
  readonly framesAway: number;
  /** Of `framesOut`, those of each session at each end, but for those away; see {@link framesBetween}. */
  readonly sessions: SessionCounts;
  readonly rounds: number;
}

const STALLED_MS = 10_000;
const TIMEOUT_MS = 120_000;
const IDLE_MS = 500;
/** How long silence is waited for where it is a guess at best. */
const MAX_IDLE_WAIT_MS = 10_000;
/** Rounds that follow at once; later ones wait twice as long each time, up to the cap. */
const EAGER_ROUNDS = 4;
const MAX_PAUSE_MS = 100;
/** How long the messages waited for must stand still to be taken as over, where others move, in milliseconds. */
const OWN_OVER_MS = 500;
/** How long ago the latest delivery, or the latest frame, of others may be for them to be still at it, in milliseconds. */
const OTHERS_QUIET_MS = 2000;

/**
 * Waits for rest. Peers that have ended are left out: what was on its way to them is lost, not in flight. Where a peer
 * has no counters, those of the others must agree, and no peer may have said anything for the idle window.
 * @param clock whose time is waited: in virtual time no timer of this machine may decide what comes first
 * @throws {LabError} `NOT_SETTLED` naming the links and the counts that it waited for, with `details.others` where other
 *   messages are why ({@link isOthersDoing}); what `request` throws; `ABORTED`
 */
export async function settle(
  clients: readonly PeerClient[],
  options: SettleOptions = {},
  clock: LabClock = MACHINE_CLOCK,
): Promise<SettleReport> {
  const withoutCounters = clients.filter(client => isWithoutCounters(client)).map(({ name }) => name);
  const isGuess = withoutCounters.length > 0;
  const programs = clients.filter(client => client.program !== undefined).map(({ name }) => name);
  const idleMs = isGuess ? (options.idleMs ?? IDLE_MS) : 0;
  const { stalledMs = STALLED_MS, timeoutMs = TIMEOUT_MS, others = () => 0, isCut = () => false, signal } = options;
  const othersTimeoutMs = Math.min(timeoutMs, options.othersTimeoutMs ?? timeoutMs);
  const othersBefore = others();
  let [othersNow, othersAtMs] = [othersBefore, Number.NEGATIVE_INFINITY];
  const nowMs = (): number => clock.nowMs();
  const startedAtMs = nowMs();
  let movedAtMs = startedAtMs;
  let heardAtMs = startedAtMs;
  const stops = isGuess ? clients.map(client => client.onEvent(() => (heardAtMs = nowMs()))) : [];
  try {
    const told = isGuess ? undefined : await restByTally(clients, options, clock, startedAtMs + othersTimeoutMs);
    if (told !== undefined) return { method: 'counters', withoutCounters, programs, silent: [], ...told };
    let last: Round | undefined;
    for (let rounds = 1; ; rounds++) {
      throwIfAborted(signal);
      const now = judge(await Promise.all(clients.map(read)), isCut);
      const isSame = last !== undefined && isSameRound(last, now);
      if (!isSame) movedAtMs = nowMs();
      const stoodMs = nowMs() - Math.max(movedAtMs, heardAtMs);
      // Silence that does not come proves nothing, as little as one that comes.
      const isRestless = isGuess && nowMs() - startedAtMs > MAX_IDLE_WAIT_MS;
      if (isSame && now.unsettled.length === 0 && (stoodMs >= idleMs || isRestless)) {
        const { framesOut, framesLost, framesAway, readings } = now;
        const sessions = sessionCounts(readings, isCut);
        const peersRead = readings.filter(({ sessions }) => sessions !== undefined).length;
        const method = isGuess ? 'idle' : 'counters';
        const counts = { peersRead, framesOut, framesLost, framesAway, sessions, rounds };
        return { method, withoutCounters, programs, silent: [], ...counts };
      }
      if (isSame && now.unsettled.length > 0 && nowMs() - movedAtMs > stalledMs) {
        throw notSettled(`nothing moved for ${stalledMs} ms`, now.unsettled, clients);
      }
      if (others() > othersNow) [othersNow, othersAtMs] = [others(), nowMs()];
      const elapsedMs = nowMs() - startedAtMs;
      // Virtual time may leap within a round: what has come about only then is seen in the next one.
      const isLate = rounds > EAGER_ROUNDS && elapsedMs > othersTimeoutMs;
      const isMoving = nowMs() - movedAtMs < OTHERS_QUIET_MS;
      if (isLate && (nowMs() - othersAtMs < OTHERS_QUIET_MS || (isMoving && (await isOwnOver(options, clock))))) {
        throw restless(othersTimeoutMs, others() - othersBefore);
      }
      if (isLate && elapsedMs > timeoutMs) {
        throw notSettled(`frames still move after ${timeoutMs} ms`, now.unsettled, clients);
      }
      last = now;
      if (rounds < EAGER_ROUNDS) continue;
      const pauseMs = Math.min(MAX_PAUSE_MS, 2 ** (rounds - EAGER_ROUNDS));
      await clock.until(nowMs() + pauseMs, signal).catch(() => undefined);
    }
  } finally {
    for (const stop of stops) stop();
  }
}

/** Frames that each end handed to each session, by `node id session`; but for those that are away. */
function sessionCounts(readings: readonly PeerReading[], isCut: IsCut): ReadonlyMap<string, number> {
  const read = new Set(readings.flatMap(({ nodeId, sessions }) => (sessions === undefined ? [] : [nodeId])));
  return new Map(
    readings.flatMap(({ nodeId, sessions = [] }) =>
      sessions
        .filter(({ peer }) => read.has(peer) && !isCut(nodeId, peer))
        .map(({ session, framesOut }) => [`${nodeId} ${session}`, framesOut] as const),
    ),
  );
}

function isWithoutCounters(client: PeerClient): boolean {
  return !client.isAway && !client.can('counters');
}

async function read(client: PeerClient): Promise<PeerReading> {
  const { nodeId } = client.info;
  client.requireHeard();
  if (client.end === undefined) client.requireSound();
  if (!client.can('counters')) return { nodeId, sessions: undefined };
  const told = await client.ask({ command: 'counters' });
  if (told === undefined && client.silentMs !== undefined) throw client.silence();
  return { nodeId, sessions: told?.sessions };
}

/** True where the peers take no more copies of the messages waited for. */
async function isOwnOver({ ownCopies, signal }: SettleOptions, clock: LabClock): Promise<boolean> {
  const before = await ownCopies?.();
  if (before === undefined) return false;
  await clock.until(clock.nowMs() + OWN_OVER_MS, signal).catch(() => undefined);
  return (await ownCopies?.()) === before;
}

/** Other messages are under way: it is not the peers' doing that the lab does not come to rest. */
function restless(timeoutMs: number, others: number): LabError {
  const seen = others === 0 ? 'their frames move, though they reach nobody' : `${others} deliveries of them meanwhile`;
  const message = `the lab did not settle within ${timeoutMs} ms: other messages are under way (${seen})`;
  return new LabError('NOT_SETTLED', message, {
    definite: false,
    advice: 'wait until whatever else sends on this lab has ended',
    details: { others },
  });
}

/** True for a lab that does not come to rest because of messages that it was not asked about. */
export function isOthersDoing(error: unknown): error is LabError {
  return error instanceof LabError && error.code === 'NOT_SETTLED' && error.details.others !== undefined;
}

/**
 * Data frames handed to links between two reports; undefined where that is not known: peers came or went, or have
 * forgotten a session.
 */
export function framesBetween(before: SettleReport, after: SettleReport): number | undefined {
  if (after.method !== 'counters' || before.method !== 'counters') return undefined;
  if (before.peersRead !== after.peersRead) return undefined;
  return countsBetween(before.sessions, after.sessions);
}

function notSettled(why: string, unsettled: readonly Unsettled[], clients: readonly PeerClient[]): LabError {
  const names = new Map(clients.map(client => [client.info.nodeId, client.name]));
  const shown = unsettled.slice(0, 5).map(({ from, to, framesOut, framesIn, reason }) => {
    const [a, b] = [names.get(from) ?? from, names.get(to) ?? to];
    if (reason === 'in-flight')
      return `${a} handed ${framesOut} frames to its link to ${b}, which received ${framesIn}`;
    return `the link ${a}-${b} is ${reason} at one end only`;
  });
  const more = unsettled.length > shown.length ? [`and ${unsettled.length - shown.length} more`] : [];
  const message = `the lab did not settle; ${[why, ...shown, ...more].join('; ')}`;
  return new LabError('NOT_SETTLED', message, { definite: false, details: { unsettled } });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LabError('ABORTED', 'cancelled while waiting for the lab to settle');
}
