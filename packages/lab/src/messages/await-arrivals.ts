/**
 * Waits until messages have arrived, where it cannot be proven that nothing is in flight: a program may repair a loss much later,
 * and what has not come yet is not lost.
 */
import type { LabClock, PeerClient } from '@peerlab/driver';
import type { Address } from './alike-messages.ts';
import type { SentMessages } from './sent-messages.ts';

/** What is waited for. */
export interface ArrivalOptions {
  /** How long, in milliseconds from the last sending; left out: only where rest is a guess, and then as long as the lab says. */
  readonly withinMs?: number | undefined;
  /** The peers that must receive a message. @default those that the graph says */
  readonly due?: ((address: Address, expected: readonly number[]) => readonly number[]) | undefined;
  /** The share of deliveries that suffices, from 0 to 1. @default 1 */
  readonly share?: number | undefined;
}

/** Between two looks, in milliseconds. */
const LOOK_MS = 10;
const MAX_LOOK_MS = 200;

/**
 * See the module's header.
 * @param clients in topology order: what a peer that has ended did not receive is not waited for
 * @returns whether all that was waited for has come
 */
export async function awaitArrivals(
  sent: SentMessages,
  clients: readonly (PeerClient | undefined)[],
  clock: LabClock,
  {
    withinMs = 0,
    due = (_, expected) => expected,
    share = 1,
    signal,
  }: ArrivalOptions & { readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  const startedAtMs = clock.nowMs();
  const canCome = (peer: number): boolean =>
    clients[peer] !== undefined && clients[peer].end === undefined && clients[peer].program?.tellsReceived !== false;
  for (let pauseMs = LOOK_MS; ; pauseMs = Math.min(MAX_LOOK_MS, 2 * pauseMs)) {
    const { due: all, came } = sent.arrivals((address, expected) => due(address, expected).filter(canCome));
    const nowMs = clock.nowMs();
    if (came >= all * share) return true;
    if (nowMs - startedAtMs >= withinMs || signal?.aborted === true) return false;
    await clock.until(Math.min(nowMs + pauseMs, startedAtMs + withinMs), signal).catch(() => undefined);
  }
}
