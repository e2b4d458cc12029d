import { MemoryDriver } from '@peerlab/driver-memory';
import { parseTopology } from '@peerlab/topology';
import { describe, expect, test } from 'vitest';
import { Lab } from '../lab.ts';
import { planOf } from './plan.ts';
import { topologyOf } from './topology-of.ts';

const RING = parseTopology('name: ring\ntopology: { generator: ring, peers: 3 }\n', { file: 'ring.yaml' });

describe('the topology of a running lab', () => {
  test('is the one that it was made from', () => {
    expect(topologyOf(planOf(RING)).peers.map(({ name }) => name)).toEqual(['n0', 'n1', 'n2']);
  });

  test.each([
    ['gone', '', 'its network, which holds its topology, no longer exists'],
    ['cut off', '{"name":', 'its topology cannot be read'],
    ['of another kind', '[]', 'its topology cannot be read'],
  ])('that is %s is told, with what to do', async (_, topology, why) => {
    const driver = new MemoryDriver();
    const context = { signal: new AbortController().signal, report: (): void => undefined };
    const running = await driver.up(planOf(RING), context);
    Object.defineProperty(running, 'topology', { value: topology });
    await expect(Lab.attach(running, { isNew: false })).rejects.toMatchObject({
      code: 'PEER_FAILED',
      message: `the lab ring is incomplete: ${why}`,
      advice: 'lab up with its file repairs it; lab down ring removes what is left',
    });
    await running.down();
  });
});
