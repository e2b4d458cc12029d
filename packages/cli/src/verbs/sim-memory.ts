/** What `lab sim` asks of memory: told, and refused where it cannot fit, before anything is made. */

import { freemem } from 'node:os';
import process from 'node:process';
import { type GraphSize, sizeOfGraph } from '@peerlab/graph';
import { EXACT_TTL_MAX } from '@peerlab/protocol';
import { type Configuration, estimateMemory, requireMemory } from '@peerlab/simulation';

/** Of a run. */
export interface ConfigurationMemory {
  /** Links as they are to be expected. */
  readonly size: GraphSize;
  /** Bytes at the most. */
  readonly peakBytes: number;
}

/** The run that takes the most of those that follow each other. */
export function memoryOf(configurations: readonly Configuration[]): ConfigurationMemory {
  const each = configurations.map(({ graph, flood }) => {
    const size = 'generator' in graph ? sizeOfGraph(graph) : { peers: graph.peerCount, links: graph.linkCount };
    const { ttl, exactTtlMax = EXACT_TTL_MAX } = flood;
    return { size, peakBytes: estimateMemory(size, ttl !== undefined && ttl <= exactTtlMax).peakBytes };
  });
  return each.reduce((most, one) => (one.peakBytes > most.peakBytes ? one : most));
}

/** @throws {SimulationError} `CANNOT_FIT` */
export function requireFree(memory: Pick<ConfigurationMemory, 'peakBytes'>): void {
  requireMemory(memory, process.availableMemory?.() ?? freemem());
}
