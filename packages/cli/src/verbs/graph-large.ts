/** `lab graph` of a network that is too large to name every peer: its graph is drawn into typed arrays and searched. */
import { componentCount, degreesOf, generateGraph, horizonFrom } from '@peerlab/graph';
import { estimateMemory } from '@peerlab/simulation';
import type { LargeTopology } from '@peerlab/topology';
import { EXIT, UsageError } from '../exit.ts';
import { printGraph } from '../output/graph-text.ts';
import type { LargeGraphDocument } from '../output/large-documents.ts';
import { printJson, thousands } from '../output/print.ts';
import { requireFree } from './sim-memory.ts';

/** What a search of the graph takes beside it: each peer's distance, and the order in which they were found. */
const SEARCH_BYTES_PER_PEER = 8;

/** Prints the facts. @returns the exit status */
export async function graphLarge(topology: LargeTopology, from: string | undefined, format: string): Promise<number> {
  const { name, peerCount } = topology;
  if (format === 'mermaid' || format === 'dot') {
    throw new UsageError(`${name} has ${thousands(peerCount)} peers, too many to draw`, 'omit -f to print facts');
  }
  const document = describe(topology, peerAt(topology, from));
  if (format === 'json') printJson(document);
  else printGraph(document);
  return EXIT.ok;
}

function peerAt({ name, peerCount }: LargeTopology, from = 'n0'): number {
  const peer = /^n(?:0|[1-9]\d*)$/.test(from) ? Number(from.slice(1)) : Number.NaN;
  if (peer < peerCount) return peer;
  throw new UsageError(`${name} has no peer "${from}"`, `its peers are n0 to n${peerCount - 1}`);
}

function describe(
  { name, generator, seed, peerCount, linkCount: links }: LargeTopology,
  source: number,
): LargeGraphDocument {
  const { graphBytes, generationBytes } = estimateMemory({ peers: peerCount, links }, false);
  const peakBytes = graphBytes + Math.max(generationBytes, SEARCH_BYTES_PER_PEER * peerCount);
  requireFree({ peakBytes });
  const graph = generateGraph(generator, seed);
  const parts = componentCount(graph);
  return {
    name,
    peers: graph.peerCount,
    links: graph.linkCount,
    connected: parts === 1,
    components: parts,
    diameter: null,
    radius: null,
    degree: { ...degreesOf(graph), mean: (2 * graph.linkCount) / graph.peerCount },
    horizon: { from: `n${source}`, rows: horizonFrom(graph, source).rows },
  };
}
