/** Comparing: every variant in every turn, nothing left, and a failure is told rather than hidden. */

import { line, MemoryDriver, ring } from '@peerlab/driver-memory';
import { describe, expect, test } from 'vitest';
import { compareLabs } from './compare-labs.ts';
import { varyTopology } from './vary-topology.ts';

const WORKLOAD = { singleBroadcasts: 2, burstBroadcasts: 4, window: 2, deliveryTimeoutMs: 50 };

describe('compareLabs', () => {
  test('runs the variants in turns, and leaves nothing', async () => {
    const driver = new MemoryDriver();
    const order: string[] = [];
    const variants = [
      { title: 'ring', topology: ring(5) },
      { title: 'line', topology: line(5) },
    ];
    const onRun = ({ title, run, of }: { title: string; run: number; of: number }): void => {
      order.push(`${title} ${run}/${of}`);
    };
    const results = await compareLabs('compared', variants, driver, { runs: 2, workload: WORKLOAD, onRun });
    expect(order).toEqual(['ring 1/2', 'line 1/2', 'ring 2/2', 'line 2/2']);
    expect(results.map(({ title, verdict, runs, median }) => [title, verdict, runs.length, median.framesPerBroadcast]))
      // 2|E| - |V| + 1
      .toEqual([
        ['ring', 'proven', 2, 6],
        ['line', 'proven', 2, 4],
      ]);
    expect(driver.labs.size).toBe(0);
  });

  test('measures a variant that is not proven, and adds its losses up', async () => {
    const variants = [{ title: 'lossy', topology: line(3), programs: { n1: ['silent'] } }];
    const [result] = await compareLabs('compared', variants, new MemoryDriver(), { runs: 2, workload: WORKLOAD });
    expect(result?.verdict).toBe('failed');
    expect(result?.checks.find(({ verdict }) => verdict === 'failed')?.explanations[0]?.text).toContain('n1');
    expect(result?.median.missing).toBe(12);
    expect(result?.median.latencyMs).toBeUndefined();
  });

  test('leaves nothing when it is given up', async () => {
    const driver = new MemoryDriver();
    const controller = new AbortController();
    const onRun = ({ run }: { run: number }): void => {
      if (run === 2) controller.abort();
    };
    const variants = [{ title: 'line', topology: line(3) }];
    const options = { runs: 3, workload: WORKLOAD, signal: controller.signal, onRun };
    await expect(compareLabs('compared', variants, driver, options)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(driver.labs.size).toBe(0);
  });
});

describe('varyTopology', () => {
  test('gives every peer an environment variable, beside those that it has', () => {
    const once = varyTopology(line(2), 'env.MODE', 'floodsub');
    const twice = varyTopology(once, 'env.LEVEL', '3');
    expect(twice.peers.map(({ settings }) => settings.env)).toEqual(Array(2).fill({ MODE: 'floodsub', LEVEL: '3' }));
  });

  test('sets what holds for links', () => {
    expect(varyTopology(line(2), 'latencyMs', '20').defaults.links).toEqual({ latencyMs: 20 });
  });

  test.each([
    ['colour', 'red', 'cannot be varied'],
    ['env.', 'x', 'cannot be varied'],
    ['lossRatio', '1.5', 'a number from 0 to 1'],
    ['latencyMs', '', 'a number from 0'],
    ['bandwidthKbps', '0', 'a number above 0'],
  ])('refuses %s=%s', (variable, value, says) => {
    expect(() => varyTopology(line(2), variable, value)).toThrow(says);
  });
});
