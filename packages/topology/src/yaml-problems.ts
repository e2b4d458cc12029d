/** What the YAML parser finds wrong, in words for a person who writes a topology and not a parser. */
import { type Document, isAlias, isNode, visit, type YAMLError } from 'yaml';

/** What is wrong with the text itself, and the offset at which it shows. */
export interface TextProblem {
  readonly offset: number;
  readonly message: string;
  readonly advice?: string | undefined;
}

/** One mistake makes a parser stumble many times; beyond these the rest only hides the first. */
const MAX_SHOWN = 10;

/** Errors, and warnings that would change the meaning silently, in the order of the text; one for each place. */
export function textProblems(document: Document, text: string): TextProblem[] {
  const found = [...document.errors, ...document.warnings];
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit === true && version !== '1.2') return [otherVersion(text, version)];
  if (found.some(({ message }) => /call stack/i.test(message))) return [tooDeep(found[0]?.pos[0] ?? 0)];
  const byPlace = new Map<number, TextProblem>();
  for (const error of found) if (!byPlace.has(error.pos[0])) byPlace.set(error.pos[0], inWords(error, text));
  const problems = [...byPlace.values()].sort((a, b) => a.offset - b.offset);
  // After an unquoted comparison the parser stumbles over the rest of the line.
  const comparison = problems.findIndex(({ message }) => message === COMPARISON);
  return problems.slice(0, comparison === -1 ? MAX_SHOWN : comparison + 1);
}

const COMPARISON = 'not YAML: a value cannot begin with ">"';

/** Under YAML 1.1 `0644` is 420 and `yes` is true: what a file means must not depend on its first line. */
function otherVersion(text: string, version: string | undefined): TextProblem {
  const message = `the file asks for YAML ${version}; a topology is YAML 1.2`;
  return { offset: Math.max(0, text.indexOf('%YAML')), message, advice: 'remove the %YAML line' };
}

/** Nesting beyond what can be read. */
export function tooDeep(offset: number): TextProblem {
  return { offset, message: 'not YAML: nested too deeply', advice: 'a topology needs four levels' };
}

/** The aliases that no anchor stands before. */
export function unknownAliases(document: Document): TextProblem[] {
  const anchors = new Set<string>();
  const problems: TextProblem[] = [];
  visit(document, (_, node) => {
    if (isAlias(node)) {
      if (anchors.has(node.source)) return;
      const advice = `define it with &${node.source} further up`;
      problems.push({ offset: node.range?.[0] ?? 0, message: `unknown alias "*${node.source}"`, advice });
    } else if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor);
  });
  return problems;
}

function inWords({ code, message, pos }: YAMLError, text: string): TextProblem {
  const [offset] = pos;
  const open = /^Flow (sequence|map) in block collection/.exec(message)?.[1];
  if (open !== undefined) {
    const [kind, close] = open === 'map' ? ['{', '}'] : ['[', ']'];
    return { offset, message: `not YAML: a "${kind}" is still open here`, advice: `close it with "${close}"` };
  }
  const [compared] = /^>?=? ?[^\n,}\]]*/.exec(text.slice(text.lastIndexOf('>', offset))) ?? [];
  if (/^Block scalar header includes extra|block scalar indicator >$/.test(message) && compared !== undefined) {
    const quoted = `put it in quotes: "${compared.trim()}"`;
    return { offset: text.lastIndexOf('>', offset), message: COMPARISON, advice: quoted };
  }
  switch (code) {
    case 'DUPLICATE_KEY': {
      // After a key without a value the parser points at the end of that, before the key that it means.
      const [, before = '', key = ''] = /^(\s*)["']?([^\s:"',{}[\]]*)/.exec(text.slice(offset)) ?? [];
      return { offset: offset + before.length, message: `the key "${key}" appears twice`, advice: 'keep one of them' };
    }
    case 'MULTIPLE_DOCS':
      return {
        offset,
        message: 'a second document begins here',
        advice: 'one file holds one topology: remove the ---',
      };
    case 'TAB_AS_INDENT':
      return { offset, message: 'not YAML: a tab as indentation', advice: 'indent with spaces' };
    case 'TAG_RESOLVE_FAILED':
      return { offset, message: `not YAML: ${message}`, advice: 'a topology needs no tags: remove it' };
    default:
      return { offset, message: `not YAML: ${message}` };
  }
}
