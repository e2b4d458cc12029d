import { graphFromEdges, horizon } from '@peerlab/graph';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Content, Contents } from './content.ts';
import { judgeMessage, type SentMessage } from './judge-message.ts';
import type { Reception } from './reception.ts';

const LINE = graphFromEdges(4, [
  [0, 1],
  [1, 2],
  [2, 3],
]);
const ORIGIN = '11111111-2222-4333-8444-555555555501';
const contents = new Contents();
const MESSAGE: SentMessage = { id: 'm', from: 0 };

function reception(peer: number, hops: number): Reception {
  return { peer, from: String(peer - 1), hops, atMs: 0 };
}

const ALL = [reception(1, 1), reception(2, 2), reception(3, 3)];

function kinds(message: SentMessage, receptions: readonly Reception[]): string[] {
  return judgeMessage(LINE, message, receptions).violations.map(({ kind, peer }) => `${kind} ${peer}`);
}

describe('a broadcast', () => {
  test('that reached everybody once breaks nothing', () => {
    const judged = judgeMessage(LINE, MESSAGE, ALL);
    expect(judged.violations).toEqual([]);
    expect(judged.expected).toEqual([1, 2, 3]);
    expect(judged.received).toEqual([1, 2, 3]);
  });

  test('that did not reach a peer within reach', () => {
    expect(kinds(MESSAGE, ALL.slice(0, 2))).toEqual(['missed 3']);
  });

  test('that a peer delivered twice', () => {
    expect(kinds(MESSAGE, [...ALL, reception(2, 2)])).toEqual(['twice 2']);
  });

  test('that its origin delivered', () => {
    expect(kinds(MESSAGE, [...ALL, reception(0, 2)])).toEqual(['own 0']);
  });

  test('that went beyond its TTL', () => {
    expect(kinds({ ...MESSAGE, ttl: 2 }, ALL)).toEqual(['beyond-horizon 3']);
  });

  test('that arrived with fewer hops than any path has, or with more than its TTL', () => {
    expect(kinds(MESSAGE, [reception(1, 1), reception(2, 1), reception(3, 3)])).toEqual(['hops 2']);
    expect(kinds({ ...MESSAGE, ttl: 3 }, [reception(1, 1), reception(2, 2), reception(3, 4)])).toEqual(['hops 3']);
  });

  test('whose hops some peers do not know', () => {
    expect(kinds(MESSAGE, [reception(1, 0), reception(2, 2), reception(3, 0)])).toEqual([]);
    const places = new Map([0, 1, 2, 3].map(peer => [String(peer), peer]));
    const judged = judgeMessage(LINE, MESSAGE, [reception(1, 0), reception(2, 2), reception(3, 0)], undefined, places);
    expect(judged.violations).toEqual([]);
  });

  test('with TTL 0 reaches nobody', () => {
    expect(kinds({ ...MESSAGE, ttl: 0 }, [])).toEqual([]);
    expect(kinds({ ...MESSAGE, ttl: 0 }, [reception(1, 1)])).toEqual(['beyond-horizon 1']);
  });

  test('is not expected where there is no path', () => {
    const parted = graphFromEdges(3, [[0, 1]]);
    expect(judgeMessage(parted, MESSAGE, [reception(1, 1)]).violations).toEqual([]);
    expect(judgeMessage(parted, MESSAGE, [reception(1, 1), reception(2, 1)]).violations).toHaveLength(1);
  });
});

describe('a direct message', () => {
  const dm: SentMessage = { id: 'm', from: 0, to: 2, ttl: 2 };

  test('arrives with TTL = distance, at its recipient alone', () => {
    expect(kinds(dm, [reception(2, 2)])).toEqual([]);
    expect(kinds(dm, [])).toEqual(['missed 2']);
  });

  test('does not arrive with TTL = distance - 1', () => {
    expect(kinds({ ...dm, ttl: 1 }, [])).toEqual([]);
    expect(kinds({ ...dm, ttl: 1 }, [reception(2, 2)])).toEqual(['beyond-horizon 2']);
  });

  test('is not to surface at a relay, nor beyond', () => {
    expect(kinds(dm, [reception(1, 1), reception(2, 2), reception(3, 3)])).toEqual(['not-meant 1', 'not-meant 3']);
  });
});

test('exactly the horizon, each once, is the only outcome without a violation', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), fc.subarray([0, 1, 2, 3, 1, 2, 3]), (ttl, peers) => {
      const receptions = peers.map(peer => reception(peer, Math.max(1, peer)));
      const isRight = JSON.stringify([...peers].sort()) === JSON.stringify(horizon(LINE, 0, ttl));
      expect(judgeMessage(LINE, { ...MESSAGE, ttl }, receptions).violations.length === 0).toBe(isRight);
    }),
  );
});

describe('what is delivered is what was sent', () => {
  const SENT = contents.of('broadcast', ORIGIN, 'transfer 1000 to bob');
  const whole = ALL.map(one => ({ ...one, content: SENT }));
  const places = new Map([0, 1, 2, 3].map(peer => [String(peer), peer]));

  function altered(message: SentMessage, receptions: readonly Reception[]): unknown[] {
    const { violations } = judgeMessage(LINE, message, receptions, undefined, places);
    return violations.map(({ kind, peer, alteredBefore }) => [
      kind,
      peer,
      alteredBefore?.peer,
      alteredBefore?.isAltered,
    ]);
  }

  test('nothing is broken', () => {
    expect(altered({ ...MESSAGE, content: SENT }, whole)).toEqual([]);
  });

  test('bytes are compared, not how JSON writes them', () => {
    const base64 = Buffer.from('transfer 1000 to bob').toString('base64');
    const content = contents.of('broadcast', ORIGIN, { base64 });
    expect(
      altered(
        { ...MESSAGE, content: SENT },
        whole.map(one => ({ ...one, content })),
      ),
    ).toEqual([]);
  });

  test.each<[string, Content]>([
    ['another payload', contents.of('broadcast', ORIGIN, 'tra')],
    ['other bytes of the same size', contents.of('broadcast', ORIGIN, 'transfer 9000 to bob')],
    ['another origin', contents.of('broadcast', '11111111-2222-4333-8444-555555555509', 'transfer 1000 to bob')],
    ['another kind', contents.of('dm', ORIGIN, 'transfer 1000 to bob')],
  ])('%s', (_, content) => {
    const receptions = whole.map(one => (one.peer === 2 ? { ...one, content } : one));
    expect(altered({ ...MESSAGE, content: SENT }, receptions)).toEqual([['altered', 2, 1, false]]);
  });

  test('a peer after one that altered it is told apart', () => {
    const content = contents.of('broadcast', ORIGIN, 'tra');
    const receptions = whole.map(one => (one.peer > 1 ? { ...one, content } : one));
    expect(altered({ ...MESSAGE, content: SENT }, receptions)).toEqual([
      ['altered', 2, 1, false],
      ['altered', 3, 2, true],
    ]);
  });
});
