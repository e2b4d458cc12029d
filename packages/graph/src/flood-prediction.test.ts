import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distancesFrom } from './distances.ts';
import { horizon, predictedDmFrames, predictedFloodFrames } from './flood-prediction.ts';
import { generateGraph } from './generators/generate.ts';
import { type Graph, graphFromEdges, neighboursOf } from './graph.ts';
import { randomGraphs } from './testing/random-graphs.ts';

const UNLIMITED = 65535;

function made(generator: string, values: Record<string, number>): Graph {
  return generateGraph({ generator, values }, 1);
}

/** A flood in lock step: in round h every frame crosses its link. Counts frames and finds who is reached, by brute force. */
function floodInLockStep(
  graph: Graph,
  source: number,
  ttl: number,
  deadEnd?: number,
): { reached: number[]; frames: number } {
  const seen = new Set([source]);
  let frames = 0;
  let arriving = neighboursOf(graph, source).map(to => ({ from: source, to }));
  for (let left = ttl; left > 0 && arriving.length > 0; left--) {
    frames += arriving.length;
    const next: { from: number; to: number }[] = [];
    const isNew = new Set<number>();
    for (const { from, to } of arriving) {
      if (seen.has(to)) continue;
      seen.add(to);
      isNew.add(to);
      if (to === deadEnd) continue;
      for (const neighbour of neighboursOf(graph, to)) if (neighbour !== from) next.push({ from: to, to: neighbour });
    }
    arriving = next;
  }
  seen.delete(source);
  return { reached: [...seen].sort((a, b) => a - b), frames };
}

describe('frames of an unlimited flood', () => {
  test.each([
    ['grid 5x5', 'grid', { rows: 5, columns: 5 }, 56],
    ['line of 25', 'line', { peers: 25 }, 24],
    ['tree of 25', 'tree', { arity: 24, depth: 1 }, 24],
    ['full mesh of 25', 'full', { peers: 25 }, 576],
    ['ring of 20', 'ring', { peers: 20 }, 21],
  ])('%s', (_, generator, values, frames) => {
    expect(predictedFloodFrames(made(generator, values as Record<string, number>), 0, UNLIMITED)).toBe(frames);
  });

  test('a grid of two by two with one peer more: 5 peers, 5 links', () => {
    const graph = graphFromEdges(5, [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0],
      [3, 4],
    ]);
    expect(predictedFloodFrames(graph, 0, UNLIMITED)).toBe(6);
  });
});

describe('TTL floods under uniform delay, as (covered with the origin, frames)', () => {
  const ternary: [string, Record<string, number>] = ['tree', { arity: 3, depth: 4 }];
  const torus: [string, Record<string, number>] = ['torus', { rows: 10, columns: 10 }];
  const cube: [string, Record<string, number>] = ['hypercube', { dimensions: 7 }];
  const ring: [string, Record<string, number>] = ['ring', { peers: 20 }];
  const star: [string, Record<string, number>] = ['star', { peers: 20 }];
  test.each([
    [ring, 0, 1, 3, 2],
    [ring, 0, 5, 11, 10],
    [ring, 0, 9, 19, 18],
    [ring, 0, 10, 20, 20],
    [ring, 0, 11, 20, 21],
    [torus, 0, 1, 5, 4],
    [torus, 0, 2, 13, 16],
    [torus, 0, 3, 25, 40],
    [torus, 0, 5, 59, 124],
    [torus, 0, 10, 100, 298],
    [cube, 0, 3, 64, 175],
    [cube, 0, 7, 128, 763],
    [star, 0, 1, 20, 19],
    [star, 3, 1, 2, 1],
    [star, 3, 2, 20, 19],
    [ternary, 0, 3, 40, 39],
  ])('%j from %i with TTL %i covers %i in %i frames', ([generator, values], source, ttl, covered, frames) => {
    const graph = made(generator, values);
    expect(horizon(graph, source, ttl).length + 1).toBe(covered);
    expect(predictedFloodFrames(graph, source, ttl)).toBe(frames);
  });
});

test('horizon and frames are those of a flood in lock step', () => {
  fc.assert(
    fc.property(randomGraphs(), fc.nat(), fc.integer({ min: 0, max: 12 }), (graph, start, ttl) => {
      const source = start % graph.peerCount;
      const { reached, frames } = floodInLockStep(graph, source, ttl);
      expect(horizon(graph, source, ttl)).toEqual(reached);
      expect(predictedFloodFrames(graph, source, ttl)).toBe(frames);
    }),
  );
});

test('nothing behind the target of a direct message is reached: two frames on a line to the second peer', () => {
  expect(predictedDmFrames(made('line', { peers: 6 }), 0, 2, UNLIMITED)).toBe(2);
});

test('frames of a direct message are those of a flood that its target does not relay', () => {
  fc.assert(
    fc.property(randomGraphs(), fc.nat(), fc.nat(), fc.integer({ min: 0, max: 12 }), (graph, start, end, ttl) => {
      const [source, target] = [start % graph.peerCount, end % graph.peerCount];
      fc.pre(source !== target);
      const { frames } = floodInLockStep(graph, source, ttl, target);
      expect(predictedDmFrames(graph, source, target, ttl)).toBe(frames);
    }),
  );
});

test('an unlimited flood costs 2|E| - |V| + 1 within the component of its source', () => {
  fc.assert(
    fc.property(randomGraphs(), fc.nat(), (graph, start) => {
      const source = start % graph.peerCount;
      const component = [...distancesFrom(graph, source).entries()].flatMap(([peer, d]) => (d >= 0 ? [peer] : []));
      const ends = component.reduce((sum, peer) => sum + neighboursOf(graph, peer).length, 0);
      expect(predictedFloodFrames(graph, source, UNLIMITED)).toBe(ends - component.length + 1);
    }),
  );
});
