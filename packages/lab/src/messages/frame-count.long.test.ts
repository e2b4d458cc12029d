/** Frames while others send on the same lab: those of one's own messages, or none; never a wrong number, never a blame. */
import type { Request } from '@peerlab/contract';
import { MemoryDriver, ring } from '@peerlab/driver-memory';
import { graphFromEdges } from '@peerlab/graph';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { CheckFinding } from '../checks/check.ts';
import type { Lab } from '../lab.ts';
import { type BringUpOptions, bringUp } from '../life/bring-up.ts';
import { openLab } from '../life/find-lab.ts';
import { evidenceOf } from './evidence.ts';
import { countFrames } from './frame-count.ts';
import { judgeMessage } from './judge-message.ts';
import type { JudgedMessages } from './send-and-judge.ts';

/** Many labs in one test, on a busy machine. */
const LONG = { timeout: 60_000 };

const SETTLE = { stalledMs: 500, idleMs: 20 };

/** A lab of eight in a ring, by the hands of two who do not know of each other. */
async function shared(seed: number, programs: BringUpOptions['programs'] = {}): Promise<readonly [Lab, Lab]> {
  const driver = new MemoryDriver(seed);
  const { lab } = await bringUp(ring(8), driver, { checks: [], programs });
  return [lab, await openLab([driver], lab.name)];
}

/** Messages of another, one after the other, until they are ended. */
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function sendWithoutEnd(lab: Lab, request: Request = { command: 'broadcast', payload: 'another' }): void {
  let isOver = false;
  const sends = async (): Promise<void> => {
    const client = lab.endpoints[5]?.client;
    while (!isOver) await client?.request(request);
  };
  const sending = sends();
  ends.push(async () => {
    isOver = true;
    await sending;
  });
}

const failures = (checks: readonly CheckFinding[]): string[] =>
  checks.flatMap(({ name, explanations }) => explanations.map(({ text }) => `${name}: ${text}`));

