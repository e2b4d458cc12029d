import type { TraceRecordEvent } from '@peerlab/contract';
import { graphFromEdges } from '@peerlab/graph';
import { describe, expect, test } from 'vitest';
import { type Evidence, evidenceOf, type PeerEvidence } from './evidence.ts';
import { auditFlood, explainViolation, type Story } from './explain.ts';
import { judgeMessage, type SentMessage } from './judge-message.ts';
import type { Reception } from './reception.ts';

const ID = '3f2a9c1e-0000-4000-8000-000000000000';
const MESSAGE: SentMessage = { id: ID, from: 0 };
/** n0 - n1 - n2 - n3 */
const LINE = graphFromEdges(4, [
  [0, 1],
  [1, 2],
  [2, 3],
]);

const sent = (to: number[], ttl: number, from?: number): TraceRecordEvent => ({
  event: 'sent',
  id: ID,
  kind: 'broadcast',
  ...(from === undefined ? {} : { from: String(from) }),
  to: to.map(String),
  ttl,
});

const duplicate = (from: number): TraceRecordEvent => ({ event: 'duplicate', id: ID, from: String(from), ttl: 9 });

/** What a peer recorded; nothing at all, or forgotten. */
type Records = readonly TraceRecordEvent[] | undefined | 'forgotten';

const historyOf = (records: Records) => {
  if (records === 'forgotten') return { records: [], isComplete: false };
  return records === undefined ? undefined : { records, isComplete: true };
};

function received(peer: number, from: number, hops: number): Reception {
  return { peer, from: String(from), hops, atMs: 0 };
}

function evidence(records: Records[], receptions: Reception[]): Evidence {
  return records.map((own, peer): PeerEvidence => {
    const of = receptions.filter(reception => reception.peer === peer);
    return evidenceOf(historyOf(own), of, Number);
  });
}

function story(records: Records[], receptions: Reception[]): Story {
  return { graph: LINE, names: ['n0', 'n1', 'n2', 'n3'], evidence: evidence(records, receptions) };
}

function explainFirst(records: Records[], receptions: Reception[], message = MESSAGE): string {
  const [violation] = judgeMessage(LINE, message, receptions).violations;
  if (violation === undefined) throw new Error('nothing is broken');
  return explainViolation(violation, story(records, receptions)).text;
}

describe('a message that was missed', () => {
  test('because a peer did not relay it', () => {
    const text = explainFirst([[sent([1], 9)], [], [], []], [received(1, 0, 1)]);
    expect(text).toBe(
      'n2 never received broadcast 3f2a9c1e of n0, 2 hops away; n1 had it from n0 (hop 1) and did not relay it, so it never reached n2',
    );
  });

  test('because it was lost on a link', () => {
    const text = explainFirst([[sent([1], 9)], [sent([2], 8, 0)], [], []], [received(1, 0, 1)]);
    expect(text).toContain('n1 (hop 1) sent it to n2, which never received it: it was lost on that link or at n2');
  });

  test('because a queue was full', () => {
    const full: TraceRecordEvent = { event: 'dropped', id: ID, to: '2', reason: 'queue-full' };
    const text = explainFirst([[sent([1], 9)], [full], [], []], [received(1, 0, 1)]);
    expect(text).toContain('n1 (hop 1) dropped it on its way to n2: queue-full');
  });

  test('because a peer treated its TTL as expired', () => {
    const expired: TraceRecordEvent = { event: 'expired', id: ID, from: '0' };
    expect(explainFirst([[sent([1], 9)], [expired], [], []], [received(1, 0, 1)])).toContain(
      'n1 had it from n0 (hop 1) and treated its TTL as expired',
    );
  });

  test('because the next peer ended', () => {
    const [violation] = judgeMessage(LINE, MESSAGE, [received(1, 0, 1)]).violations;
    if (violation === undefined) throw new Error('nothing is broken');
    const told = story([[sent([1], 9)], [sent([2], 8, 0)], undefined, []], [received(1, 0, 1)]);
    const ended = told.evidence.map((own, peer) => (peer === 2 ? { ...own, ended: 'killed by SIGSEGV' } : own));
    const { culprit, text } = explainViolation(violation, { ...told, evidence: ended });
    expect(culprit).toBe('n2');
    expect(text).toContain('n2, the next after n1, which had it (hop 1), ended: killed by SIGSEGV');
  });

  test('and nobody keeps records: it says what it cannot tell', () => {
    const text = explainFirst([undefined, undefined, undefined, undefined], [received(1, 0, 1)]);
    expect(text).toContain(
      'the last peer known to have it is n1 (hop 1), which does not record what it sent, so the loss is at n1 or on its link to n2',
    );
  });
});

test('a message beyond its TTL: the peer that raised the TTL is named, not the one that it reached', () => {
  const message = { ...MESSAGE, ttl: 2 };
  const receptions = [received(1, 0, 1), received(2, 1, 2), received(3, 2, 3)];
  const text = explainFirst([[sent([1], 2)], [sent([2], 1, 0)], [sent([3], 1, 1)], []], receptions, message);
  expect(text).toBe(
    'broadcast 3f2a9c1e of n0 (TTL 2) reached n3 at hop 3, 3 hops from n0, beyond its TTL of 2; n2 (hop 2) received it with TTL 1 and relayed it with TTL 1 instead of 0',
  );
});

