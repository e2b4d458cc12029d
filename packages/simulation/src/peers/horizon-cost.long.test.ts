/**
 * What exact horizons cost whole agents under realistic delays, in virtual time. bench/horizon has more graphs, and the
 * rules that were tried.
 */
import type { LinkSettings } from '@peerlab/conditions';
import { parsePeerLine } from '@peerlab/contract';
import {
  type Graph,
  generateGraph,
  graphFromEdges,
  horizon,
  linksOf,
  predictedFloodFrames,
  Random,
} from '@peerlab/graph';
import { formatId } from '@peerlab/protocol';
import { describe, expect, it, vi } from 'vitest';
import { connect } from './simulate-agents.ts';
import { World } from './world.ts';

// Takes seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

const FLOODS = 6;

const petersen = graphFromEdges(
  10,
  [0, 1, 2, 3, 4].flatMap(i => [[i, (i + 1) % 5] as const, [i, i + 5] as const, [i + 5, ((i + 2) % 5) + 5] as const]),
);
const GRAPHS: readonly (readonly [string, Graph, readonly number[]])[] = [
  ['Petersen', petersen, [4]],
  ['ring 20', generateGraph({ generator: 'ring', values: { peers: 20 } }, 1), [12, 65]],
  ['4-regular 60', generateGraph({ generator: 'random-regular', values: { peers: 60, degree: 4 } }, 1), [3, 8, 65]],
  ['scale-free 60', generateGraph({ generator: 'scale-free', values: { peers: 60, links: 2 } }, 1), [3, 8, 65]],
  ['torus 6x6', generateGraph({ generator: 'torus', values: { rows: 6, columns: 6 } }, 1), [5, 12]],
];

/** The settings of one link, by chance. */
const DELAYS: readonly (readonly [string, (random: Random) => LinkSettings])[] = [
  ['each frame log-normal', () => ({ latencyMs: { logNormal: { median: 5, sigma: 0.6 } } })],
  ['links of 10 to 100 ms, jitter 4 ms', random => ({ latencyMs: 10 + random.below(91), jitterMs: 4 })],
];

/** One flood after the other of peer 0: whom each reached, and its frames over those predicted. */
function floods(graph: Graph, ttl: number, delays: (random: Random) => LinkSettings, seed: number): number[] {
  const world = new World({ seed, lab: 'cost', links: {} });
  const random = new Random(seed);
  for (const [a, b] of linksOf(graph)) world.setLink(a, b, delays(random));
  const options = { pingIntervalMs: 1e12, handshakeTimeoutMs: 1e12 };
  const peers = Array.from({ length: graph.peerCount }, (_, index) =>
    world.addPeer({ index, nodeId: formatId(random.bytes16()), host: `p${index}`, port: 7946, options }),
  );
  connect(world, peers, linksOf(graph));
  let reached: number[] = [];
  peers.forEach((peer, index) => {
    peer.onLine = line => {
      const parsed = parsePeerLine(line);
      if (parsed.type === 'event' && parsed.event.event === 'received') reached.push(index);
    };
  });
  const framesOut = (): number =>
    peers.reduce((sum, { agent }) => sum + agent.peer.neighbours.reduce((total, link) => total + link.framesOut, 0), 0);
  return Array.from({ length: FLOODS }, (_, i) => {
    const before = framesOut();
    reached = [];
    peers[0]?.command(JSON.stringify({ seq: `${i}`, command: 'broadcast', payload: 'x', ttl }));
    world.runUntilQuiet();
    expect(reached.sort((a, b) => a - b)).toEqual(horizon(graph, 0, ttl));
    expect(peers.map(({ agent }) => agent.peer.heldRelays).filter(held => held > 0)).toEqual([]);
    return (framesOut() - before) / predictedFloodFrames(graph, 0, ttl);
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe.each(DELAYS)('floods of an origin, %s', (_, delays) => {
  it.each(GRAPHS)(
    'on %s cost at most 1.1 times the predicted frames in the median, and reach their horizon',
    (__, graph, ttls) => {
      for (const ttl of ttls) {
        const runs = [1, 2, 3].map(seed => floods(graph, ttl, delays, seed));
        expect(median(runs.flatMap(run => run.slice(1)))).toBeLessThanOrEqual(1.1);
      }
    },
  );
});
