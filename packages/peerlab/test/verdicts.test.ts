/** What links and dead peers do to a verdict, in virtual time. That every topology passes: parity.long.test.ts. */

import { requireCapability } from '@peerlab/driver';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp } from '@peerlab/lab';
import { parseTopology, type Topology } from '@peerlab/topology';
import { describe, expect, it } from 'vitest';
import { verdictOf } from './verdict-of.ts';

const BOUND_MS = 60_000;

describe('links with settings', () => {
  const shaped = (links: string, seed = 1): Topology =>
    parseTopology(
      `{ name: shaped, seed: ${seed}, topology: { generator: torus, rows: 4, columns: 4 }, defaults: { links: ${links} } }`,
      { file: 'shaped.yaml' },
    );
  const slow = '{ latencyMs: 50, jitterMs: 20, lossRatio: 0.1, bandwidthKbps: 100 }';

  it('change nothing of the verdict: a stream delays what it loses', { timeout: BOUND_MS }, async () => {
    const { passed, traceHash } = await verdictOf(shaped(slow), createSimulationDriver());
    expect(passed).toBe(true);
    expect((await verdictOf(shaped(slow), createSimulationDriver())).traceHash).toBe(traceHash);
    expect((await verdictOf(shaped(slow, 2), createSimulationDriver())).traceHash).not.toBe(traceHash);
  });

  it('hold for single links too', async () => {
    const topology = parseTopology(
      '{ name: two, security: open, peers: [a, b, c], links: [{ between: [a, b], latencyMs: 200 }, [b, c]] }',
      { file: 'two.yaml' },
    );
    const { lab } = await bringUp(topology, createSimulationDriver(), { ephemeral: true, checks: [] });
    // SYN, SYN and its answer, HELLO and its answer: four times the latency, and the poll before it.
    const { nowMs } = requireCapability(lab.running, 'passTime');
    expect(nowMs).toBeGreaterThanOrEqual(800);
    expect(nowMs).toBeLessThan(1200);
    await lab.down();
  });
});

describe('a peer that is killed', () => {
  it('is missed by its neighbours, and is dialled again by them once it is back', { timeout: BOUND_MS }, async () => {
    const driver = createSimulationDriver();
    const topology = parseTopology('{ name: line-4, topology: { generator: line, peers: 4 } }', { file: 'l.yaml' });
    const { lab } = await bringUp(topology, driver, { ephemeral: false });
    const running = lab.running;
    await running.kill(1);
    expect(running.peers.map(({ state }) => state)).toEqual(['running', 'stopped', 'running', 'running']);
    const repaired = await bringUp(topology, driver, { ephemeral: false });
    expect(repaired.passed).toBe(true);
    await repaired.lab.down();
    await lab.close();
  });
});
