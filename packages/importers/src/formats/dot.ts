/** DOT, the language of Graphviz: all of its grammar, so that what Graphviz draws is what is read. docs/adr/0024 says why by hand. */
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
import { type DotToken, dotTokens } from './dot-tokens.ts';

/** Edges that one statement between subgraphs may make. */
const MAX_EDGES = 2_000_000;

/** Reads the first graph. @throws {TopologyError} */
export function readDot(source: SourceText): RawGraph {
  return new DotReader(source).read();
}

class DotReader {
  readonly #source: SourceText;
  readonly #tokens: readonly DotToken[];
  #at = 0;
  readonly #nodes = new Map<string, Map<string, string>>();
  readonly #edges: RawEdge[] = [];
  #line = 1;
  #counted = 0;

  constructor(source: SourceText) {
    this.#source = source;
    this.#tokens = dotTokens(source);
  }

  read(): RawGraph {
    this.#take('strict');
    const isDirected = this.#take('digraph') !== undefined;
    if (!isDirected) this.#expect('graph');
    const name = this.#take('id')?.text;
    this.#statements(1, new Map());
    const nodes = [...this.#nodes].map(([id, attributes]): RawNode => {
      const node = nodeOf(id, attributes);
      return { ...node, label: node.label?.replaceAll('\\N', id).replace(/\\[nlr]/g, ' ') };
    });
    const notes = this.#peek().kind === 'end' ? [] : ['Only the first graph of the file is read.'];
    return { name, isDirected, nodes, edges: this.#edges, notes };
  }

  /** `{ … }`. @returns the nodes in it, each once */
  #statements(depth: number, outerEdge: ReadonlyMap<string, string>): Set<string> {
    if (depth > MAX_DEPTH) throw this.#fail('nested too deeply', `at most ${MAX_DEPTH} levels`);
    const members = new Set<string>();
    let edgeDefaults = outerEdge;
    this.#expect('{');
    while (this.#take('}') === undefined) {
      if (this.#take(';') !== undefined) continue;
      const { kind } = this.#peek();
      if (kind === 'edge') {
        this.#at++;
        edgeDefaults = new Map([...edgeDefaults, ...this.#attributes()]);
      } else if (kind === 'node' || kind === 'graph') {
        // A label for every node would name none.
        this.#at++;
        this.#attributes();
      } else if (kind === 'id' && this.#tokens[this.#at + 1]?.kind === '=') {
        this.#at += 2;
        this.#id();
      } else this.#chain(depth, members, edgeDefaults);
    }
    return members;
  }

  /** Nodes or subgraphs, with `--` or `->` between them, and attributes. */
  #chain(depth: number, members: Set<string>, edgeDefaults: ReadonlyMap<string, string>): void {
    const start = this.#peek();
    const ends = [this.#end(depth, edgeDefaults)];
    while (this.#take('--') !== undefined || this.#take('->') !== undefined) ends.push(this.#end(depth, edgeDefaults));
    const own = this.#attributes();
    for (const end of ends) for (const node of end) members.add(node);
    const [only] = ends.length === 1 && start.kind === 'id' ? (ends[0] ?? []) : [];
    if (only !== undefined) for (const [key, value] of own) this.#nodes.get(only)?.set(key, value);
    const weight = fieldOf(new Map([...edgeDefaults, ...own]), 'weight');
    const line = this.#lineOf(start.offset);
    ends.slice(1).forEach((targets, i) => {
      const sources = ends[i] ?? new Set();
      if (this.#edges.length + sources.size * targets.size > MAX_EDGES)
        throw this.#fail(`more than ${MAX_EDGES} edges`);
      for (const from of sources)
        for (const to of targets) this.#edges.push({ source: from, target: to, weight, line });
    });
  }

  #end(depth: number, edgeDefaults: ReadonlyMap<string, string>): Set<string> {
    const isNamed = this.#take('subgraph') !== undefined;
    if (isNamed) this.#take('id');
    if (isNamed || this.#peek().kind === '{') return this.#statements(depth + 1, edgeDefaults);
    const id = this.#id();
    // A port, and a side of it.
    while (this.#take(':') !== undefined) this.#id();
    if (!this.#nodes.has(id)) this.#nodes.set(id, new Map());
    return new Set([id]);
  }

  /** Any number of `[a=b, c=d]`; names lower-case. */
  #attributes(): Map<string, string> {
    const attributes = new Map<string, string>();
    while (this.#take('[') !== undefined) {
      while (this.#take(']') === undefined) {
        const key = this.#id().toLowerCase();
        attributes.set(key, this.#take('=') === undefined ? 'true' : this.#id());
        if (this.#take(',') === undefined) this.#take(';');
      }
    }
    return attributes;
  }

  #id(): string {
    let { text } = this.#expect('id');
    while (this.#take('+') !== undefined) text += this.#expect('id').text;
    return text;
  }

  #peek(): DotToken {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    return token ?? { kind: 'end', text: '', offset: 0 };
  }

  #take(kind: string): DotToken | undefined {
    const token = this.#peek();
    if (token.kind !== kind || kind === 'end') return undefined;
    this.#at++;
    return token;
  }

  #expect(kind: string): DotToken {
    const token = this.#take(kind);
    if (token !== undefined) return token;
    const wanted = kind === 'id' ? 'a name' : kind;
    throw this.#fail(`expected ${wanted}, not ${this.#peek().text.slice(0, 40)}`);
  }

  #fail(message: string, advice?: string): Error {
    const { file, text } = this.#source;
    return importError(file, placeAt(text, this.#peek().offset), message, advice);
  }

  /** Offsets only grow from one statement of a level to the next; those of inner ones come before. */
  #lineOf(offset: number): number {
    if (offset < this.#counted) return placeAt(this.#source.text, offset).line;
    for (; this.#counted < offset; this.#counted++) if (this.#source.text[this.#counted] === '\n') this.#line++;
    return this.#line;
  }
}
