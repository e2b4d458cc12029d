/** Keys and scalars as the file writes them: YAML would make `01` the number 1, and 1 is another peer. */
import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node, type Scalar, visit } from 'yaml';
import type { TextProblem } from './yaml-problems.ts';

/** The key that has a special meaning in JavaScript. */
const RESERVED_KEY = '__proto__';

/** Makes every key of the document the text that was written, and finds the keys that cannot be used. */
export function keepWrittenKeys(document: Document): TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Node(_, node) {
      const problem = wrongTag(node);
      if (problem !== undefined) problems.push(problem);
    },
    Pair(_, { key, value }) {
      if (isNode(key) && !isScalar(key)) problems.push(wrongKey(key));
      if (!isScalar(key)) return;
      if (typeof key.value === 'symbol' && !(isMap(value) || isAlias(value) || isSeq(value))) {
        problems.push(wrongMerge(key.range?.[0] ?? 0));
      }
      if (key.value === RESERVED_KEY) {
        problems.push({
          offset: key.range?.[0] ?? 0,
          message: `the key "${RESERVED_KEY}" is reserved`,
          advice: 'choose another name',
        });
      }
      const written = writtenText(key);
      if (written !== undefined) key.value = written;
    },
  });
  return problems;
}

/** Tags that the parser knows, and that make something of a value that no topology has. Others it does not resolve. */
const USELESS_TAGS: ReadonlySet<string> = new Set(['binary', 'omap', 'pairs', 'set']);

function wrongTag({ tag, range }: Node): TextProblem | undefined {
  const [, short = ''] = /^tag:yaml\.org,2002:(.*)$/.exec(tag ?? '') ?? [];
  if (!USELESS_TAGS.has(short)) return undefined;
  return { offset: range?.[0] ?? 0, message: `the tag !!${short} has no meaning here`, advice: 'remove it' };
}

function wrongKey(key: Node): TextProblem {
  const what = isSeq(key) ? 'a list' : isMap(key) ? 'a map' : 'an alias';
  return {
    offset: key.range?.[0] ?? 0,
    message: `a key must be text, not ${what}`,
    advice: 'put it in quotes, or remove it',
  };
}

/** A merge key over something that is no map, such as an alias of a list. */
export function wrongMerge(offset: number): TextProblem {
  const advice = 'such as { <<: *base }, with &base at the other map';
  return { offset, message: 'the merge key "<<" takes a map or an alias of one', advice };
}

/** Whether two keys of one map are written alike. For the parser, which would compare what they mean. */
export function isSameKey(a: unknown, b: unknown): boolean {
  return isScalar(a) && isScalar(b) && (writtenText(a) ?? a.value) === (writtenText(b) ?? b.value);
}

/** What the file says in place of a number, a boolean or nothing; undefined for text and merge keys, which stay. */
export function writtenText({ value, source }: Scalar): string | undefined {
  const isOther =
    typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' || value === null;
  return isOther && source !== undefined && source !== '' ? source : undefined;
}

/** The text of a scalar that is not text, at a node. */
export function writtenAt(node: unknown): string | undefined {
  const scalar = isPair(node) ? node.value : node;
  return isScalar(scalar) ? writtenText(scalar) : undefined;
}
