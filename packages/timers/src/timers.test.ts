/** A time of any length is kept: the system's own timers fire at once past 2^31 - 1 ms. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pause } from './pause.ts';
import { startTicker } from './ticker.ts';
import { timeoutSignal } from './timeout-signal.ts';
import { startTimer, stopTimer } from './timer.ts';

const DAY_MS = 86_400_000;
const LENGTHS = [0, 1, 2 ** 31 - 1, 2 ** 31, 1000 * 3_600_000, 100 * DAY_MS];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe.each(LENGTHS)('%d ms', lengthMs => {
  test('a timer fires once, then and not before', () => {
    const fire = vi.fn();
    startTimer(fire, lengthMs);
    if (lengthMs > 0) vi.advanceTimersByTime(lengthMs - 1);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fire).toHaveBeenCalledOnce();
  });

  test('a timer that was stopped never fires', () => {
    const fire = vi.fn();
    const timer = startTimer(fire, lengthMs);
    if (lengthMs > 0) vi.advanceTimersByTime(lengthMs - 1);
    stopTimer(timer);
    vi.advanceTimersByTime(lengthMs + 1);
    expect(fire).not.toHaveBeenCalled();
  });

  test('a pause ends then', async () => {
    let isOver = false;
    void pause(lengthMs).then(() => (isOver = true));
    if (lengthMs > 0) await vi.advanceTimersByTimeAsync(lengthMs - 1);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isOver).toBe(true);
  });

  test('a signal fires then, with a timeout as its reason', () => {
    const signal = timeoutSignal(lengthMs);
    if (lengthMs > 0) vi.advanceTimersByTime(lengthMs - 1);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  });
});

test('a ticker ticks at any interval until it is stopped, also by its own tick', () => {
  const everyMs = 30 * DAY_MS;
  let ticks = 0;
  const ticker = startTicker(() => {
    ticks++;
    if (ticks === 3) stopTimer(ticker);
  }, everyMs);
  vi.advanceTimersByTime(2 * everyMs);
  expect(ticks).toBe(2);
  vi.advanceTimersByTime(10 * everyMs);
  expect(ticks).toBe(3);
});

test('a time without end never comes', () => {
  const fire = vi.fn();
  const timer = startTimer(fire, Number.POSITIVE_INFINITY);
  vi.advanceTimersByTime(1000 * DAY_MS);
  expect(fire).not.toHaveBeenCalled();
  timer.clear();
});

test('a pause ends early with the reason of its signal', async () => {
  const controller = new AbortController();
  const paused = pause(1000 * DAY_MS, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(paused).rejects.toThrow('enough');
  await expect(pause(1, { signal: controller.signal })).rejects.toThrow('enough');
});
