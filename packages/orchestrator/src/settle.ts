/** Waits until nothing is in flight, by reading every peer's counters until two rounds agree (quiescence.ts). */
import { setTimeout as pause } from 'node:timers/promises';
import { LabError } from './lab-error.ts';
import type { PeerClient } from './peer-client.ts';
import { isSameRound, type Judgement, judge, type PeerReading, type Unsettled } from './quiescence.ts';

/** How the wait is bounded. */
export interface SettleOptions {
  /**
   * How long the counters may stand still without agreeing, in milliseconds.
   * @default 10000: nothing that moves stands still for so long, unless a fault holds it
   */
  readonly stalledMs?: number | undefined;
  /**
   * The silence that counts as rest where a peer has no counters, in milliseconds.
   * @default 500: many times a hop on a local network; a guess, and reported as one
   */
  readonly idleMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the lab came to rest. */
export interface SettleReport {
  /** `counters` is a proof; `idle` only a guess, because these peers have no counters. */
  readonly method: 'counters' | 'idle';
  readonly withoutCounters: readonly string[];
  /** Data frames handed to links since the peers started. */
  readonly framesOut: number;
  readonly framesLost: number;
  readonly rounds: number;
}

const STALLED_MS = 10_000;
const IDLE_MS = 500;
/** Rounds that follow at once; later ones wait twice as long each time, up to the cap. */
const EAGER_ROUNDS = 4;
const MAX_PAUSE_MS = 100;

/**
 * Waits for rest.
 * @param clients the peers that run
 * @throws {LabError} `NOT_SETTLED` naming the links and the counts that it waited for; what `request` throws; `ABORTED`
 */
export async function settle(clients: readonly PeerClient[], options: SettleOptions = {}): Promise<SettleReport> {
  const without = clients.filter(client => !client.can('counters')).map(({ name }) => name);
  if (without.length > 0) return await settleByIdleness(clients, without, options);
  const stalledMs = options.stalledMs ?? STALLED_MS;
  let last: Judgement | undefined;
  let movedAtMs = performance.now();
  for (let rounds = 1; ; rounds++) {
    throwIfAborted(options.signal);
    const now = judge(await Promise.all(clients.map(read)));
    const isSame = last !== undefined && isSameRound(last, now);
    if (isSame && now.unsettled.length === 0 && last?.unsettled.length === 0) {
      return { method: 'counters', withoutCounters: [], framesOut: now.framesOut, framesLost: now.framesLost, rounds };
    }
    if (!isSame) movedAtMs = performance.now();
    else if (performance.now() - movedAtMs > stalledMs) throw notSettled(now.unsettled, clients, stalledMs);
    last = now;
    if (rounds >= EAGER_ROUNDS) await pause(Math.min(MAX_PAUSE_MS, 2 ** (rounds - EAGER_ROUNDS)));
  }
}

async function read(client: PeerClient): Promise<PeerReading> {
  const { sessions } = await client.request({ command: 'counters' });
  return { nodeId: client.info.nodeId, sessions };
}

async function settleByIdleness(
  clients: readonly PeerClient[],
  withoutCounters: readonly string[],
  options: SettleOptions,
): Promise<SettleReport> {
  const idleMs = options.idleMs ?? IDLE_MS;
  let lastEventAtMs = performance.now();
  const stops = clients.map(client => client.onEvent(() => (lastEventAtMs = performance.now())));
  try {
    let rounds = 0;
    for (let idle = 0; idle < idleMs; idle = performance.now() - lastEventAtMs) {
      throwIfAborted(options.signal);
      await pause(Math.max(1, idleMs - idle));
      rounds++;
    }
    return { method: 'idle', withoutCounters, framesOut: 0, framesLost: 0, rounds };
  } finally {
    for (const stop of stops) stop();
  }
}

function notSettled(unsettled: readonly Unsettled[], clients: readonly PeerClient[], stalledMs: number): LabError {
  const names = new Map(clients.map(client => [client.info.nodeId, client.name]));
  const shown = unsettled.slice(0, 5).map(({ from, to, framesOut, framesIn, reason }) => {
    const [a, b] = [names.get(from) ?? from, names.get(to) ?? to];
    if (reason === 'in-flight') return `${a} handed ${framesOut} frames to its link to ${b}, which took ${framesIn}`;
    return `the link ${a}-${b} is ${reason} at one end only`;
  });
  const more = unsettled.length > shown.length ? `; and ${unsettled.length - shown.length} more` : '';
  const message = `the lab did not come to rest; nothing moved for ${stalledMs} ms: ${shown.join('; ')}${more}`;
  return new LabError('NOT_SETTLED', message, { definite: false, details: { unsettled } });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LabError('ABORTED', 'given up while waiting for the lab to come to rest');
}
