/** A YAML text as data, with the place of everything in it. What is wrong with the text: yaml-problems.ts. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { TopologyError, type TopologyProblem } from './topology-error.ts';
import { decodeUtf8 } from './utf8.ts';
import { isSameKey, keepWrittenKeys, writtenAt, wrongMerge } from './written-keys.ts';
import { type TextProblem, textProblems, tooDeep, unknownAliases } from './yaml-problems.ts';

/** Where in the document: keys and indices from the top. */
export type Path = readonly (string | number)[];

/** Expansions of one alias beyond which a file counts as a bomb. A lab of 10,000 peers may share its settings by alias. */
const MAX_ALIASES = 10_000;

/** See the module's header. */
export class YamlDocument {
  readonly data: unknown;
  readonly #file: string;
  readonly #document: Document;
  readonly #lines: LineCounter;

  /**
   * @throws {TopologyError} `TOPOLOGY_INVALID` for bytes that are not UTF-8, an empty text, broken YAML, too many aliases
   */
  constructor(source: string | Uint8Array, file: string) {
    this.#file = file;
    this.#lines = new LineCounter();
    const text = typeof source === 'string' ? source : decodeUtf8(source);
    if (typeof text !== 'string') {
      throw new TopologyError([
        { file, ...text, path: '', message: 'not UTF-8 text', advice: 'save the file as UTF-8' },
      ]);
    }
    this.#document = this.#parse(text);
    const broken = textProblems(this.#document, text);
    broken.push(...keepWrittenKeys(this.#document));
    if (broken.length > 0) throw this.#errorOf(broken);
    const data = this.#expand();
    if (data === null || data === undefined) {
      const advice = 'start with: topology: { generator: ring, peers: 5 }';
      throw this.#errorOf([{ offset: 0, message: 'the file is empty', advice }]);
    }
    this.data = data;
  }

  /** A problem at the value of a path, or, with `at: 'key'`, at the key that leads to it. */
  problem(path: Path, message: string, advice?: string, at: 'key' | 'value' = 'value'): TopologyProblem {
    const problem = { file: this.#file, ...this.place(path, at), path: formatPath(path), message };
    return advice === undefined ? problem : { ...problem, advice };
  }

  /** Line and column, from 1, of the value at a path, or of its key; of what holds it, where it does not exist. */
  place(path: Path, at: 'key' | 'value' = 'value'): { line: number; column: number } {
    if (at === 'key') {
      const parent = path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true);
      const last = path.at(-1);
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === last)
        : undefined;
      if (isNode(pair?.key) && pair.key.range) return this.#lineColumn(pair.key.range[0]);
    }
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? this.#document.contents : this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return this.#lineColumn(node.range[0]);
    }
    return { line: 1, column: 1 };
  }

  /** The keys of a map in the order of the file, which data does not keep where keys look like numbers. */
  keys(path: Path): string[] {
    const found = this.#document.getIn(path, true);
    const node = isAlias(found) ? found.resolve(this.#document) : found;
    return isMap(node) ? [...new Set(node.items.flatMap(pair => this.#keysOf(pair)))] : [];
  }

  /** What the file says at a path, where that is a number, a boolean or null: `1.10`, which as data is 1.1. */
  written(path: Path): string | undefined {
    return writtenAt(this.#nodeAt(path));
  }

  /** The node at a path, through aliases and merged maps as data has it. */
  #nodeAt(path: Path): unknown {
    let node: unknown = this.#document.contents;
    for (const step of path) {
      node = this.#resolved(node);
      if (isMap(node)) node = this.#valueOf(node, String(step));
      else if (isSeq(node)) node = node.items[Number(step)];
      else return undefined;
    }
    return this.#resolved(node);
  }

  /** The value of a key: the map's own, or that of the first merged map that has it. */
  #valueOf(map: YAMLMap, key: string): unknown {
    const own = map.items.find(pair => isScalar(pair.key) && String(pair.key.value) === key);
    if (own !== undefined) return own.value;
    for (const pair of map.items) {
      if (!isScalar(pair.key) || typeof pair.key.value !== 'symbol') continue;
      const merged = this.#resolved(pair.value);
      for (const item of isSeq(merged) ? merged.items : [merged]) {
        const inner = this.#resolved(item);
        const found = isMap(inner) ? this.#valueOf(inner, key) : undefined;
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #resolved(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  /** The key of a pair; the keys of what it merges for the key `<<`. */
  #keysOf({ key, value }: Pair): string[] {
    if (!isScalar(key)) return [String(key)];
    if (typeof key.value !== 'symbol') return [String(key.value ?? '')];
    const merged = isAlias(value) ? value.resolve(this.#document) : value;
    const maps = isSeq(merged)
      ? merged.items.map(item => (isAlias(item) ? item.resolve(this.#document) : item))
      : [merged];
    return maps.flatMap(map => (isMap(map) ? map.items.flatMap(pair => this.#keysOf(pair)) : []));
  }

  #parse(text: string): Document {
    try {
      return parseDocument(text, {
        lineCounter: this.#lines,
        version: '1.2',
        merge: true,
        uniqueKeys: isSameKey,
        prettyErrors: false,
      });
    } catch (error) {
      if (error instanceof RangeError) throw this.#errorOf([tooDeep(0)]);
      throw error;
    }
  }

  #expand(): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
      if (error instanceof RangeError) throw this.#errorOf([tooDeep(0)]);
      if (error instanceof Error && /^Merge sources/.test(error.message)) throw this.#errorOf([wrongMerge(0)]);
      if (!(error instanceof ReferenceError)) throw error;
      const unknown = unknownAliases(this.#document);
      if (unknown.length > 0) throw this.#errorOf(unknown);
      const message = `aliases expand to more than ${MAX_ALIASES} copies`;
      throw this.#errorOf([{ offset: 0, message, advice: 'write out their values, or use defaults:' }]);
    }
  }

  #errorOf(problems: readonly TextProblem[]): TopologyError {
    return new TopologyError(
      problems.map(({ offset, ...problem }) => ({
        file: this.#file,
        ...this.#lineColumn(offset),
        path: '',
        ...problem,
      })),
    );
  }

  #lineColumn(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** `links[3].between`, `defaults.ttl`. */
export function formatPath(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}
