/**
 * Templates: `{name}`, `{n3.address}`, `{all: %n=http://%a:2380 ,}` in commands, variables, patterns and files. Here a text is
 * taken apart and checked; fill-template.ts fills it in. A brace that begins no template stays as it is: JSON, `{2,3}`.
 */
import { nearest } from '@peerlab/conditions';

/** What a template can say of a peer without anybody asking it. */
export const PEER_WORDS = ['name', 'index', 'id', 'address', 'port', 'data'] as const;

/** Which peers a list names. */
export const LIST_WORDS = ['all', 'others', 'neighbours'] as const;

/** A text, taken apart. */
export type Template = readonly TemplatePart[];

/** A part of a template. `source` is what the text says, braces included. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly source: string; readonly text: string }
  /** A value of one peer, or of the lab (`lab`, `message`); `of` is a peer's name, or one of the words. */
  | { readonly kind: 'value'; readonly source: string; readonly of: 'own' | string; readonly key: string }
  /**
   * A value of several peers each. `formats` are the words of each one's text, with `%n %a %p %i %d` in them: one where there
   * is a separator, which stands between peers.
   */
  | {
      readonly kind: 'list';
      readonly source: string;
      readonly of: (typeof LIST_WORDS)[number];
      readonly formats: readonly Template[];
      readonly separator: string | undefined;
    }
  /** What was meant for a template and is none. */
  | { readonly kind: 'mistake'; readonly source: string; readonly message: string; readonly advice: string };

/** What a template may name at its place. */
export interface TemplateScope {
  /** The peers. */
  readonly names: ReadonlySet<string>;
  /** The values that `facts:` finds. */
  readonly values: ReadonlySet<string>;
  /** Why those values are not known yet, in one clause, where they are not. */
  readonly unknownYet?: string | undefined;
  /** True where `{to.address}` names the other peer of a link, a message or a probe. */
  readonly hasTo?: boolean | undefined;
  /** True where `{message}` is what the lab sends. */
  readonly hasMessage?: boolean | undefined;
  /** False where the peer has no volume. */
  readonly hasData: boolean;
  /** True for a word of a command line: a list that is all of it becomes several words. */
  readonly isWord?: boolean | undefined;
}

/** What is wrong with a template. */
export interface TemplateProblem {
  readonly message: string;
  readonly advice: string;
}

