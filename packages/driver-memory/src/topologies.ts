/** Topologies for the tests of the core. */
import { type Graph, graphFromEdges, neighboursOf } from '@peerlab/graph';
import { parseTopology, type Topology } from '@peerlab/topology';
import fc from 'fast-check';

/** Edges between numbered peers. */
export type Edges = readonly (readonly [number, number])[];

/** A topology of peers n0, n1, … with these links. */
export function topologyOf(peers: number, edges: Edges, name = 'memory'): Topology {
  const names = Array.from({ length: peers }, (_, i) => `n${i}`);
  const links = edges.map(([a, b]) => [`n${a}`, `n${b}`]);
  return parseTopology(JSON.stringify({ name, seed: 7, peers: names, links }), { file: 'memory.yaml' });
}

/** A ring of n0, n1, … */
export function ring(peers: number): Topology {
  return topologyOf(
    peers,
    Array.from({ length: peers }, (_, i) => [i, (i + 1) % peers] as const),
  );
}

/** n0, n1, … in a row. */
export function line(peers: number): Topology {
  return topologyOf(
    peers,
    Array.from({ length: peers - 1 }, (_, i) => [i, i + 1] as const),
  );
}

/** Any connected graph of 2 to 8 peers: a tree, and any links beside it. */
export function connectedEdges(): fc.Arbitrary<{ peers: number; edges: Edges }> {
  return fc.integer({ min: 2, max: 8 }).chain(peers => {
    const parents = fc.tuple(...Array.from({ length: peers - 1 }, (_, i) => fc.nat({ max: i })));
    return parents.chain(above => {
      const tree = above.map((parent, i): [number, number] => [parent, i + 1]);
      const beside = Array.from({ length: peers }, (_, a) =>
        Array.from({ length: a }, (_, b): [number, number] => [b, a]),
      )
        .flat()
        .filter(([b, a]) => above[a - 1] !== b);
      return fc
        .subarray(beside, { maxLength: Math.min(5, beside.length) })
        .map(more => ({ peers, edges: [...tree, ...more] }));
    });
  });
}

/** The peers without which the graph falls into parts. */
export function cutVertices(peers: number, edges: Edges): number[] {
  const reached = (graph: Graph, from: number): number => {
    const seen = new Set([from]);
    for (const v of seen) for (const w of neighboursOf(graph, v)) seen.add(w);
    return seen.size;
  };
  return Array.from({ length: peers }, (_, v) => v).filter(v => {
    const rest = graphFromEdges(
      peers,
      edges.filter(edge => !edge.includes(v)),
    );
    return peers > 2 && reached(rest, v === 0 ? 1 : 0) < peers - 1;
  });
}