test('a peer that rightly relays a better copy again is not blamed', () => {
  // n1 took TTL 1, then a copy with TTL 3: it passed on TTL 2, which is right. n2 raised it.
  const message = { ...MESSAGE, ttl: 2 };
  const receptions = [received(1, 0, 1), received(2, 1, 2), received(3, 2, 3)];
  const records = [[sent([1], 1), sent([1], 3)], [sent([2], 2, 0)], [sent([3], 2, 1)], []];
  expect(explainFirst(records, receptions, message)).toContain(
    'n2 (hop 2) received it with TTL 2 and relayed it with TTL 2',
  );
});

test('a better copy that nobody recorded may be why a peer passed on so much: nobody is blamed', () => {
  const message = { ...MESSAGE, ttl: 2 };
  const receptions = [received(1, 0, 1), received(2, 1, 2), received(3, 2, 3)];
  const [violation] = judgeMessage(LINE, message, receptions).violations;
  if (violation === undefined) throw new Error('nothing is broken');
  for (const unknown of [undefined, 'forgotten'] as const) {
    // What n3 sent back is not all that n2 may have gone by.
    const records = [[sent([1], 2)], unknown, [sent([3], 3, 1)], [sent([2], 2, 2)]];
    const { culprit, text } = explainViolation(violation, story(records, receptions));
    expect(culprit).toBeUndefined();
    expect(text).toBe('broadcast 3f2a9c1e of n0 (TTL 2) reached n3 at hop 3, 3 hops from n0, beyond its TTL of 2');
  }
});

describe('what a peer no longer remembers', () => {
  const missed = (message: SentMessage, records: Records[], receptions: Reception[]) => {
    const violation = judgeMessage(LINE, message, receptions).violations.at(-1);
    if (violation === undefined) throw new Error('nothing is broken');
    return explainViolation(violation, story(records, receptions));
  };

  test('is not held against it', () => {
    const told = missed(MESSAGE, [[sent([1], 9)], 'forgotten', [], []], [received(1, 0, 1)]);
    expect(told.culprit).toBeUndefined();
    expect(told.suspects).toBeUndefined();
    expect(told.text).toContain('n1 (hop 1), which no longer remembers what it did with it, so the loss is at n1 or');
  });

  test('is not held against the next one: a relay does not deliver a direct message', () => {
    const message = { ...MESSAGE, to: 3, ttl: 3 };
    for (const [unknown, words] of [
      ['forgotten', 'which no longer remembers what it did with it'],
      [undefined, 'which does not record what it sent'],
    ] as const) {
      const told = missed(message, [[sent([1], 3)], unknown, [], []], []);
      expect(told.culprit).toBeUndefined();
      expect(told.text).toContain(`n0 (its origin) sent it to n1, ${words}: the loss is on that link, at n1 or beyond`);
    }
  });

  test('is not held against the origin', () => {
    const { culprit, text } = missed({ ...MESSAGE, to: 3 }, ['forgotten', [], [], []], []);
    expect(culprit).toBeUndefined();
    expect(text).toContain('n0 (its origin), which no longer remembers what it did with it');
  });

  test('leaves the audit of a flood to what the others saw', () => {
    const whole = [received(1, 0, 1), received(2, 1, 2), received(3, 2, 3)];
    expect(auditFlood(MESSAGE, story([[sent([1], 9)], 'forgotten', 'forgotten', 'forgotten'], whole))).toEqual([]);
  });
});

describe('the audit of a flood', () => {
  const whole = [received(1, 0, 1), received(2, 1, 2), received(3, 2, 3)];
  const honest = [[sent([1], 9)], [sent([2], 8, 0)], [sent([3], 7, 1)], []];

  test('finds nothing in an honest one', () => {
    expect(auditFlood(MESSAGE, story(honest, whole))).toEqual([]);
  });

  test('finds an echo, by the word of the one who got it back', () => {
    const [first, ...more] = auditFlood(MESSAGE, story([[sent([1], 9), duplicate(1)], ...honest.slice(1)], whole));
    expect(more).toEqual([]);
    expect(first?.culprit).toBe('n1');
    expect(first?.text).toBe('n1, which had it at hop 1 from n0, sent broadcast 3f2a9c1e of n0 back to n0');
  });

  test('finds a frame sent twice', () => {
    const records = [honest[0], honest[1], [sent([3], 7, 1), duplicate(1)], honest[3]];
    expect(auditFlood(MESSAGE, story(records, whole)).map(({ text }) => text)).toEqual([
      'n1, which had it at hop 1 from n0, sent broadcast 3f2a9c1e of n0 to n2 twice',
    ]);
  });

  test('finds a silent relay, and believes its neighbour, not its own word', () => {
    const records = [honest[0], honest[1], honest[2], []];
    const [first] = auditFlood(MESSAGE, story(records, whole.slice(0, 2)));
    expect(first?.text).toBe(
      'n2, which had it at hop 2 from n1, did not pass broadcast 3f2a9c1e of n0 on to n3, although it reports that it sent it to n3',
    );
  });
});
