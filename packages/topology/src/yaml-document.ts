/** A YAML text as data, with the place of everything in it. */
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { TopologyError, type TopologyProblem } from './topology-error.ts';

/** Where in the document: keys and indices from the top. */
export type Path = readonly (string | number)[];

/** Expansions of an alias beyond which a file counts as a bomb. */
const MAX_ALIASES = 100;

/** See the module's header. */
export class YamlDocument {
  readonly data: unknown;
  readonly #file: string;
  readonly #document: Document;
  readonly #lines: LineCounter;

  /**
   * @throws {TopologyError} for bytes that are not UTF-8, an empty text, broken YAML, too many aliases
   */
  constructor(source: string | Uint8Array, file: string) {
    this.#file = file;
    this.#lines = new LineCounter();
    const text = typeof source === 'string' ? source : decodeUtf8(source, file);
    this.#document = parseDocument(text, { lineCounter: this.#lines, version: '1.2', prettyErrors: false });
    const { errors } = this.#document;
    if (errors.length > 0) {
      throw new TopologyError(
        errors.map(error => ({
          file,
          ...this.#lineColumn(error.pos[0]),
          path: '',
          message: `not YAML: ${error.message}`,
        })),
      );
    }
    let data: unknown;
    try {
      data = this.#document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
      const message = `cannot be expanded: ${error instanceof Error ? error.message : String(error)}`;
      throw new TopologyError([
        {
          file,
          line: 1,
          column: 1,
          path: '',
          message,
          advice: 'write the peers and links out instead of using aliases',
        },
      ]);
    }
    if (data === null || data === undefined) {
      const advice = 'start with: topology: { generator: ring, peers: 5 }';
      throw new TopologyError([{ file, line: 1, column: 1, path: '', message: 'the file is empty', advice }]);
    }
    this.data = data;
  }

  /** A problem at the value of a path, or, with `at: 'key'`, at the key that leads to it. */
  problem(path: Path, message: string, advice?: string, at: 'key' | 'value' = 'value'): TopologyProblem {
    const problem = { file: this.#file, ...this.#place(path, at), path: formatPath(path), message };
    return advice === undefined ? problem : { ...problem, advice };
  }

  #place(path: Path, at: 'key' | 'value'): { line: number; column: number } {
    if (at === 'key') {
      const parent = this.#document.getIn(path.slice(0, -1), true) ?? this.#document.contents;
      const last = path.at(-1);
      const pair = isMap(parent)
        ? parent.items.find(item => isNode(item.key) && item.key.toJSON() === last)
        : undefined;
      if (isNode(pair?.key) && pair.key.range) return this.#lineColumn(pair.key.range[0]);
    }
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? this.#document.contents : this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return this.#lineColumn(node.range[0]);
    }
    return { line: 1, column: 1 };
  }

  #lineColumn(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

/** `links[3].between`, `defaults.ttl`. */
export function formatPath(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}

function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // A decoder that does not stop puts U+FFFD where the first broken byte was.
    const before = new TextDecoder('utf-8').decode(bytes).split('\ufffd')[0] ?? '';
    const lines = before.split('\n');
    const place = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
    throw new TopologyError([
      { file, ...place, path: '', message: 'not UTF-8 text', advice: 'save the file as UTF-8' },
    ]);
  }
}
