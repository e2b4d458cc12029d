import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionCounters } from './replies.ts';
import {
  addCounters,
  addLinks,
  isSameSum,
  NO_COUNTERS,
  NO_LINKS,
  NO_SUM,
  tallyCounters,
  tallyLinks,
} from './tallies.ts';

interface Session {
  readonly a: number;
  readonly b: number;
  readonly there: number;
  readonly back: number;
}

/** Sessions between some of twelve peers, with what went over each. */
const sessions = fc.array(
  fc.record({
    a: fc.nat({ max: 5 }),
    b: fc.integer({ min: 6, max: 11 }),
    there: fc.nat(),
    back: fc.nat({ max: 2 ** 40 }),
  }),
  { minLength: 1, maxLength: 30 },
);

const id = (peer: number): string => `00000000-0000-4000-8000-${String(peer).padStart(12, '0')}`;

/** What each peer counts of its ends. */
function countersOf(all: readonly Session[]): { nodeId: string; sessions: SessionCounters[] }[] {
  const peers = Array.from({ length: 12 }, (_, peer) => ({ nodeId: id(peer), sessions: [] as SessionCounters[] }));
  for (const [i, { a, b, there, back }] of all.entries()) {
    const common = { session: `session-${i}`, open: true, bytesOut: 0, bytesIn: 0 };
    peers[a]?.sessions.push({ ...common, peer: id(b), framesOut: there, framesIn: back });
    peers[b]?.sessions.push({ ...common, peer: id(a), framesOut: back, framesIn: there });
  }
  return peers;
}

function tallyOf(peers: ReturnType<typeof countersOf>): typeof NO_COUNTERS {
  return peers.map(({ nodeId, sessions: own }) => tallyCounters(nodeId, own)).reduce(addCounters, NO_COUNTERS);
}

describe('counters', () => {
  test('balance where each end has taken what the other one handed over, in whatever order they are added', () => {
    fc.assert(
      fc.property(sessions, all => {
        const peers = countersOf(all);
        const tally = tallyOf(peers);
        expect(tally).toMatchObject({ peers: 12, ends: 2 * all.length, closed: 0, balance: NO_SUM });
        expect(tally.framesOut).toBe(tally.framesIn);
        expect(tallyOf(peers.toReversed())).toEqual(tally);
      }),
      { numRuns: 50 },
    );
  });

  test('do not where one count, at one end, is another one; nor where two wrong ones have the right sum', () => {
    fc.assert(
      fc.property(sessions, fc.nat(), fc.boolean(), fc.integer({ min: 1, max: 3 }), (all, n, isOut, by) => {
        const peers = countersOf(all);
        const before = tallyOf(peers);
        const ends = peers.flatMap(({ sessions: own }) => own.map((_, i) => ({ own, i })));
        const change = (at: number, delta: number): void => {
          const { own, i } = ends[at % ends.length] ?? { own: [], i: 0 };
          const end = own[i];
          if (end === undefined) return;
          own[i] = isOut
            ? { ...end, framesOut: Math.abs(end.framesOut + delta) }
            : { ...end, framesIn: Math.abs(end.framesIn + delta) };
        };
        change(n, by);
        const after = tallyOf(peers);
        expect(isSameSum(after.balance, NO_SUM)).toBe(false);
        expect(isSameSum(after.state, before.state)).toBe(false);
        expect(isSameSum(after.sessions, before.sessions)).toBe(true);
        change(n + 1, -by);
        if (ends.length > 2) expect(isSameSum(tallyOf(peers).balance, NO_SUM)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test('a session that one end alone has does not balance, and one that is closed is counted', () => {
    const [end] = countersOf([{ a: 0, b: 6, there: 0, back: 0 }])[0]?.sessions ?? [];
    if (end === undefined) throw new Error('no session');
    expect(isSameSum(tallyCounters(id(0), [end]).balance, NO_SUM)).toBe(false);
    expect(tallyCounters(id(0), [{ ...end, open: false }]).closed).toBe(1);
  });
});

describe('links', () => {
  const ends = (at: number, to: number, session: string, security?: 'sealed'): ReturnType<typeof tallyLinks> =>
    tallyLinks(id(at), [{ peer: id(to), session, ...(security === undefined ? {} : { security }) }]);

  test('balance where both ends know one session', () => {
    const sum = addLinks(ends(0, 1, 's', 'sealed'), ends(1, 0, 's'));
    expect(sum).toMatchObject({ peers: 2, ends: 2, balance: NO_SUM, security: { '': 1, sealed: 1 } });
    expect(addLinks(NO_LINKS, sum)).toEqual(sum);
  });

  test('do not where they know two, or another pair has the session', () => {
    expect(isSameSum(addLinks(ends(0, 1, 's'), ends(1, 0, 't')).balance, NO_SUM)).toBe(false);
    expect(isSameSum(addLinks(ends(0, 1, 's'), ends(2, 0, 's')).balance, NO_SUM)).toBe(false);
  });
});
