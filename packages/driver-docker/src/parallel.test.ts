import { describe, expect, test } from 'vitest';
import { inParallel } from './parallel.ts';

const items = Array.from({ length: 20 }, (_, index) => index);
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

describe('tasks side by side', () => {
  test('run once each, never more than the limit at a time', async () => {
    const ran: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel(items, { limit: 4 }, async item => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      ran.push(item);
      running -= 1;
    });
    expect(ran.sort((a, b) => a - b)).toEqual(items);
    expect(most).toBe(4);
  });

  test('a failure begins no further task and waits for those under way', async () => {
    let running = 0;
    let begun = 0;
    const work = inParallel(items, { limit: 4 }, async item => {
      begun += 1;
      running += 1;
      await turn();
      running -= 1;
      if (item === 1) throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(running).toBe(0);
    expect(begun).toBeLessThanOrEqual(5);
  });

  test('a signal begins no further task and is the reason', async () => {
    const controller = new AbortController();
    let finished = 0;
    const work = inParallel(items, { limit: 2, signal: controller.signal }, async item => {
      if (item === 3) controller.abort(new Error('enough'));
      await turn();
      finished += 1;
    });
    await expect(work).rejects.toThrow('enough');
    expect(finished).toBe(4);
  });
});
