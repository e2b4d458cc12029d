/**
 * Reading a peer's standard output: bytes in, lines out, each a reply, an event, or the peer's log. What claims to be a
 * line of the contract and is none is a breach: claimed-line.ts says what claims to be one.
 */
import type * as z from 'zod';
import { claims, isOtherEncoding, knownEventNear } from './claimed-line.ts';
import { EVENT_NAMES, eventSchema, type PeerEvent } from './events.ts';
import { type Reply, replySchema } from './replies.ts';

/** One line of a peer's output, understood. */
export type PeerLine =
  | { readonly type: 'reply'; readonly reply: Reply }
  | { readonly type: 'event'; readonly event: PeerEvent }
  /**
   * Anything else. `problem`: the line claims to be of the contract, and this is what is wrong with it. `isBreach` is
   * false for an event of an unknown name alone: nothing rests on it, and a logger may write such lines.
   */
  | { readonly type: 'log'; readonly text: string; readonly problem?: string; readonly isBreach?: boolean };

/**
 * The longest line that is kept whole, in characters; what follows on that line is cut off. A delivery of the longest
 * payload fits, each byte of it written as \u0000.
 */
export const MAX_LINE_LENGTH: number = 8 * 1024 * 1024;

/** Stands before a line that was handed on although no line end came. */
const UNENDED = '(no line end) ';
/** Stands before a line that the end of the stream cut off. */
const CUT_OFF = '(cut off) ';

/**
 * Understands one line, without its line end. Blanks around the object, and a byte order mark before it, are no part of
 * it (RFC 8259).
 */
export function parsePeerLine(text: string): PeerLine {
  if (text.startsWith(UNENDED)) return broken(text, 'the line has no line end: every line must end with \\n');
  // Also takes the byte order mark.
  const json = text.trim();
  if (!json.startsWith('{')) {
    const isUtf16 = isOtherEncoding(text, plain => isOfContract(parsePeerLine(plain)));
    return isUtf16 ? broken(text, 'not UTF-8: it looks like UTF-16') : { type: 'log', text };
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    if (!claims(json)) return { type: 'log', text };
    return broken(text, text.length >= MAX_LINE_LENGTH ? TOO_LONG : `not JSON: ${Object(error).message}`);
  }
  const object = Object(value);
  if (Object.hasOwn(object, 'reply')) {
    const parsed = replySchema.safeParse(value);
    return parsed.success
      ? { type: 'reply', reply: parsed.data }
      : broken(text, `not a reply of the contract: ${firstIssue(parsed.error)}`);
  }
  if (Object.hasOwn(object, 'event')) {
    const { event } = object;
    if (typeof event === 'string' && !EVENT_NAMES.includes(event)) return unknownEvent(text, event);
    const parsed = eventSchema.safeParse(value);
    return parsed.success
      ? { type: 'event', event: parsed.data }
      : broken(text, `not an event of the contract: ${firstIssue(parsed.error)}`);
  }
  return { type: 'log', text };
}

const TOO_LONG = `longer than ${MAX_LINE_LENGTH} characters`;

function isOfContract(line: PeerLine): boolean {
  return line.type !== 'log' || line.problem !== undefined;
}

function broken(text: string, problem: string): PeerLine {
  return { type: 'log', text, problem, isBreach: true };
}

function unknownEvent(text: string, name: string): PeerLine {
  const meant = knownEventNear(name);
  const shown = JSON.stringify(name.slice(0, 40));
  if (meant === undefined) {
    return { type: 'log', text, problem: `the contract has no event ${shown}`, isBreach: false };
  }
  return broken(text, `the contract has no event ${shown}; did you mean "${meant}"?`);
}

function firstIssue({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'unknown problem';
  const { path, message } = innermost(issue);
  const where = path.map(String).join('.');
  return where === '' ? message : `${where}: ${message}`;
}

/** Of alternatives that all fail, the one that fails furthest in says the most. */
function innermost(issue: z.core.$ZodIssue): { readonly path: readonly PropertyKey[]; readonly message: string } {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flatMap(([first]) => (first === undefined ? [] : [innermost(first)]));
  const [furthest] = inner.sort((a, b) => b.path.length - a.path.length);
  return furthest === undefined ? issue : { ...furthest, path: [...issue.path, ...furthest.path] };
}

/**
 * Cuts a stream of text chunks into lines. Feed it decoded text (a streaming UTF-8 decoder in front keeps characters
 * that were split over chunks whole).
 */
export class LineSplitter {
  #rest: string[] = [];
  #restLength = 0;
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** True while something stands without a line end. */
  get isWaiting(): boolean {
    return this.#restLength > 0;
  }

  /** Takes a chunk and hands on each line that it completes. */
  push(chunk: string): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf('\n', start);
      if (end === -1) break;
      this.#keep(chunk.slice(start, end));
      start = end + 1;
      this.#handOn(this.#take());
    }
    if (start < chunk.length) this.#keep(chunk.slice(start));
  }

  /**
   * Hands on what stands without a line end: for the end of the stream. Of an object that was cut off there, as by the
   * death of its writer, nothing can be said: it is handed on as log.
   */
  end(): void {
    const text = this.#take();
    const line = parsePeerLine(text);
    this.#handOn(line.type === 'log' && line.problem?.startsWith('not JSON') ? `${CUT_OFF}${text}` : text);
  }

  /**
   * For when the stream has been silent for a while: where a whole object of the contract stands without a line end,
   * hands it on, so that {@link parsePeerLine} names what is wrong with it.
   */
  silent(): void {
    const text = this.#rest.join('');
    if (!text.trimEnd().endsWith('}') || !isOfContract(parsePeerLine(text))) return;
    this.#take();
    this.#handOn(`${UNENDED}${text}`);
  }

  #handOn(line: string): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text !== '') this.#onLine(text);
  }

  #take(): string {
    const line = this.#rest.length === 1 ? (this.#rest[0] ?? '') : this.#rest.join('');
    this.#rest = [];
    this.#restLength = 0;
    return line;
  }

  #keep(part: string): void {
    const room = MAX_LINE_LENGTH - this.#restLength;
    if (room <= 0 || part === '') return;
    this.#rest.push(part.length > room ? part.slice(0, room) : part);
    this.#restLength += Math.min(part.length, room);
  }
}
