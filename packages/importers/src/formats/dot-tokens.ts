/** The words of the DOT language (graphviz.org/doc/info/lang.html). */
import { importError, placeAt, type SourceText } from '../raw-graph.ts';

/** A word: `id` for names, numbers and texts; anything else is itself: `{`, `->`, `subgraph`. */
export interface DotToken {
  readonly kind: string;
  readonly text: string;
  readonly offset: number;
}

const TOKEN =
  /((?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<=^|\n)#[^\n]*)+)|(--|->|[{}[\];,=:+])|"((?:[^"\\]|\\[\s\S])*)"|(-?(?:\.\d+|\d+(?:\.\d*)?)|[\p{L}_][\p{L}\p{N}_]*)|</uy;
const KEYWORDS: ReadonlySet<string> = new Set(['strict', 'graph', 'digraph', 'subgraph', 'node', 'edge']);

/** The words of a text, the last of kind `end`. @throws {TopologyError} at what is none */
export function dotTokens({ file, text }: SourceText): readonly DotToken[] {
  const tokens: DotToken[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const offset = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) {
      const what =
        text[offset] === '"' ? 'a text in quotes does not end' : `unexpected ${JSON.stringify(text[offset])}`;
      throw importError(file, placeAt(text, offset), what);
    }
    const [all, blank, sign, quoted, word] = match;
    if (blank !== undefined) continue;
    if (sign !== undefined) tokens.push({ kind: sign, text: sign, offset });
    else if (quoted !== undefined) {
      tokens.push({ kind: 'id', text: quoted.replace(/\\\r?\n/g, '').replaceAll('\\"', '"'), offset });
    } else if (word !== undefined) {
      const keyword = word.toLowerCase();
      tokens.push({ kind: KEYWORDS.has(keyword) ? keyword : 'id', text: word, offset });
    } else {
      const end = htmlEnd(text, offset);
      if (end === undefined) throw importError(file, placeAt(text, offset), `${all} is not closed`, 'close it with >');
      const plain = text.slice(offset + 1, end).replace(/<[^>]*>/g, ' ');
      tokens.push({ kind: 'id', text: plain.replace(/\s+/g, ' ').trim(), offset });
      TOKEN.lastIndex = end + 1;
    }
  }
  tokens.push({ kind: 'end', text: 'the end of the file', offset: text.length });
  return tokens;
}

/** The `>` that closes an HTML label. */
function htmlEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '<') depth++;
    else if (text[i] === '>' && --depth === 0) return i;
  }
  return undefined;
}
