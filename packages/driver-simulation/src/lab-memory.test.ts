/** A lab of whole peers that does not fit is refused by its bytes, before a peer starts. */
import { LabError, type LabPlan } from '@peerlab/driver';
import { parseTopology, topologyToJson } from '@peerlab/topology';
import { describe, expect, it } from 'vitest';
import { createSimulationDriver } from './index.ts';
import { availableLabBytes, labBytes } from './lab-memory.ts';

const context = { signal: new AbortController().signal, report: () => {} };

function planOf(peers: number): LabPlan {
  const topology = parseTopology(`{ name: memory-${peers}, topology: { generator: ring, peers: ${peers} } }`, {
    file: 'memory.yaml',
  });
  return {
    name: topology.name,
    hash: 'memory',
    topology: topologyToJson(topology),
    ephemeral: true,
    image: undefined,
    peers: topology.peers.map(({ name }, index) => ({
      index,
      name,
      nodeId: `00000000-0000-4000-8000-${`${index}`.padStart(12, '0')}`,
      env: {},
    })),
  } as unknown as LabPlan;
}

describe('memory of whole peers', () => {
  it('grows with peers, links and, up to a bound, with what they remember', () => {
    const bytes = labBytes({ peers: 1000, links: 2000 });
    expect(labBytes({ peers: 1001, links: 2000 })).toBeGreaterThan(bytes);
    expect(labBytes({ peers: 1000, links: 2001 })).toBeGreaterThan(bytes);
    // Measured: 2,000 peers with 4,000 links and every check grew the heap by 490 MB, 1,000 with 2,000 by 340 MB.
    expect(labBytes({ peers: 2000, links: 4000 })).toBeGreaterThan(490e6);
    expect(labBytes({ peers: 1000, links: 2000 })).toBeGreaterThan(340e6);
    expect(labBytes({ peers: 2000, links: 4000 })).toBeLessThan(2 * 490e6);
  });

  it('is what is free, and no more than the heap may grow', () => {
    expect(availableLabBytes()).toBeGreaterThan(0);
  });

  it.each([
    [50, labBytes({ peers: 50, links: 50 }) - 1, /^50 whole peers with 50 links do not fit: they need up to 252 MB/],
    [65_535, 1e12, /^65535 whole peers with 65535 links do not fit: a lab has 65534 addresses$/],
  ])('refuses %i peers with %d bytes', async (peers, availableBytes, message) => {
    const driver = createSimulationDriver({ availableBytes });
    const refused = driver.up(planOf(peers), context);
    await expect(refused).rejects.toThrow(LabError);
    await expect(refused).rejects.toMatchObject({ code: 'CANNOT_CARRY', message: expect.stringMatching(message) });
    expect(await driver.find(`memory-${peers}`)).toBeUndefined();
  });

  it('takes what just fits', async () => {
    const driver = createSimulationDriver({ availableBytes: labBytes({ peers: 50, links: 50 }) });
    const lab = await driver.up(planOf(50), context);
    expect(lab.peers).toHaveLength(50);
    await lab.down();
  });
});
