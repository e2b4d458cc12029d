/** Measuring: what it counts is what the graph says, and what is lost or doubled shows. */

import { line, MemoryDriver, ring } from '@peerlab/driver-memory';
import { bringUp, Lab } from '@peerlab/lab';
import { describe, expect, test } from 'vitest';
import { type LabMeasurement, measureLab } from './measure-lab.ts';
import { percentile } from './percentile.ts';

const WORKLOAD = { singleBroadcasts: 5, burstBroadcasts: 40, window: 8, deliveryTimeoutMs: 50 };

async function measure(topology = ring(6), programs: Record<string, string[]> = {}): Promise<LabMeasurement> {
  await using lab = (await bringUp(topology, new MemoryDriver(), { checks: ['links'], programs })).lab;
  return await measureLab(lab, { workload: WORKLOAD });
}

describe('a lab is measured', () => {
  test('by the frames that the graph predicts for a flood', async () => {
    const found = await measure();
    // 2|E| - |V| + 1
    expect(found.framesPerBroadcast).toBe(7);
    expect([found.missing, found.twice]).toEqual([0, 0]);
    expect(found.latencyMs?.p50).toBeGreaterThan(0);
    expect(found.latencyMs?.p99).toBeGreaterThanOrEqual(found.latencyMs?.p50 ?? 0);
    expect(found.deliveriesPerSecond).toBeGreaterThan(0);
  });

  test('with a peer that swallows messages: the deliveries behind it are missing, and no latency is made up', async () => {
    const found = await measure(line(4), { n2: ['silent'] });
    expect(found.missing).toBe(45);
    expect(found.latencyMs).toBeUndefined();
  });

  test('with a peer that delivers twice', async () => {
    expect((await measure(line(3), { n1: ['twice'] })).twice).toBe(45);
  });

  test('with a peer that counts nothing: no cost is made up', async () => {
    const found = await measure(line(3), { n1: ['minimal'] });
    expect(found).toMatchObject({ framesPerBroadcast: undefined, bytesPerBroadcast: undefined });
    expect(found.missing).toBe(0);
  });

  test('with a peer whose deliveries went unread: it is not measured, and nothing is missing', async () => {
    await expect(measure(line(3), { n1: ['forgetful'] })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('what n1 received is not judged'),
    });
  });

  test('while others send: their frames are not counted', async () => {
    const driver = new MemoryDriver();
    await using lab = (await bringUp(ring(6), driver, { checks: ['links'] })).lab;
    const other = await Lab.attach(lab.running, { isNew: false });
    const [found] = await Promise.all([
      measureLab(lab, { workload: WORKLOAD }),
      other.verify({ checks: ['broadcast'] }),
    ]);
    expect(found).toMatchObject({ framesPerBroadcast: undefined, missing: 0, twice: 0 });
  });

  test('and takes no notice of the time of a driver whose peers take nothing', async () => {
    expect(await measure()).toMatchObject({ memoryBytes: undefined, cpuUsPerDelivery: undefined });
  });
});

test('a percentile is one of the values', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0.01, 0.2, 0.5, 0.99, 1].map(share => percentile(values, share))).toEqual([1, 1, 3, 5, 5]);
  expect(percentile([], 0.5)).toBeNaN();
});
