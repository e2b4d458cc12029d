/** An expectation with a time is judged until it holds, and fails only when the time is over. */
import { conclude } from '@peerlab/finding';
import { expect, test } from 'vitest';
import type { NestedFinding } from './step-finding.ts';
import { untilHolds } from './until-holds.ts';

/** A clock that moves only when it is waited for, and a claim that holds from a time on. */
function world(holdsFromMs: number) {
  let nowMs = 1000;
  let looks = 0;
  const until = async (atMs: number): Promise<void> => {
    nowMs = Math.max(nowMs, atMs);
  };
  const judge = async (): Promise<NestedFinding> => {
    looks++;
    const holds = nowMs >= 1000 + holdsFromMs;
    const explanations = holds ? [] : [{ kind: 'link' as const, text: 'n0 lists nobody' }];
    const facts = { claim: 'c', expected: 'e', observed: holds ? 'all' : 'none', evidence: [], explanations };
    return { ...conclude(facts), steps: [] };
  };
  const clock = { isVirtual: true, nowMs: () => nowMs, until };
  return { judge, clock, signal: new AbortController().signal, waitedMs: () => nowMs - 1000, looks: () => looks };
}

test('it holds at once: nothing is waited for', async () => {
  const { judge, waitedMs, ...at } = world(0);
  expect(await untilHolds(judge, { withinMs: 60_000, ...at })).toMatchObject({ verdict: 'proven' });
  expect(waitedMs()).toBe(0);
});

test('it holds after a while: that is waited for, and no longer than needed', async () => {
  const { judge, waitedMs, ...at } = world(19_000);
  expect(await untilHolds(judge, { withinMs: 60_000, ...at })).toMatchObject({ verdict: 'proven', observed: 'all' });
  expect(waitedMs()).toBeGreaterThanOrEqual(19_000);
  expect(waitedMs()).toBeLessThan(20_100);
});

test('it does not hold in time: it fails then, and says how long that was', async () => {
  const { judge, waitedMs, ...at } = world(61_000);
  const finding = await untilHolds(judge, { withinMs: 60_000, ...at });
  expect(finding).toMatchObject({ verdict: 'failed', observed: 'none; not within 60 s' });
  expect(waitedMs()).toBe(60_000);
});

test('without a time it is judged once', async () => {
  const { judge, looks, ...at } = world(5000);
  expect(await untilHolds(judge, { withinMs: undefined, ...at })).toMatchObject({
    verdict: 'failed',
    observed: 'none',
  });
  expect(looks()).toBe(1);
});
