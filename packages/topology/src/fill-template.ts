/** Fills templates in with what is known of a lab's peers: addresses before their start, values of `facts:` later. */
import { parseTemplate, type Template, type TemplatePart } from './templates.ts';

/** What templates say of a peer. */
export interface TemplatePeer {
  readonly name: string;
  readonly index: number;
  readonly nodeId: string;
  readonly address: string;
  readonly port: number;
  /** The folder of its first volume, as its program sees it; undefined where it has none. */
  readonly data?: string | undefined;
  /** What `facts:` has found, by name. */
  readonly values?: Readonly<Record<string, string>> | undefined;
}

/** What a template is filled in with. */
export interface TemplateFacts {
  readonly lab: string;
  /** Every peer of the lab, in topology order. */
  readonly peers: readonly TemplatePeer[];
  /** The index of the peer whose template it is. */
  readonly own: number;
  /** The indices of those that it has a drawn link with. */
  readonly neighbours: readonly number[];
  /** The index of `{first.…}`. @default 0 */
  readonly first?: number | undefined;
  /** The index of `{to.…}`. */
  readonly to?: number | undefined;
  /** What the lab sends. */
  readonly message?: string | undefined;
}

/** A template names a value that nobody has found so far, such as a fact of a peer that does not run. */
export class UnknownValueError extends Error {
  override readonly name = 'UnknownValueError';
  /** What the template says. */
  readonly source: string;

  constructor(source: string, why: string) {
    super(`${source} is not known: ${why}`);
    this.source = source;
  }
}

/**
 * The text of a template.
 * @param quote done to every value, not to what the template itself says. @default nothing
 * @throws {UnknownValueError}
 */
export function fill(
  template: Template | string,
  facts: TemplateFacts,
  quote: (value: string) => string = value => value,
): string {
  const parts = typeof template === 'string' ? parseTemplate(template) : template;
  return parts.map(part => textOf(part, facts, quote)).join('');
}

/**
 * The words of a command line. A list without separator that is all of a word becomes a word of each peer, or several.
 * @throws {UnknownValueError}
 */
export function fillWords(words: readonly string[], facts: TemplateFacts): string[] {
  return words.flatMap(word => {
    const template = parseTemplate(word);
    const [only] = template;
    if (template.length !== 1 || only?.kind !== 'list' || only.separator !== undefined) return [fill(template, facts)];
    return listed(only.of, facts).flatMap(peer => only.formats.map(format => ofEach(format, peer, facts, as)));
  });
}

/**
 * A pattern of a program, with what its templates say taken literally. `^` and `$` are the ends of a line.
 * @throws {UnknownValueError}
 */
export function fillPattern(pattern: string, facts: TemplateFacts): RegExp {
  return new RegExp(fill(pattern, facts, literally), 'm');
}

/** A text as a regular expression that matches it alone. */
export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function as(value: string): string {
  return value;
}

function textOf(part: TemplatePart, facts: TemplateFacts, quote: (value: string) => string): string {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'mistake') return part.source;
  if (part.kind === 'value') return quote(spoken(part, facts));
  const { of, formats, separator = ' ' } = part;
  return listed(of, facts)
    .map(peer => formats.map(format => ofEach(format, peer, facts, quote)).join(' '))
    .join(separator);
}

function ofEach(format: Template, peer: TemplatePeer, facts: TemplateFacts, quote: (value: string) => string): string {
  const values: Readonly<Record<string, string>> = {
    '%n': peer.name,
    '%a': peer.address,
    '%p': String(peer.port),
    '%i': String(peer.index),
    '%d': peer.nodeId,
    '%%': '%',
  };
  return format
    .map(part =>
      part.kind === 'text'
        ? part.text.replace(/%[napid%]/g, word => quote(values[word] ?? word))
        : textOf(part, facts, quote),
    )
    .join('');
}

function listed(of: string, { peers, own, neighbours }: TemplateFacts): readonly TemplatePeer[] {
  if (of === 'all') return peers;
  if (of === 'others') return peers.filter(({ index }) => index !== own);
  return peers.filter(({ index }) => neighbours.includes(index));
}

function spoken({ of, key, source }: Extract<TemplatePart, { kind: 'value' }>, facts: TemplateFacts): string {
  if (of === 'own' && key === 'lab') return facts.lab;
  if (of === 'own' && key === 'message') {
    if (facts.message === undefined) throw new UnknownValueError(source, 'nothing is sent here');
    return facts.message;
  }
  const peer = peerOf(of, facts);
  if (peer === undefined) throw new UnknownValueError(source, 'there is no such peer');
  if (key === 'name') return peer.name;
  if (key === 'index') return String(peer.index);
  if (key === 'id') return peer.nodeId;
  if (key === 'address') return peer.address;
  if (key === 'port') return String(peer.port);
  const value = key === 'data' ? peer.data : peer.values?.[key];
  if (value === undefined) {
    throw new UnknownValueError(source, `${peer.name} has ${key === 'data' ? 'no volume' : 'not told it'}`);
  }
  return value;
}

function peerOf(of: string, { peers, own, first = 0, to }: TemplateFacts): TemplatePeer | undefined {
  if (of === 'own') return peers[own];
  if (of === 'first') return peers[first];
  if (of === 'to') return to === undefined ? undefined : peers[to];
  return peers.find(({ name }) => name === of);
}
