import { generateGraph } from '@peerlab/graph';
import { describe, expect, it } from 'vitest';
import { sweepChart } from './chart.ts';
import { spreadOf } from './metrics.ts';
import { type Configuration, parseVariation, vary } from './setting.ts';
import { compare, sweep } from './sweep.ts';
import { comparisonTable, sweepTable } from './table.ts';

const torus: Configuration = { graph: { generator: 'torus', values: { rows: 10, columns: 10 } }, flood: {} };
const random: Configuration = {
  graph: { generator: 'random-regular', values: { peers: 100, degree: 4 } },
  flood: { links: { latencyMs: { exponential: { mean: 20 } } } },
};

describe('parseVariation', () => {
  it.each([
    ['ttl=1..5', 'ttl', [1, 2, 3, 4, 5]],
    ['loss=0..0.3/0.1', 'loss', [0, 0.1, 0.2, 0.3]],
    ['peers=1000..1000000*10', 'peers', [1000, 10_000, 100_000, 1_000_000]],
    ['peers=1e3..1e5*10', 'peers', [1000, 10_000, 100_000]],
    ['degree=3,4,8', 'degree', [3, 4, 8]],
    ['latencyMs=50', 'latencyMs', [50]],
  ] as const)('reads %s', (text, variable, values) => {
    expect(parseVariation(text)).toEqual({ variable, values });
  });

  it.each(['ttl', 'ttl=', 'colour=1..3', 'ttl=5..1', 'ttl=1..9/0', 'peers=0..8*2', 'ttl=a..b', 'ttl=1..99999'])(
    'refuses %s',
    text => {
      expect(() => parseVariation(text)).toThrow(/vary|values/);
    },
  );
});

describe('vary', () => {
  it('sets what each variable names', () => {
    expect(vary(random, 'peers', 50).graph).toEqual({ generator: 'random-regular', values: { peers: 50, degree: 4 } });
    expect(vary(random, 'degree', 6).graph).toEqual({ generator: 'random-regular', values: { peers: 100, degree: 6 } });
    expect(vary(random, 'loss', 0.5).flood.links).toEqual({ ...random.flood.links, lossRatio: 0.5 });
    expect(vary(random, 'latencyMs', 5).flood.links?.latencyMs).toBe(5);
    expect(vary(random, 'ttl', 5).flood.ttl).toBe(5);
  });

  it('refuses what a graph does not have', () => {
    const drawn: Configuration = { graph: generateGraph({ generator: 'ring', values: { peers: 5 } }, 1), flood: {} };
    expect(() => vary(drawn, 'peers', 6)).toThrow('no peers to vary');
    expect(() => vary(torus, 'degree', 6)).toThrow('no degree to vary');
  });
});

describe('sweep', () => {
  it('gives the figures of each value: a torus by TTL', async () => {
    const { points } = await sweep(torus, parseVariation('ttl=1,2,3,5,10'), [1, 2, 3]);
    const rows = points.map(({ value, summary }) => [value, summary.coverage.mean, summary.frames.mean]);
    expect(rows).toEqual([
      [1, 5, 4],
      [2, 13, 16],
      [3, 25, 40],
      [5, 59, 124],
      [10, 100, 298],
    ]);
    expect(points[0]?.summary.cover50Ms).toEqual({ count: 0, mean: null, deviation: null, min: null, max: null });
    expect(points[3]?.summary.framesPerDelivery.mean).toBeCloseTo(124 / 58, 12);
  });

  it('is the same twice, and differs between seeds', async () => {
    const run = () => sweep(random, parseVariation('ttl=2..4'), [1, 2, 3]);
    const first = await run();
    expect(await run()).toEqual(first);
    expect(new Set(first.points[2]?.runs.map(({ traceHash }) => traceHash)).size).toBe(3);
  });

  it('runs each value with the same origins and graphs', async () => {
    const { points } = await sweep(random, parseVariation('loss=0,0.5'), [1, 2, 3]);
    const origins = points.map(({ runs }) => runs.map(({ origin }) => origin));
    expect(origins[0]).toEqual(origins[1]);
    const [without, withLoss] = points.map(({ summary }) => summary.cover100Ms.mean ?? 0);
    // A loss on a stream is a delay of 200 ms at least, and loses nobody.
    expect(withLoss).toBeGreaterThan((without ?? 0) + 100);
    expect(points.map(({ summary }) => summary.coverage.mean)).toEqual([100, 100]);
  });

  it('gives what there is when it is given up', async () => {
    const controller = new AbortController();
    const progress = ({ done }: { done: number }): void => (done === 4 ? controller.abort() : undefined);
    const result = await sweep(torus, parseVariation('ttl=1..9'), [1, 2, 3], { signal: controller.signal, progress });
    expect(result.isPartial).toBe(true);
    expect(result.points.map(({ runs }) => runs.length)).toEqual([3, 1]);
    expect(sweepTable(result)).toContain('cancelled');
  });
});

