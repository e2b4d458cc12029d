import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { combine, conclude, notTried } from './conclude.ts';
import type { Finding, FindingFacts } from './finding.ts';
import { decidedRuling, findingFields, openRuling } from './schema.ts';
import { noneFailed, tallyOf, tallyText, verdictOf } from './tally.ts';

const FACTS: FindingFacts = {
  claim: 'links',
  expected: '3 links',
  observed: '3 links',
  evidence: [],
  explanations: [],
};
const WHY = { kind: 'link', text: 'n0-n1 is missing' } as const;

const schema = z.discriminatedUnion('verdict', [
  z.strictObject({ ...findingFields, ...decidedRuling }),
  z.strictObject({ ...findingFields, ...openRuling }),
]);

const findings: fc.Arbitrary<Finding> = fc
  .record({ fails: fc.boolean(), open: fc.subarray(['no counters', 'no TTL']) })
  .map(({ fails, open }) => conclude({ ...FACTS, explanations: fails ? [WHY] : [] }, open));

describe('the verdict', () => {
  test('is proven where nothing is open and nothing failed', () => {
    expect(conclude(FACTS)).toEqual({ ...FACTS, verdict: 'proven' });
  });

  test('is not proven where a part is open, with every reason once', () => {
    expect(conclude(FACTS, ['no counters', 'no TTL', 'no counters'])).toMatchObject({
      verdict: 'not-proven',
      reason: 'no counters; no TTL',
    });
  });

  test('is failed where something is explained, open or not; what is open is then evidence', () => {
    const finding = conclude({ ...FACTS, explanations: [WHY] }, ['no counters']);
    expect(finding).toMatchObject({ verdict: 'failed', evidence: ['no counters'] });
    expect(finding).not.toHaveProperty('reason');
  });

  test('of what was not tried is not proven', () => {
    expect(notTried('DM', '2 arrive', 'left out')).toMatchObject({ verdict: 'not-proven', reason: 'left out' });
  });

  test('of several is proven only where there are some and all are proven', () => {
    expect(combine('all', []).verdict).toBe('not-proven');
    fc.assert(
      fc.property(fc.array(findings, { minLength: 1 }), parts => {
        const whole = combine('all', parts);
        expect(whole.verdict).toBe(verdictOf(parts));
        expect(whole.verdict === 'proven').toBe(parts.every(({ verdict }) => verdict === 'proven'));
        expect(whole.verdict === 'failed').toBe(!noneFailed(parts));
      }),
    );
  });
});

test('a finding is what its schema says, and a reason stands at what is not proven alone', () => {
  fc.assert(
    fc.property(findings, finding => {
      expect(schema.parse(JSON.parse(JSON.stringify(finding)))).toEqual(finding);
      expect('reason' in finding).toBe(finding.verdict === 'not-proven');
    }),
  );
  expect(schema.safeParse({ ...FACTS, verdict: 'not-proven' }).success).toBe(false);
  expect(schema.safeParse({ ...FACTS, verdict: 'proven', reason: 'none' }).success).toBe(false);
});

test.each([
  [['proven'], '1 claim proven'],
  [['proven', 'proven', 'not-proven'], '2 of 3 claims proven, 1 not proven'],
  [['proven', 'failed', 'not-proven'], '1 of 3 claims proven, 1 failed, 1 not proven'],
  [[], '0 claims proven'],
] as const)('%j is told as %s', (verdicts, text) => {
  expect(tallyText(tallyOf(verdicts.map(verdict => ({ verdict }))))).toBe(text);
});
