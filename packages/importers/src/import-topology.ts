/** From the text of a file of another tool to a topology, and the sentences that say what became of it. */
import type { EachWay } from '@peerlab/conditions';
import { MAX_LATENCY_MS, nearestName, type Topology, topologyToYaml } from '@peerlab/topology';
import { detectFormat, FORMATS, type ImportFormat } from './formats.ts';
import { distanceMs, weightMs } from './latency.ts';
import { importError, type RawEdge, type RawNode, type SourceText } from './raw-graph.ts';
import { type SimpleEdge, simpleGraph } from './simple-graph.ts';
import { uniqueNames } from './unique-names.ts';

/** How a file is imported. */
export interface ImportOptions {
  /** One of {@link FORMATS}, by name; left out: told by the file. */
  readonly format?: string | undefined;
  /** The lab's name; left out: the file's. */
  readonly name?: string | undefined;
  /** Several edges of one pair: one link, or a mistake. */
  readonly parallel: 'merge' | 'error';
  /** Where latencies come from: coordinates of the nodes, weights of the edges, or nowhere. */
  readonly latency: 'distance' | 'weight' | 'none';
  /** What a latency is multiplied by; with `weight`, the milliseconds of a weight of 1. */
  readonly latencyScale: number;
}

/** A topology, and what became of the file. */
export interface Imported {
  readonly topology: Topology;
  /** From what it was made, and what was dropped, merged or ignored: a sentence a line. */
  readonly report: readonly string[];
}

/** The most characters of a label. */
const MAX_LABEL_LENGTH = 200;

/** Reads a file of any of {@link FORMATS}. @throws {TopologyError} `TOPOLOGY_INVALID` with the place of what is wrong */
export function importTopology({ file, text }: SourceText, options: ImportOptions): Imported {
  const source = { file, text: text.replace(/^\uFEFF/, '') };
  if (source.text.trim() === '') throw importError(file, { line: 1, column: 1 }, 'the file is empty');
  const format = formatOf(source, options.format);
  const raw = format.read(source);
  if (raw.nodes.length === 0) throw importError(file, { line: 1, column: 1 }, 'the graph has no nodes');
  const simple = simpleGraph(raw, file, options.parallel === 'error');
  const labels = simple.nodes.map(({ id, label }) => cleaned(label ?? '') || cleaned(id));
  // A label in other letters makes no name; the id may.
  const names = uniqueNames(
    simple.nodes.map(({ id }, i) => {
      const label = labels[i] ?? '';
      return nearestName(label) === undefined ? id : label;
    }),
  );
  const index = new Map(simple.nodes.map((node, i): [RawNode, number] => [node, i]));
  const latencies = simple.edges.map(edge => latencyOf(edge, raw.isDirected, options));
  for (const [i, latency] of latencies.entries()) requireShort(latency, simple.edges[i], file);
  const links = simple.edges.map(({ a, b }, i) => {
    const latencyMs = latencies[i];
    return { a: index.get(a) ?? 0, b: index.get(b) ?? 0, settings: latencyMs === undefined ? {} : { latencyMs } };
  });
  const topology: Topology = {
    name: options.name ?? nearestName(raw.name ?? '') ?? nearestName(stemOf(file)) ?? 'imported',
    seed: 1,
    peers: names.map((name, i) => ({ name, settings: labels[i] === name ? {} : { label: labels[i] } })),
    links,
    defaults: { links: {}, peers: {} },
    // As of a file that says nothing of it.
    security: 'sealed' as const,
  };
  const renamed = names.filter((name, i) => name !== labels[i]).length;
  const report = [
    `Imported from ${baseName(file)} (${format.title}): ${count(raw.nodes.length, 'node')}, ${count(raw.edges.length, 'edge')}.`,
    `It has ${count(names.length, 'peer')} and ${count(links.length, 'link')}.`,
    ...(renamed > 0 ? [`${count(renamed, 'peer')} got a valid name; the original is the label.`] : []),
    ...(raw.isDirected ? [directedText(latencies)] : []),
    ...(simple.selfLoops > 0 ? [`Dropped: ${count(simple.selfLoops, 'self-loop')}.`] : []),
    ...(simple.parallel > 0 ? [`Merged: ${count(simple.parallel, 'parallel edge')}.`] : []),
    ...(simple.opposite > 0
      ? [`Merged: ${count(simple.opposite, 'edge')} of a pair that is linked the other way.`]
      : []),
    ...latencyReport(latencies, options),
    ...(raw.notes ?? []),
  ];
  return { topology, report };
}