describe('two who check one lab at once', () => {
  test('prove it both, with the frames of their own', LONG, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async seed => {
        const labs = await shared(seed);
        const checks = (await Promise.all(labs.map(lab => lab.verify({ settle: SETTLE })))).flat();
        expect(failures(checks)).toEqual([]);
        const broadcasts = checks.filter(({ name }) => name === 'broadcast');
        expect(broadcasts.map(({ observed, verdict }) => [observed, verdict])).toEqual(
          Array(2).fill(['8 origins x 7 receivers: 56 of 56, each once; 72 frames, predicted 72', 'proven']),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('and one of whom finds an echo, find it both, and nothing else', LONG, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async seed => {
        const labs = await shared(seed, { n3: ['echo'] });
        const found = await Promise.all(labs.map(lab => lab.verify({ checks: ['broadcast'], settle: SETTLE })));
        for (const [check] of found) {
          expect(check?.verdict).toBe('failed');
          expect(new Set(check?.explanations.map(({ culprit }) => culprit))).toEqual(new Set(['n3']));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('and a peer keeps no records: what its frames were is not proven, and nobody fails', LONG, async () => {
    let openOnes = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), async seed => {
        const labs = await shared(seed, { n3: ['unrecorded'] });
        const checks = await Promise.all(labs.map(lab => lab.verify({ checks: ['broadcast'], settle: SETTLE })));
        expect(failures(checks.flat())).toEqual([]);
        for (const { verdict, reason, observed } of checks.flat()) {
          if (verdict === 'proven') expect(observed).toContain('72 frames, predicted 72');
          else {
            openOnes++;
            expect(reason).toMatch(/^other messages (were|are) under way/);
            expect(observed).toContain('frames not counted');
          }
        }
      }),
      { numRuns: 20 },
    );
    expect(openOnes).toBeGreaterThan(0);
  });
});

describe('frames that do not add up, of which the peers keep no records', () => {
  const judged = (isMoving: boolean, others = 0): JudgedMessages => ({
    sent: 1,
    messages: [],
    whole: [],
    wholeMessages: () => [],
    linkFrames: 25,
    others,
    isAtRest: true,
    wasAtRest: true,
    rest: { method: 'counters', withoutCounters: [], programs: [], silent: [] },
    refused: [],
    mute: new Set(),
    open: [],
    returned: [],
    explain: async () => [],
    storyOf: async () => ({ graph: graphFromEdges(0, []), names: [], evidence: [UNRECORDED] }),
    isMoving: async () => isMoving,
    forget: () => undefined,
  });
  const UNRECORDED = evidenceOf(undefined, [], Number);
  const messages = [judgeMessage(graphFromEdges(1, []), { id: 'm', from: 0 }, [])].map(one => ({
    ...one,
    sentAtMs: 0,
  }));
  const counted = async (one: JudgedMessages) => await countFrames({ ...one, messages }, { frames: 21, isExact: true });

  test('are another number than predicted, where nobody else sends', async () => {
    expect(await counted(judged(false))).toMatchObject({ frames: 25, open: [] });
  });

  test('are not known, where frames move without these messages', async () => {
    expect(await counted(judged(true))).toMatchObject({ frames: undefined, open: ['other messages are under way'] });
  });

  test('are not known, where others moved before', async () => {
    const { frames, open } = await counted({ ...judged(false), wasAtRest: false, linkFrames: undefined });
    expect([frames, open]).toEqual([undefined, ['other messages were under way before, and reached nobody']]);
  });

  test('are not known, where messages of others were heard', async () => {
    const { frames, open } = await counted(judged(false, 3));
    expect([frames, open]).toEqual([undefined, ['other messages were under way (3 deliveries of them)']]);
  });
});

test('a message while others are sent costs its own frames', LONG, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async seed => {
      const [mine, other] = await shared(seed);
      const sending = Promise.all([1, 2, 3, 4].map(n => other.broadcast(`n${n}`, 'another', { settle: SETTLE })));
      const found = await Promise.all([
        mine.broadcast('n0', 'x', { settle: SETTLE }),
        mine.broadcast('n0', 'x', { settle: SETTLE, ttl: 2 }),
        mine.dm('n0', 'n2', 'x', { settle: SETTLE, ttl: 2 }),
      ]);
      expect([...found, ...(await sending)].map(({ verdict }) => verdict)).toEqual(Array(7).fill('proven'));
      expect(found.map(({ frames }) => frames)).toEqual([9, 4, 4]);
      for (const one of await sending) expect(one.frames).toBe(9);
    }),
    { numRuns: 30 },
  );
});

test('a lab on which somebody sends without end is not at rest: that is said, and nobody is blamed', LONG, async () => {
  const [mine, other] = await shared(1, { n3: ['silent'] });
  sendWithoutEnd(other);
  const checks = await mine.verify({ checks: ['broadcast', 'ttl', 'dm'], settle: { ...SETTLE, timeoutMs: 300 } });
  expect(failures(checks)).toEqual([]);
  for (const { verdict, reason } of checks) {
    expect(verdict).toBe('not-proven');
    expect(reason).toMatch(/the lab did not settle within 300 ms: other messages are under way \(\d+ deliveries/);
  }
  const found = await mine.broadcast('n0', 'x', { settle: { ...SETTLE, timeoutMs: 300 } });
  expect(found).toMatchObject({ verdict: 'not-proven', explanations: [] });
});

test('frames of others that move without end and reach nobody: that is said, and nobody is blamed', LONG, async () => {
  const [mine, other] = await shared(1);
  const to = other.endpoints[1]?.client.info.nodeId ?? '';
  // Its TTL ends before its recipient.
  sendWithoutEnd(other, { command: 'dm', to, payload: 'another', ttl: 1 });
  const checks = await mine.verify({ checks: ['broadcast', 'ttl', 'dm'], settle: { ...SETTLE, timeoutMs: 300 } });
  expect(failures(checks)).toEqual([]);
  for (const { verdict, reason } of checks) {
    expect(verdict).toBe('not-proven');
    expect(reason).toContain('other messages are under way (their frames move, though they reach nobody)');
  }
});