describe('compare', () => {
  it('takes the difference seed by seed', async () => {
    const slow: Configuration = { ...random, flood: { links: { latencyMs: { exponential: { mean: 40 } } } } };
    const { metrics, a, b } = await compare(random, slow, [1, 2, 3, 4]);
    // Twice the mean is twice each draw.
    expect(metrics.cover100Ms.difference.mean).toBeCloseTo(metrics.cover100Ms.a.mean ?? 0, 1);
    expect([metrics.cover100Ms.lower, metrics.cover100Ms.higher]).toEqual([0, 4]);
    expect([metrics.frames.same, metrics.frames.difference.mean]).toEqual([4, 0]);
    expect(a.map(({ seed, origin }) => [seed, origin])).toEqual(b.map(({ seed, origin }) => [seed, origin]));
    expect(comparisonTable(await compare(random, slow, [1]), ['fast', 'slow'])).toContain('lower / same / higher');
  });
});

describe('spreadOf', () => {
  it('has the mean and the deviation of a sample, without what is not there', () => {
    expect(spreadOf([2, null, 4, 4, 4, 5, 5, 7, 9])).toEqual({
      count: 8,
      mean: 5,
      deviation: Math.sqrt(32 / 7),
      min: 2,
      max: 9,
    });
    expect(spreadOf([3]).deviation).toBe(0);
  });
});

describe('tables and charts', () => {
  it('show every value, aligned', async () => {
    const result = await sweep(torus, parseVariation('ttl=1..12'), [1, 2]);
    const lines = sweepTable(result).trimEnd().split('\n');
    expect(lines).toHaveLength(14);
    expect(new Set(lines.slice(0, 13).map(line => line.length)).size).toBe(1);
    expect(lines[10]).toMatch(/^ *10 +100 /);
  });

  it('draw a point for each value that has the metric, inside the frame, with text escaped', async () => {
    const result = await sweep(torus, parseVariation('ttl=1..12'), [1, 2]);
    const svg = sweepChart(result, 'cover100Ms', 'a < b & "c"');
    // Only TTLs from 10 on cover the torus.
    expect(svg.match(/<circle/g)).toHaveLength(3);
    expect(sweepChart(result, 'coverage', 'x').match(/<circle/g)).toHaveLength(12);
    expect(svg).toContain('a &lt; b &amp; &quot;c&quot;');
    expect(svg).not.toMatch(/NaN|Infinity/);
    for (const [, x, y] of svg.matchAll(/<circle cx="([\d.-]+)" cy="([\d.-]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(76);
      expect(Number(x)).toBeLessThanOrEqual(700);
      expect(Number(y)).toBeGreaterThanOrEqual(48);
      expect(Number(y)).toBeLessThanOrEqual(364);
    }
  });

  it('draw nothing where nothing has the metric, and one point where there is one', async () => {
    const none = await sweep(torus, parseVariation('ttl=1'), [1]);
    expect(sweepChart(none, 'cover100Ms', 'x')).not.toMatch(/NaN|Infinity|<circle/);
    expect(sweepChart(none, 'coverage', 'x')).not.toMatch(/NaN|Infinity/);
  });
});
