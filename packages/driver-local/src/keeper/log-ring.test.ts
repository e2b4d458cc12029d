import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogRing } from './log-ring.ts';

const COST_PER_LINE = 32;

describe('the log of a peer', () => {
  it('keeps the newest lines that fit, gapless, and always the last one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 60 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 2000 }),
        (texts, limit) => {
          const ring = new LogRing(limit);
          for (const text of texts) ring.push(1, 1, text);
          const kept = ring.tail(undefined);
          expect(kept.map(line => line.text)).toEqual(texts.slice(-kept.length));
          expect(kept.map(line => line.position)).toEqual(kept.map((_, at) => texts.length - kept.length + at));
          const size = (lines: readonly string[]): number =>
            lines.reduce((sum, text) => sum + text.length + COST_PER_LINE, 0);
          expect(kept.length).toBeGreaterThan(0);
          if (kept.length > 1) expect(size(kept.map(line => line.text))).toBeLessThanOrEqual(limit);
          if (kept.length < texts.length) expect(size(texts.slice(-kept.length - 1))).toBeGreaterThan(limit);
        },
      ),
    );
  });

  it('gives lines from a position on, and from the oldest one kept where that is gone', () => {
    const ring = new LogRing(4 * (1 + COST_PER_LINE));
    for (const text of 'abcdefgh') ring.push(1, 1, text);
    const texts = (from: number): string =>
      ring
        .from(from)
        .map(line => line.text)
        .join('');
    expect(ring.position).toBe(8);
    expect([texts(0), texts(4), texts(6), texts(8), texts(99)]).toEqual(['efgh', 'efgh', 'gh', '', '']);
  });

  it('gives the last lines', () => {
    const ring = new LogRing(1000);
    for (const text of 'abc') ring.push(1, 2, text);
    expect(ring.tail(2).map(line => line.text)).toEqual(['b', 'c']);
    expect(ring.tail(9)).toHaveLength(3);
  });
});
