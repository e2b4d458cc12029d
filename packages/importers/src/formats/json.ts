/** JSON as data; the place of what is wrong is looked up only when something is. */
import { findNodeAtLocation, type ParseError, parse, parseTree, printParseErrorCode } from 'jsonc-parser';
import { importError, type Place, placeAt, type SourceText } from '../raw-graph.ts';

/** Parses a text. @throws {TopologyError} where it is not JSON */
export function parseJson({ file, text }: SourceText): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw importError(file, { line: 1, column: 1 }, 'not JSON, and nested too deeply to say where');
  }
  const [first] = errors;
  const what =
    first === undefined
      ? ''
      : `: ${printParseErrorCode(first.error)
          .replace(/\B[A-Z]/g, ' $&')
          .toLowerCase()}`;
  throw importError(file, placeAt(text, first?.offset ?? 0), `not JSON${what}`);
}

/** The error at a path of the document. */
export function jsonError(source: SourceText, path: JsonPath, message: string, advice?: string): Error {
  return importError(source.file, jsonPlace(source, path), message, advice);
}

/** A path into a document. */
export type JsonPath = readonly (string | number)[];

/** Where the entry at a path stands, or the nearest one above it. Parses the text again: for when something is wrong. */
export function jsonPlace({ text }: SourceText, path: JsonPath): Place {
  const root = parseTree(text);
  for (let length = path.length; length > 0 && root !== undefined; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return placeAt(text, node.offset);
  }
  return { line: 1, column: 1 };
}

/** A map of the document as entries; none for anything else. */
export function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** The texts and numbers of a map, and of its map `attributes` (graphology), by name in lower case. */
export function attributesOf(value: unknown): Map<string, string> {
  const own = entriesOf(value);
  const inner = own.flatMap(([key, item]) => (['attributes', 'metadata', 'data'].includes(key) ? entriesOf(item) : []));
  return new Map(
    [...inner, ...own].flatMap(([key, item]): [string, string][] =>
      typeof item === 'string' || typeof item === 'number' ? [[key.toLowerCase(), String(item)]] : [],
    ),
  );
}