const VALUE = /^\{([A-Za-z0-9_-]+)(?:\.([A-Za-z0-9_-]+))?\}/;
const LIST = /^\{([A-Za-z]+):/;
/** What a list says of each peer. */
const OF_EACH = /%[naipd]/;
/** Braces after these are a shell's or a regular expression's. */
const OTHERS_BRACE = /(?:\$|\\[pPu]?)$/;

/** Takes a text apart. Everything is a template: mistakes are parts of it, which {@link templateProblems} tells. */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = [];
  let plain = '';
  let from = 0;
  const flush = (to: number): void => {
    if (from < to) parts.push({ kind: 'text', source: text.slice(from, to), text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const isOpen = text[at] === '{' && !OTHERS_BRACE.test(text.slice(Math.max(0, at - 2), at));
    const escaped = isOpen && text[at + 1] === '{' ? partAt(text, at + 1) : undefined;
    if (escaped !== undefined && text[at + 1 + escaped.source.length] === '}') {
      plain += escaped.source;
      at += escaped.source.length + 2;
      continue;
    }
    const part = isOpen ? partAt(text, at) : undefined;
    if (part === undefined) {
      plain += text[at];
      at += 1;
      continue;
    }
    flush(at);
    parts.push(part);
    at += part.source.length;
    from = at;
  }
  flush(text.length);
  return parts;
}

/** True for a text that is filled in differently from peer to peer, or from lab to lab. */
export function isFilledIn(template: Template): boolean {
  return template.some(({ kind }) => kind !== 'text');
}

type Filled = Exclude<TemplatePart, { kind: 'text' }>;

function partAt(text: string, at: number): Filled | undefined {
  const rest = text.slice(at);
  const [source, first = '', second] = VALUE.exec(rest) ?? [];
  if (source !== undefined) {
    if (second !== undefined) return { kind: 'value', source, of: first, key: second };
    // A number in braces is a regular expression's.
    return /^[\d-]/.test(first) ? undefined : { kind: 'value', source, of: 'own', key: first };
  }
  const list = LIST.exec(rest)?.[1];
  const end = list === undefined ? undefined : closing(rest);
  if (list === undefined || end === undefined) return undefined;
  return listOf(list, rest.slice(0, end + 1), rest.slice(list.length + 2, end));
}

/** Where the brace ends that a text begins with. */
function closing(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

function listOf(word: string, source: string, content: string): Filled | undefined {
  const of = LIST_WORDS.find(known => known === word);
  if (of === undefined) {
    const meant = OF_EACH.test(content) ? nearest(word, LIST_WORDS) : undefined;
    if (meant === undefined) return undefined;
    return { kind: 'mistake', source, message: `unknown list "{${word}: …}"`, advice: `did you mean "{${meant}: …}"?` };
  }
  const trimmed = content.trim();
  const [, format, last = ''] = /^(.*\S)\s+(\S+)$/s.exec(trimmed) ?? [];
  const hasSeparator = format !== undefined && !OF_EACH.test(last) && !last.includes('{');
  const formats = hasSeparator ? [format] : trimmed.split(/\s+/).filter(each => each !== '');
  if (!formats.some(each => OF_EACH.test(each))) {
    const advice = 'use %n (name), %a (address), %p (port), %i (index) or %d (id)';
    return { kind: 'mistake', source, message: `the list "${source}" says nothing of its peers`, advice };
  }
  return {
    kind: 'list',
    source,
    of,
    formats: formats.map(parseTemplate),
    separator: hasSeparator ? unescaped(last) : undefined,
  };
}

function unescaped(separator: string): string {
  return separator.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\s', ' ');
}

/** What is wrong with a template at its place. */
export function templateProblems(template: Template, scope: TemplateScope): readonly TemplateProblem[] {
  return template.flatMap((part): readonly TemplateProblem[] => {
    if (part.kind === 'text') return [];
    if (part.kind === 'mistake') return [part];
    if (part.kind === 'list') {
      const inner = part.formats.flatMap(format => templateProblems(format, { ...scope, isWord: false }));
      const isAlone = scope.isWord === true && template.length === 1;
      if (part.separator !== undefined || isAlone) return inner;
      const example = `such as ${part.source.slice(0, -1)} ,}`;
      return [{ message: `the list "${part.source}" needs a separator here`, advice: example }, ...inner];
    }
    const problem = valueProblem(part, scope);
    return problem === undefined ? [] : [problem];
  });
}

/** Those that a template may name as if they were peers. */
const ROLES = ['first', 'to'] as const;

function valueProblem(
  { of, key, source }: Extract<TemplatePart, { kind: 'value' }>,
  scope: TemplateScope,
): TemplateProblem | undefined {
  const { names, values, unknownYet, hasTo = false, hasMessage = false, hasData } = scope;
  if (of === 'own' && key === 'lab') return undefined;
  if (of === 'own' && key === 'message') {
    if (hasMessage) return undefined;
    return { message: '"{message}" is not known here', advice: 'use it in broadcast: and send:' };
  }
  if (of === 'to' && !hasTo) {
    return { message: `"${source}" names no peer here`, advice: 'use it in join:, send: and probe:' };
  }
  if (of !== 'own' && !names.has(of) && !ROLES.some(role => role === of)) {
    const meant = nearest(of, [...ROLES, ...names]);
    const advice = meant === undefined ? asText(source) : `did you mean "{${meant}.${key}}"?`;
    return { message: `unknown peer "${of}" in "${source}"`, advice };
  }
  if (key === 'data' && !hasData) {
    return { message: `"${source}" needs a volume`, advice: 'add volumes: [/data] to the kind' };
  }
  if (PEER_WORDS.some(word => word === key)) return undefined;
  if (values.has(key)) {
    if (unknownYet === undefined) return undefined;
    return { message: `"${source}" is not known here: ${unknownYet}`, advice: 'use it in join:, send: and probe:' };
  }
  const own = of === 'own' ? ['lab', ...(hasMessage ? ['message'] : [])] : [];
  const known = [...PEER_WORDS, ...own, ...values];
  const prefix = of === 'own' ? '' : `${of}.`;
  const role = of === 'own' && (names.has(key) || ROLES.some(word => word === key)) ? `{${key}.address}` : undefined;
  const meant = role ?? (nearest(key, known) === undefined ? undefined : `{${prefix}${nearest(key, known)}}`);
  const advice = meant === undefined ? asText(source) : `did you mean "${meant}"?`;
  return { message: `unknown template "${source}"`, advice };
}

function asText(source: string): string {
  return `for the text itself write {${source}}`;
}
