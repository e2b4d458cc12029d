/** Scenarios come out as they say in virtual time, and go the same way twice: to the last frame, faults and load among it. */

import { createSimulationDriver } from '@peerlab/driver-simulation';
import { testLab } from '@peerlab/scenario';
import { parseTopology, type Topology } from '@peerlab/topology';
import { describe, expect, it, vi } from 'vitest';
import { LESSONS } from './verdict-of.ts';

/** Every verb and every kind of fault, with links that draw from the seed. */
const HARD = parseTopology(
  `name: hard
seed: 11
topology: { generator: torus, rows: 4, columns: 4 }
defaults: { links: { latencyMs: { logNormal: { median: 20, sigma: 1 } }, jitterMs: 3, lossRatio: 0.05 } }
scenario:
  - broadcast: { from: n0, ttl: 2 }
  - fault: { partition: [[n0..n7], [n8..n15]] }
  - broadcast: n3
    expect: { reaches: [n0..n2, n4..n7] }
  - heal: { checks: [links] }
  - parallel:
      - load: { rate: 50/s, size: 100, duration: 2s }
      - fault: { link-down: [[n0, n1]], for: 700ms }
        at: 300ms
      - fault: { pause: n5, for: 500ms }
        at: 400ms
      - fault: { flaky: all, random: 4, lossRatio: 0.3 }
        at: 600ms
  - heal:
  - fault: { kill: [n2, n6, n10], random: 2 }
  - wait-settled:
  - dm: { from: n0, to: n15 }
    expect: { times: 1 }
  - heal: all
  - fault: { isolate: n9 }
  - broadcast: n0
    expect: { not-reaches: n9 }
  - heal: all
`,
  { file: 'hard.yaml' },
);

describe.each([...LESSONS, HARD].map(topology => [topology.name, topology] as const))('%s', (_, topology) => {
  it('comes out as it says, the same way twice, and another way with another seed', async () => {
    const first = await run(topology);
    expect(first.wrong).toEqual([]);
    expect(await run(topology)).toEqual(first);
    expect((await run({ ...topology, seed: topology.seed + 1 })).traceHash).not.toBe(first.traceHash);
  });
});

/** Peers that are killed, frozen and cut off while others send, so that several waits go on at once. */
const AT_ONCE = parseTopology(
  `name: at-once
seed: 613
topology: { generator: ring, peers: 8 }
links: [[n0, n4], [n2, n6]]
scenario:
  - parallel:
      - load: { rate: 200/s, duration: 3s, size: 64 B }
      - { fault: { kill: n4 } }
      - { at: 480ms, fault: { pause: n1, for: 1.2s } }
      - { at: 900ms, fault: { restart: n3 } }
      - { at: 1400ms, fault: { isolate: n7 } }
      - broadcast: n6
      - { at: 500ms, broadcast: n2 }
  - heal:
`,
  { file: 'at-once.yaml' },
);

it('steps at once go the same way, however late the timers of this machine are', async () => {
  const first = await run(AT_ONCE);
  const real = globalThis.setTimeout;
  const late = vi.spyOn(globalThis, 'setTimeout');
  try {
    for (const factor of [0, 4]) {
      // Bounds of waits stay as they are.
      const msOf = (ms: number): number => (ms < 1000 ? ms * factor : ms);
      late.mockImplementation(((fire: () => void, ms = 0) => real(fire, msOf(ms))) as typeof setTimeout);
      expect((await run(AT_ONCE)).traceHash).toBe(first.traceHash);
    }
  } finally {
    late.mockRestore();
  }
});

/** A run, without the times that checks took of the machine. */
async function run(
  topology: Topology,
): Promise<{ traceHash: string | undefined; wrong: unknown[]; outcomes: unknown[] }> {
  const { traceHash, steps, outcome, error } = await testLab('x.yaml', topology, createSimulationDriver());
  expect(traceHash).toMatch(/^[0-9a-f]{16}$/);
  const outcomes = steps.map(({ claim, expected, observed, atMs, evidence }) => ({
    claim,
    expected,
    observed,
    atMs,
    evidence,
  }));
  const failed = steps.filter(step => step.verdict === 'failed');
  const wrong: unknown[] = failed.map(({ claim, observed, explanations }) => ({ claim, observed, explanations }));
  if (outcome !== 'passed' && outcome !== 'not-proven') wrong.push(outcome, error);
  return { traceHash, wrong, outcomes };
}
