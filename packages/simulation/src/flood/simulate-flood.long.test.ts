import { generateGraph, graphFromEdges, sizeOfGraph } from '@peerlab/graph';
import { describe, expect, it } from 'vitest';
import { FrameHeap } from '../queue/frame-heap.ts';
import { SimulationError } from '../simulation-error.ts';
import { Flood } from './flood.ts';
import { checkFlood } from './flood-input.ts';
import { estimateMemory, formatBytes, requireMemory } from './memory.ts';
import { paceOf } from './pace.ts';
import { type FloodProgress, simulateFlood, simulateFloodNow } from './simulate-flood.ts';

const large = generateGraph({ generator: 'random-choice', values: { peers: 60_000, choices: 4 } }, 1);
const links = { latencyMs: { uniform: { min: 1, max: 100 } } } as const;

describe('simulateFlood', () => {
  it('tells how far it is, and ends as the run at one go does', async () => {
    const seen: FloodProgress[] = [];
    const result = await simulateFlood({ graph: large, seed: 1, links }, { progress: p => seen.push(p) });
    expect(result).toEqual(simulateFloodNow({ graph: large, seed: 1, links }));
    expect(seen.length).toBeGreaterThan(0);
    for (const { arrived, inFlight, expected, covered } of seen) {
      expect(arrived + inFlight).toBeLessThanOrEqual(expected);
      expect(covered).toBeLessThanOrEqual(60_000);
    }
    expect(result.frames).toBe(seen[0]?.expected);
  });

  it('gives what there is so far when it is given up', async () => {
    const controller = new AbortController();
    const run = simulateFlood(
      { graph: large, seed: 1, links },
      { signal: controller.signal, progress: () => controller.abort() },
    );
    const result = await run;
    expect(result.isPartial).toBe(true);
    expect(result.inFlight).toBeGreaterThan(0);
    const { frames, lost, duplicates, relayed, expired, inFlight } = result;
    expect(frames).toBe(lost + duplicates + relayed + expired + inFlight);
    expect(result.covered).toBeGreaterThan(1);
  });

  it('tells who has the message', async () => {
    const ring = generateGraph({ generator: 'ring', values: { peers: 10 } }, 1);
    const have: number[] = [];
    const finished = (has: (peer: number) => boolean): void => {
      for (let peer = 0; peer < 10; peer++) if (has(peer)) have.push(peer);
    };
    await simulateFlood({ graph: ring, seed: 1, origin: 4, ttl: 2 }, { finished });
    expect(have).toEqual([2, 3, 4, 5, 6]);
  });

  it('does not start when it is given up before', async () => {
    const result = await simulateFlood({ graph: large, seed: 1 }, { signal: AbortSignal.abort() });
    expect([result.isPartial, result.covered, result.endMs]).toEqual([true, 1, 0]);
  });

  it('goes the same way with either queue', async () => {
    const input = { graph: large, seed: 4, links };
    expect(await simulateFlood(input, { queue: new FrameHeap() })).toEqual(await simulateFlood(input));
  });

  it('goes another way with another seed', () => {
    const hash = (seed: number): string => simulateFloodNow({ graph: large, seed, links }).traceHash;
    expect(hash(1)).not.toBe(hash(2));
  });

  it('tells when so many per cent were covered', () => {
    const line = generateGraph({ generator: 'line', values: { peers: 100 } }, 1);
    const settings = { latencyMs: 10 } as const;
    const { coverTimeMs, endMs } = simulateFloodNow({ graph: line, seed: 1, links: settings });
    // The k-th peer has it after (k - 1) links.
    expect(coverTimeMs).toEqual({ 50: 490, 90: 890, 99: 980, 100: 990 });
    expect(endMs).toBe(990);
    const short = simulateFloodNow({ graph: line, seed: 1, links: settings, ttl: 60 });
    expect(short.coverTimeMs).toEqual({ 50: 490, 90: null, 99: null, 100: null });
  });

  it('shows what first-copy flooding misses, and the exact treatment does not (short-circuiting)', () => {
    // Two ways to peer 3: by 1 alone, slow; by 1 and 2, fast. Peer 4 is behind it.
    const graph = graphFromEdges(5, [
      [0, 3],
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    const slow = { a: 0, b: 3, settings: { latencyMs: 50 } } as const;
    const input = { graph, seed: 1, ttl: 3, linkOverrides: [slow] };
    expect(simulateFloodNow({ ...input, exactTtlMax: 0 }).covered).toBe(4);
    expect(simulateFloodNow(input).covered).toBe(5);
  });

  it.each([65, 300, 1000])('keeps the horizon of TTL %i exact behind a short and slow way', ttl => {
    // As above, with a line behind peer 3 that ends where the TTL does.
    const line = Array.from({ length: ttl - 1 }, (_, i) => [3 + i, 4 + i] as const);
    const graph = graphFromEdges(ttl + 3, [[0, 3], [0, 1], [1, 2], [2, 3], ...line]);
    const linkOverrides = [{ a: 0, b: 3, settings: { latencyMs: 50_000 } }];
    expect(simulateFloodNow({ graph, seed: 1, ttl, linkOverrides }).covered).toBe(ttl + 3);
    expect(simulateFloodNow({ graph, seed: 1, ttl, linkOverrides, exactTtlMax: 64 }).covered).toBe(ttl + 1);
  });

  it.each([
    [{ origin: 5 }, 'origin is 5'],
    [{ ttl: -1 }, 'ttl is -1'],
    [{ ttl: 65_536 }, 'ttl is 65536'],
    [{ destination: 0 }, 'to itself'],
    [{ exactTtlMax: 65_535 }, 'exactTtlMax is 65535'],
    [{ payloadBytes: 2 ** 21 }, 'payloadBytes'],
    [{ linkOverrides: [{ a: 0, b: 2, settings: {} }] }, 'missing link 0-2'],
  ])('refuses %o', async (given, message) => {
    const graph = generateGraph({ generator: 'line', values: { peers: 5 } }, 1);
    await expect(simulateFlood({ graph, seed: 1, ...given })).rejects.toThrow(message);
    await expect(simulateFlood({ graph, seed: 1, ...given })).rejects.toThrow(SimulationError);
  });
});

describe('memory', () => {
  it('is never more than was estimated', () => {
    const flood = new Flood(checkFlood({ graph: large, seed: 1, links }));
    flood.run(Number.POSITIVE_INFINITY);
    const estimate = estimateMemory({ peers: 60_000, links: large.targets.length / 2 }, false);
    expect(flood.queueBytes).toBeLessThanOrEqual(estimate.queueBytes);
    expect(large.offsets.byteLength + large.targets.byteLength).toBe(estimate.graphBytes);
  });

  it('is refused when it cannot fit, before anything is made', () => {
    const size = sizeOfGraph({ generator: 'random-choice', values: { peers: 10_000_000, choices: 50 } });
    expect(() => requireMemory(estimateMemory(size, true), 8e9)).toThrow(
      /needs up to \d+\.\d GB of memory, but 8\.0 GB are free/,
    );
    expect(() => requireMemory(estimateMemory({ peers: 1000, links: 4000 }, true), 8e9)).not.toThrow();
  });

  it('is told for people', () => {
    expect([formatBytes(86_500_000), formatBytes(1.23e9)]).toEqual(['87 MB', '1.2 GB']);
  });
});

describe('paceOf', () => {
  it('tells the rate and the time that is left', () => {
    expect(paceOf(500, 2000, 250)).toEqual({ perSecond: 2000, leftSeconds: 0.75 });
    expect(paceOf(0, 10, 5)).toEqual({ perSecond: 0, leftSeconds: null });
    expect(paceOf(12, 10, 1000).leftSeconds).toBe(0);
  });
});
