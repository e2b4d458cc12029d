/** `lab graph FILE|LAB`: facts about a topology, or its drawing for mermaid or graphviz. */
import { existsSync } from 'node:fs';
import { findLab } from '@peerlab/orchestrator';
import {
  components,
  diameter,
  didYouMean,
  graphOf,
  horizonTable,
  isConnected,
  radius,
  type Topology,
  topologyFromJson,
} from '@peerlab/topology';
import { EXIT, UsageError } from '../exit.ts';
import type { GraphDocument } from '../output/documents.ts';
import { print, printJson, table } from '../output/print.ts';
import { style } from '../output/style.ts';
import { readTopology } from '../topology-file.ts';
import { run, type Verb } from './verb.ts';

interface GraphArgs {
  readonly topology: string;
  readonly from: string | undefined;
  readonly format: 'text' | 'json' | 'mermaid' | 'dot';
}

/** The verb. */
export const graph: Verb<GraphArgs> = {
  command: 'graph <topology>',
  describe: 'facts about a topology: diameter, horizon by TTL, frames; or its drawing',
  builder: args =>
    args
      .positional('topology', { type: 'string', demandOption: true, describe: 'a topology file, or a running lab' })
      .option('from', { type: 'string', describe: 'the peer that the horizon is seen from; the first by default' })
      .option('format', {
        alias: 'f',
        choices: ['text', 'json', 'mermaid', 'dot'] as const,
        default: 'text' as const,
        describe: 'how it is printed',
      }),
  handler: async ({ topology: name, from, format }) =>
    await run(async () => {
      const topology = await topologyOf(name);
      if (format === 'mermaid') print(mermaid(topology));
      else if (format === 'dot') print(dot(topology));
      else {
        const document = describe(topology, from);
        if (format === 'json') printJson(document);
        else printText(document);
      }
      return EXIT.ok;
    }),
};

async function topologyOf(name: string): Promise<Topology> {
  if (/\.ya?ml$/.test(name) || existsSync(name)) return readTopology(name);
  const { loadDrivers } = await import('../drivers.ts');
  return topologyFromJson((await findLab(await loadDrivers(), name)).topology);
}

function describe(topology: Topology, from: string | undefined): GraphDocument {
  const names = topology.peers.map(({ name }) => name);
  const source = from === undefined ? 0 : names.indexOf(from);
  if (source === -1) throw new UsageError(`${topology.name} has no peer "${from}"`, didYouMean(from ?? '', names));
  const shape = graphOf(topology);
  const degrees = shape.adjacency.map(list => list.length);
  return {
    name: topology.name,
    peers: names,
    links: topology.links.map(({ a, b }) => ({ a: names[a] ?? '', b: names[b] ?? '' })),
    connected: isConnected(shape),
    components: components(shape).length,
    diameter: diameter(shape),
    radius: radius(shape),
    degree: {
      min: Math.min(...degrees),
      max: Math.max(...degrees),
      mean: (2 * shape.linkCount) / shape.peerCount,
    },
    horizon: { from: names[source] ?? '', rows: horizonTable(shape, source) },
  };
}

function printText({
  name,
  peers,
  links,
  connected,
  components: parts,
  diameter: d,
  radius: r,
  degree,
  horizon,
}: GraphDocument): void {
  print(`${style.name(name)}  ${peers.length} peers, ${links.length} links${connected ? '' : `, in ${parts} parts`}`);
  const degrees =
    degree.min === degree.max
      ? `${degree.min} each`
      : `${degree.min} to ${degree.max}, ${degree.mean.toFixed(1)} on average`;
  print(`diameter ${d}, radius ${r}; neighbours ${degrees}`);
  print();
  print(`A broadcast of ${horizon.from}, by TTL (frames under equal delays):`);
  const rows = horizon.rows.map(({ ttl, reached, frames }) => [ttl, reached, frames]);
  for (const line of table(['TTL', 'REACHED', 'FRAMES'], rows)) print(line);
}

function mermaid({ peers, links }: Topology): string {
  const lines = links.map(({ a, b }) => `  ${peers[a]?.name} --- ${peers[b]?.name}`);
  return ['graph LR', ...peers.map(({ name }) => `  ${name}`), ...lines].join('\n');
}

function dot({ name, peers, links }: Topology): string {
  const lines = links.map(({ a, b }) => `  "${peers[a]?.name}" -- "${peers[b]?.name}";`);
  return [`graph "${name}" {`, ...peers.map(peer => `  "${peer.name}";`), ...lines, '}'].join('\n');
}
