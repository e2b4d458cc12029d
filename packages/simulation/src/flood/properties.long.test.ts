/** What holds for every flood, over random graphs, delays, losses and TTLs. fast-check shrinks to the smallest graph. */

import type { DrawnLinkSettings, FullLinkSettings, Latency } from '@peerlab/conditions';
import { degreeOf, type Graph, graphFromEdges } from '@peerlab/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulateAgents } from '../peers/simulate-agents.ts';
import type { FloodInput } from './flood-input.ts';
import type { FloodResult } from './flood-result.ts';
import { simulateFloodNow } from './simulate-flood.ts';

const ms = fc.integer({ min: 0, max: 200_000 }).map(us => us / 1000);

const latency: fc.Arbitrary<Latency> = fc.oneof(
  ms,
  fc.tuple(ms, ms).map(([a, b]) => ({ uniform: { min: Math.min(a, b), max: Math.max(a, b) } })),
  ms.map(mean => ({ exponential: { mean } })),
  fc
    .tuple(ms, fc.integer({ min: 0, max: 20 }))
    .map(([us, tenth]) => ({ logNormal: { median: us + 0.001, sigma: tenth / 10 } })),
);

const links = (delivery: fc.Arbitrary<FullLinkSettings['delivery']>): fc.Arbitrary<FullLinkSettings> =>
  fc.record({
    latencyMs: latency,
    jitterMs: fc.oneof(fc.constant(0), ms),
    lossRatio: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 9 }).map(tenth => tenth / 10),
    ),
    bandwidthKbps: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 10_000 })),
    delivery,
  });

/** The same latency there, and another one back. */
function directed({ latencyMs }: FullLinkSettings, backMs: number | undefined): DrawnLinkSettings {
  return backMs === undefined ? {} : { latencyMs: { there: latencyMs, back: backMs } };
}

/** Any graph of a few peers, connected or not. Pairs beyond the last are taken around. */
const anyGraph: fc.Arbitrary<Graph> = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.array(fc.tuple(fc.nat(13), fc.nat(13)), { maxLength: 40 }))
  .map(([peers, pairs]) =>
    graphFromEdges(
      peers,
      pairs.map(([a, b]) => [a % peers, b % peers] as const).filter(([a, b]) => a !== b),
    ),
  );

const anyTtl = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constantFrom(64, 65, 65_535));

const flood = (delivery: FullLinkSettings['delivery'][]): fc.Arbitrary<FloodInput & { origin: number; ttl: number }> =>
  anyGraph.chain(graph =>
    fc.record({
      graph: fc.constant(graph),
      seed: fc.integer(),
      origin: fc.nat(graph.peerCount - 1),
      ttl: anyTtl,
      links: links(fc.constantFrom(...delivery)),
    }),
  );

/** Distances by breadth-first search; Infinity beyond reach. */
function distances({ peerCount, offsets, targets }: Graph, from: number): number[] {
  const distance = new Array<number>(peerCount).fill(Number.POSITIVE_INFINITY);
  distance[from] = 0;
  const queue = [from];
  for (const v of queue) {
    for (const to of targets.subarray(offsets[v] ?? 0, offsets[v + 1] ?? 0)) {
      if (distance[to] !== Number.POSITIVE_INFINITY) continue;
      distance[to] = (distance[v] ?? 0) + 1;
      queue.push(to);
    }
  }
  return distance;
}

const reachable = ({ graph, origin, ttl }: { graph: Graph; origin: number; ttl: number }): number =>
  distances(graph, origin).filter(d => d >= 1 && d <= ttl).length;