/** The imported topology as a file, whose first lines are the report. @param schema see topologyToYaml */
export function importedToYaml({ topology, report }: Imported, schema?: string): string {
  return topologyToYaml(topology, report.join('\n'), schema);
}

function formatOf(source: SourceText, name: string | undefined): ImportFormat {
  const format = name === undefined ? detectFormat(source) : FORMATS.find(one => one.name === name);
  if (format !== undefined) return format;
  const advice = `name it with --format: ${FORMATS.map(one => one.name).join(', ')}`;
  throw importError(source.file, { line: 1, column: 1 }, 'the format is not known by extension or content', advice);
}

/**
 * In milliseconds, to the microsecond; the least, where several edges are merged. Edges of a directed graph that run both
 * ways give each direction its own.
 */
function latencyOf(
  { a, b, edges }: SimpleEdge,
  isDirected: boolean,
  { latency, latencyScale }: ImportOptions,
): EachWay<number> | undefined {
  if (latency === 'none') return undefined;
  const least = (known: readonly (number | undefined)[]): number | undefined => {
    const all = known.filter(one => one !== undefined).map(ms => Math.round(ms * latencyScale * 1000) / 1000);
    return all.length === 0 ? undefined : Math.min(...all, Number.MAX_VALUE);
  };
  if (latency === 'distance') return least([distanceMs(a, b)]);
  const leastOf = (some: readonly RawEdge[]): number | undefined => least(some.map(({ weight }) => weightMs(weight)));
  const there = leastOf(edges.filter(({ source }) => source === a.id));
  const back = leastOf(edges.filter(({ source }) => source !== a.id));
  if (!isDirected || there === undefined || back === undefined || there === back) return leastOf(edges);
  return { there, back };
}

function requireShort(latency: EachWay<number> | undefined, edge: SimpleEdge | undefined, file: string): void {
  const longest = typeof latency === 'object' ? Math.max(latency.there, latency.back) : (latency ?? 0);
  if (longest <= MAX_LATENCY_MS) return;
  const message = `a latency of ${longest} ms is too long for a link, which takes ${MAX_LATENCY_MS} ms`;
  const line = edge?.edges[0]?.line ?? 1;
  throw importError(file, { line, column: 1 }, message, 'make it shorter with --latency-scale');
}

function directedText(latencies: readonly (EachWay<number> | undefined)[]): string {
  const ways = latencies.filter(latency => typeof latency === 'object').length;
  const kept = ways === 0 ? 'directions are ignored' : `${count(ways, 'link')} with one latency each way`;
  return `The graph is directed; its links are not: ${kept}.`;
}

function latencyReport(
  latencies: readonly (EachWay<number> | undefined)[],
  { latency, latencyScale }: ImportOptions,
): string[] {
  if (latency === 'none') return [];
  const missing = latencies.filter(one => one === undefined).length;
  const scale = latencyScale === 1 ? '' : `, times ${latencyScale}`;
  const how = latency === 'distance' ? 'great-circle distance at 200 km per ms' : 'the weight of an edge in ms';
  const why = latency === 'distance' ? 'an end has no coordinates' : 'the edge has no weight';
  return [`Latency: ${how}${scale}.`, ...(missing > 0 ? [`Without latency: ${count(missing, 'link')}; ${why}.`] : [])];
}

/** On one line, without control characters. */
function cleaned(label: string): string {
  return label
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_LABEL_LENGTH);
}

function baseName(file: string): string {
  return (file.split(/[/\\]/).at(-1) ?? file).replace(/\p{Cc}/gu, ' ');
}

function stemOf(file: string): string {
  return baseName(file).replace(/(\.clab|\.topology)?\.[^.]*$/i, '');
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
