/** The formats that can be imported, and how a file is told to be of one. */
import { readCompose } from './formats/compose.ts';
import { readContainerlab } from './formats/containerlab.ts';
import { readDot } from './formats/dot.ts';
import { readEdgeList } from './formats/edge-list.ts';
import { readGexf } from './formats/gexf.ts';
import { readGml } from './formats/gml.ts';
import { readGraphml } from './formats/graphml.ts';
import { readMininet } from './formats/mininet.ts';
import { readNodeLink } from './formats/node-link.ts';
import type { RawGraph, SourceText } from './raw-graph.ts';

/** A format. */
export interface ImportFormat {
  /** As `--format` takes it. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  readonly extensions: readonly string[];
  /** True for the text of such a file, whose extension says nothing. */
  readonly isLike: (text: string) => boolean;
  readonly read: (source: SourceText) => RawGraph;
}

/** The text without comments of `#`, as far as it matters. */
const start = (text: string): string =>
  text
    .slice(0, 65_536)
    .replace(/^\s*(#.*|\/\/.*|\/\*[\s\S]*?\*\/)\s*$/gm, '')
    .trimStart();

const isEdges = (text: string): boolean => {
  const lines = text
    .slice(0, 4096)
    .split(/\r?\n/)
    .filter(line => line.trim() !== '' && !/^\s*[#%]/.test(line));
  return (
    lines.length > 0 &&
    lines
      .slice(0, 10)
      .slice(0, Math.max(1, lines.length - 1))
      .every(line => /^\S+(\s*[,;]\s*|\s+)\S+(.*\{.*\}|([\s,;]+[-\d.eE+]+){0,2})\s*$/.test(line.trim()))
  );
};

/** In the order in which a text is tried. */
export const FORMATS: readonly ImportFormat[] = [
  {
    name: 'graphml',
    title: 'GraphML',
    extensions: ['graphml'],
    isLike: text => /^<[\s\S]{0,4000}<graphml\b|^<graphml\b/.test(start(text)),
    read: readGraphml,
  },
  {
    name: 'gexf',
    title: 'GEXF',
    extensions: ['gexf'],
    isLike: text => /^<[\s\S]{0,4000}<gexf\b|^<gexf\b/.test(start(text)),
    read: readGexf,
  },
  {
    name: 'mininet',
    title: 'Mininet or P4 JSON',
    extensions: ['mn'],
    isLike: text => text.startsWith('{') && /"switches"\s*:/.test(text),
    read: readMininet,
  },
  {
    name: 'node-link',
    title: 'node-link JSON',
    extensions: [],
    isLike: text => text.startsWith('{'),
    read: readNodeLink,
  },
  {
    name: 'gml',
    title: 'GML',
    extensions: ['gml'],
    isLike: text => /(^|\n)\s*graph\s*\[/i.test(start(text)),
    read: readGml,
  },
  {
    name: 'dot',
    title: 'DOT',
    extensions: ['dot', 'gv'],
    isLike: text => /^(strict\s+)?(di)?graph\b[^[\n]*\{/i.test(start(text)),
    read: readDot,
  },
  {
    name: 'containerlab',
    title: 'containerlab',
    extensions: ['clab.yml', 'clab.yaml'],
    isLike: text => /^topology:/m.test(text) && /^\s+nodes:/m.test(text),
    read: readContainerlab,
  },
  {
    name: 'compose',
    title: 'Compose',
    extensions: [],
    isLike: text => /^services:/m.test(text),
    read: readCompose,
  },
  {
    name: 'edge-list',
    title: 'edge list',
    extensions: ['edges', 'edgelist', 'el', 'mtx'],
    isLike: isEdges,
    read: readEdgeList,
  },
];

/** The format of a file: XML and JSON by content, others by extension first; undefined where neither tells. */
export function detectFormat({ file, text }: SourceText): ImportFormat | undefined {
  const name = file.toLowerCase();
  const isMarked = text.startsWith('<') || text.startsWith('{');
  const byExtension = isMarked
    ? undefined
    : FORMATS.find(format => format.extensions.some(end => name.endsWith(`.${end}`)));
  const likely = byExtension ?? FORMATS.find(format => format.isLike(text));
  return likely ?? FORMATS.find(format => format.extensions.some(end => name.endsWith(`.${end}`)));
}
