import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Bound } from './bound.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([1000, 1000 * 3_600_000])('a bound of %d ms is over then, and not before', timeoutMs => {
  const bound = new Bound('the step', timeoutMs);
  vi.advanceTimersByTime(timeoutMs - 1);
  expect(bound.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(bound.signal.reason).toMatchObject({ code: 'NOT_SETTLED' });
});