describe.each([
  ['arrays', 400, (input: FloodInput): FloodResult => simulateFloodNow(input)],
  ['whole agents', 60, (input: FloodInput): FloodResult => simulateAgents(input)],
])('a flood in %s', (_, numRuns, run) => {
  it('reaches exactly the peers within its TTL, each once, and never its origin, whatever the delays', () => {
    fc.assert(
      fc.property(flood(['stream']), input => {
        // 65 is the first TTL above the bound of the exact treatment; these graphs are smaller.
        const result = run(input);
        expect(result.delivered).toBe(reachable(input));
        expect(result.covered).toBe(result.delivered + 1);
      }),
      { numRuns },
    );
  });

  it('reaches no peer beyond its TTL even where frames are lost, overtake each other, or it is plain', () => {
    fc.assert(
      fc.property(flood(['stream', 'datagram']), fc.constantFrom(0, 64), (input, exactTtlMax) => {
        const result = run({ ...input, exactTtlMax });
        expect(result.delivered).toBeLessThanOrEqual(reachable(input));
        expect(result.coveredByHop.length - 1).toBeLessThanOrEqual(input.ttl);
        // The shortest way is as long as the distance.
        const within = (hops: number): number => distances(input.graph, input.origin).filter(d => d <= hops).length;
        let soFar = 0;
        result.coveredByHop.forEach((count, hops) => {
          soFar += count;
          expect(soFar).toBeLessThanOrEqual(within(hops));
        });
      }),
      { numRuns },
    );
  });

  it('accounts for every frame: it brought the message, was a duplicate or better copy, or was lost', () => {
    fc.assert(
      fc.property(flood(['stream', 'datagram']), input => {
        const { frames, lost, duplicates, relayed, expired } = run(input);
        // What arrived was ignored, or taken; what was taken was relayed or had run out.
        expect(frames).toBe(lost + duplicates + relayed + expired);
      }),
      { numRuns },
    );
  });

  it('without limit costs 2|E| - |V| + 1 frames of its component', () => {
    fc.assert(
      fc.property(flood(['stream']), input => {
        const { graph } = input;
        const inside = distances(graph, input.origin).map(d => d !== Number.POSITIVE_INFINITY);
        const peers = inside.filter(Boolean).length;
        const lanes = inside.reduce((sum, is, v) => sum + (is ? degreeOf(graph, v) : 0), 0);
        const result = run({ ...input, ttl: 65_535 });
        expect(result.frames).toBe(lanes - peers + 1);
      }),
      { numRuns },
    );
  });

  it('under uniform delay costs deg(s) + the sum of deg(v) - 1 over 0 < d(s, v) < T', () => {
    const constant = fc.integer({ min: 1, max: 100 }).map(value => ({ latencyMs: value }));
    fc.assert(
      fc.property(flood(['stream']), constant, fc.integer({ min: 1, max: 8 }), (input, uniform, ttl) => {
        const { graph, origin } = input;
        const expected = distances(graph, origin).reduce(
          (sum, d, v) => (d > 0 && d < ttl ? sum + degreeOf(graph, v) - 1 : sum),
          degreeOf(graph, origin),
        );
        expect(run({ ...input, ttl, links: uniform }).frames).toBe(expected);
      }),
      { numRuns },
    );
  });

  it('as a direct message surfaces at its destination alone, once, exactly when the TTL suffices', () => {
    const dm = flood(['stream'])
      .filter(({ graph }) => graph.peerCount > 1)
      .chain(input =>
        fc.record({ input: fc.constant(input), by: fc.integer({ min: 1, max: input.graph.peerCount - 1 }) }),
      );
    fc.assert(
      fc.property(dm, ({ input, by }) => {
        const destination = (input.origin + by) % input.graph.peerCount;
        const distance = distances(input.graph, input.origin)[destination] ?? 0;
        expect(run({ ...input, destination }).delivered).toBe(distance <= input.ttl ? 1 : 0);
      }),
      { numRuns },
    );
  });

  it('is the same twice, to the last event', () => {
    fc.assert(
      fc.property(flood(['stream', 'datagram']), input => {
        expect(run(input)).toEqual(run(input));
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });
});

describe('the two modes', () => {
  it('agree in every figure and every event, for settings of single links too', () => {
    const overridden = flood(['stream', 'datagram']).chain(input =>
      fc.record({
        input: fc.constant(input),
        exactTtlMax: fc.constantFrom(0, 3, 64),
        own: fc.array(links(fc.constantFrom('stream', 'datagram')), { maxLength: 3 }),
        backMs: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
        isDm: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(overridden, ({ input, exactTtlMax, own, backMs, isDm }) => {
        const { graph, origin } = input;
        const [first] = graph.linkCount > 0 ? [graph.targets[0] ?? 0] : [];
        const a = graph.offsets.findIndex(offset => offset > 0) - 1;
        const linkOverrides =
          first === undefined ? [] : own.map(one => ({ a, b: first, settings: { ...one, ...directed(one, backMs) } }));
        const destination = isDm && graph.peerCount > 1 ? (origin + 1) % graph.peerCount : undefined;
        const both = { ...input, exactTtlMax, linkOverrides, destination };
        expect(simulateFloodNow(both)).toEqual(simulateAgents(both));
      }),
      { numRuns: 150 },
    );
  });
});

describe('quiescence', () => {
  it('by the counters of all links holds exactly when no data frame is in flight', () => {
    fc.assert(
      fc.property(flood(['stream']), input => {
        let moments = 0;
        simulateAgents(input, {
          onStep: (world, peers) => {
            let out = 0;
            let taken = 0;
            for (const { agent } of peers) {
              for (const link of agent.peer.neighbours) {
                out += link.framesOut;
                taken += link.framesIn;
              }
            }
            expect(out - taken).toBe(world.framesInFlight);
            moments++;
          },
        });
        expect(moments).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });
});
