/** A graph as a file gives it, before it is made simple and its nodes get names: what every reader of a format returns. */
import { TopologyError } from '@peerlab/topology';

/** A node of the file. Ids are unique. */
export interface RawNode {
  readonly id: string;
  /** What people call it; left out: its id. */
  readonly label?: string | undefined;
  /** Degrees, north positive. */
  readonly latitude?: number | undefined;
  /** Degrees, east positive. */
  readonly longitude?: number | undefined;
  /** The line of the file, from 1; left out where no id can be there twice. */
  readonly line?: number | undefined;
}

/** An edge of the file, by ids of nodes. */
export interface RawEdge {
  readonly source: string;
  readonly target: string;
  /** As the file gives it, such as `3` or `10ms`. */
  readonly weight?: string | undefined;
  /** The line of the file, from 1. */
  readonly line: number;
}

/** A graph of a file. Edges may repeat and be loops; one to an unknown node is a mistake. */
export interface RawGraph {
  /** What the file calls it. */
  readonly name?: string | undefined;
  readonly isDirected: boolean;
  readonly nodes: readonly RawNode[];
  readonly edges: readonly RawEdge[];
  /** What a person should know of how the file was read: sentences. */
  readonly notes?: readonly string[] | undefined;
}

/** A text and where it is from. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Nesting beyond which no reader follows. */
export const MAX_DEPTH = 100;

/** A place in a text, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The error of a file that cannot be imported. */
export function importError(file: string, { line, column }: Place, message: string, advice?: string): TopologyError {
  return new TopologyError([{ file, line, column, path: '', message, advice }]);
}

/** Line and column, from 1, of an offset. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** A number, or nothing for what is none, such as an empty text. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const FIELDS = {
  label: ['label', 'name', 'title'],
  latitude: ['latitude', 'lat'],
  longitude: ['longitude', 'lon', 'lng', 'long'],
  weight: ['weight', 'latency', 'delay', 'value', 'cost', 'distance', 'len'],
} as const;

/** The first attribute that means the field, whatever its case. */
export function fieldOf(attributes: ReadonlyMap<string, string>, field: keyof typeof FIELDS): string | undefined {
  return FIELDS[field].map(name => attributes.get(name)).find(value => value !== undefined && value.trim() !== '');
}

/** A node from its attributes, whose names are lower-case. */
export function nodeOf(id: string, attributes: ReadonlyMap<string, string>, line?: number): RawNode {
  return {
    id,
    line,
    label: fieldOf(attributes, 'label'),
    latitude: numberOf(fieldOf(attributes, 'latitude')),
    longitude: numberOf(fieldOf(attributes, 'longitude')),
  };
}
