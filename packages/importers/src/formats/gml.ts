/** GML, the Graph Modelling Language (Himsolt, 1997): keys with numbers, texts and lists in brackets. */
import {
  fieldOf,
  importError,
  MAX_DEPTH,
  nodeOf,
  placeAt,
  type RawEdge,
  type RawGraph,
  type RawNode,
  type SourceText,
} from '../raw-graph.ts';

const TOKEN = /(\s+|#[^\n]*)|"([^"]*)"|([[\]])|([^\s"[\]]+)/y;

/** A list of GML: its values by key, lower-case; the first of a key counts, as everywhere in GML. */
interface GmlList {
  readonly key: string;
  readonly line: number;
  readonly values: Map<string, string>;
}

/** Reads the first graph. @throws {TopologyError} */
export function readGml(source: SourceText): RawGraph {
  const { file, text } = source;
  const nodes: RawNode[] = [];
  const edges: RawEdge[] = [];
  const open: GmlList[] = [];
  let graph: GmlList | undefined;
  let key: string | undefined;
  let line = 1;

  const fail = (offset: number, message: string, advice?: string): Error =>
    importError(file, placeAt(text, offset), message, advice);
  const required = (list: GmlList, name: string): string => {
    const value = list.values.get(name);
    if (value === undefined) throw importError(file, { line: list.line, column: 1 }, `${list.key} has no ${name}`);
    return value;
  };
  const close = (list: GmlList): void => {
    const { values } = list;
    if (list.key === 'node') nodes.push(nodeOf(required(list, 'id'), values, list.line));
    else if (list.key === 'edge') {
      const [from, to] = [required(list, 'source'), required(list, 'target')];
      edges.push({ source: from, target: to, weight: fieldOf(values, 'weight'), line: list.line });
    } else if (list.key === 'graph') graph ??= list;
  };

  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const offset = TOKEN.lastIndex;
    const token = TOKEN.exec(text);
    if (token === null) throw fail(offset, 'a text in quotes does not end', 'close it with "');
    const [all, blank, quoted, bracket, word] = token;
    if (bracket === '[') {
      if (key === undefined) throw fail(offset, 'a list without a key before it', 'such as node [ id 0 ]');
      if (open.length >= MAX_DEPTH) throw fail(offset, 'nested too deeply', `at most ${MAX_DEPTH} levels`);
      open.push({ key, line, values: new Map() });
      key = undefined;
    } else if (bracket === ']') {
      const list = open.pop();
      if (list === undefined || key !== undefined) {
        throw fail(offset, key === undefined ? '"]" closes nothing' : `"${key}" has no value`);
      }
      close(list);
    } else if (blank === undefined) {
      const value = quoted === undefined ? word : decoded(quoted);
      if (key === undefined) {
        if (quoted !== undefined || !/^[a-z_]/i.test(word ?? '')) {
          throw fail(offset, `expected a key, not ${all.slice(0, 40)}`);
        }
        key = word?.toLowerCase();
      } else {
        const { values } = open.at(-1) ?? { values: new Map<string, string>() };
        if (!values.has(key)) values.set(key, value ?? '');
        key = undefined;
      }
    }
    line += all.split('\n').length - 1;
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    throw importError(file, { line: unclosed.line, column: 1 }, `"${unclosed.key} [" is not closed`, 'close it with ]');
  }
  if (graph === undefined) throw fail(0, 'no graph in the file', 'GML begins with graph [');
  return { name: graph.values.get('label'), isDirected: graph.values.get('directed') === '1', nodes, edges };
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'", nbsp: ' ' };

/** GML is ASCII: other characters are written as in HTML, such as `&#233;`. */
function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (all, decimal, hexadecimal, name) => {
    if (name !== undefined) return new Map(Object.entries(ENTITIES)).get(name) ?? all;
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
