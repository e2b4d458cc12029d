/** Waits until an expectation holds: `within` of a scenario. It fails only once the time is over. */
import type { LabClock } from '@peerlab/driver';
import type { NestedFinding } from './step-finding.ts';

/** Between two looks, in milliseconds: each asks every peer. */
const LOOK_MS = 50;
const MAX_LOOK_MS = 1000;

/** How long is waited, and on which clock. */
export interface HoldingBound {
  /** Left out: it is judged once. */
  readonly withinMs: number | undefined;
  readonly clock: LabClock;
  readonly signal: AbortSignal;
}

/** The first judgement that has not failed, or the last one before the time was over, which says how long that was. */
export async function untilHolds(
  judge: () => Promise<NestedFinding>,
  { withinMs, clock, signal }: HoldingBound,
): Promise<NestedFinding> {
  if (withinMs === undefined) return await judge();
  const giveUpMs = clock.nowMs() + withinMs;
  for (let pauseMs = LOOK_MS; ; pauseMs = Math.min(MAX_LOOK_MS, 2 * pauseMs)) {
    const finding = await judge();
    const nowMs = clock.nowMs();
    if (finding.verdict !== 'failed') return finding;
    if (nowMs >= giveUpMs || signal.aborted) {
      return { ...finding, observed: `${finding.observed}; not within ${durationText(withinMs)}` };
    }
    await clock.until(Math.min(nowMs + pauseMs, giveUpMs), signal).catch(() => undefined);
  }
}

/** `60 s`, `500 ms`. */
export function durationText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}
