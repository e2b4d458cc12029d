/** `lab graph FILE|LAB`: facts about a topology, or its drawing for mermaid or graphviz. */

import { existsSync } from 'node:fs';
import { LabError } from '@peerlab/driver';
import { components, degreesOf, diameter, horizonFrom, isConnected, radius } from '@peerlab/graph';
import { topologyOf } from '@peerlab/lab';
import { didYouMean, graphOf, isLargeTopology, type LargeTopology, type Topology } from '@peerlab/topology';
import { EXIT, UsageError } from '../exit.ts';
import type { GraphDocument } from '../output/documents.ts';
import { dotDrawing, mermaidDrawing } from '../output/drawings.ts';
import { printGraph } from '../output/graph-text.ts';
import { printJson, printText } from '../output/print.ts';
import { isPath, readAnyTopology } from '../topology-file.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface GraphArgs extends FormatArgs {
  readonly topology: string;
  readonly from: string | undefined;
}

/** Above so many peers, what needs all their distances is left out: its cost grows with the square. */
const MOST_PEERS_ALL_PAIRS = 5000;

/** The verb. */
export const graph: Verb<GraphArgs> = {
  builder: args =>
    withFormat(args, ['mermaid', 'dot'])
      .positional('topology', { type: 'string', demandOption: true, describe: 'a topology file or a running lab' })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: 'the origin of the horizon; default: the first peer',
      }),
  handler: async args => await run(async () => await show(args)),
};

async function show({ topology: name, from, format }: GraphArgs): Promise<number> {
  const topology = await topologyNamed(name);
  if (isLargeTopology(topology)) return await (await import('./graph-large.ts')).graphLarge(topology, from, format);
  if (topology.ownLinks === true) {
    const advice = 'a running lab shows them: lab inspect LAB';
    throw new LabError('NOT_SUPPORTED', `the peers of ${topology.name} choose their own links: nothing is drawn`, {
      advice,
    });
  }
  if (format === 'mermaid') printText(mermaidDrawing(topology));
  else if (format === 'dot') printText(dotDrawing(topology));
  else {
    const document = describe(topology, from);
    if (format === 'json') printJson(document);
    else printFacts(document);
  }
  return EXIT.ok;
}

async function topologyNamed(name: string): Promise<Topology | LargeTopology> {
  if (isPath(name) || existsSync(name)) return await readAnyTopology(name);
  const { findNamed } = await import('../labs.ts');
  return topologyOf(await findNamed(name));
}

function describe(topology: Topology, from: string | undefined): GraphDocument {
  const shape = graphOf(topology);
  const names = topology.peers.map(({ name }) => name);
  const source = from === undefined ? 0 : names.indexOf(from);
  if (source === -1) throw new UsageError(`${topology.name} has no peer "${from}"`, didYouMean(from ?? '', names));
  const isSmall = shape.peerCount <= MOST_PEERS_ALL_PAIRS;
  return {
    name: topology.name,
    peers: names,
    links: topology.links.map(({ a, b }) => ({ a: names[a] ?? '', b: names[b] ?? '' })),
    connected: isConnected(shape),
    components: components(shape).length,
    diameter: isSmall ? diameter(shape) : null,
    radius: isSmall ? radius(shape) : null,
    degree: {
      ...degreesOf(shape),
      mean: (2 * shape.linkCount) / shape.peerCount,
    },
    horizon: { from: names[source] ?? '', rows: horizonFrom(shape, source).rows },
  };
}

function printFacts(document: GraphDocument): void {
  printGraph({ ...document, peers: document.peers.length, links: document.links.length });
}
