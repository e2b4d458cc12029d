/**
 * Reading a peer's standard output: bytes in, lines out, each a reply, an event, or the peer's log.
 * Nothing that a peer prints is fatal; what is not understood is log.
 */
import { eventSchema, type PeerEvent } from './events.ts';
import { type Reply, replySchema } from './replies.ts';

/** One line of a peer's output, understood. */
export type PeerLine =
  | { readonly type: 'reply'; readonly reply: Reply }
  | { readonly type: 'event'; readonly event: PeerEvent }
  /** `problem`: it looked like a line of the contract, but broke it in this way. */
  | { readonly type: 'log'; readonly text: string; readonly problem?: string };

/**
 * Understands one line, without its line end.
 */
export function parsePeerLine(text: string): PeerLine {
  if (!text.startsWith('{')) return { type: 'log', text };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: 'log', text };
  }
  if (typeof value !== 'object' || value === null) return { type: 'log', text };
  if ('reply' in value) {
    const parsed = replySchema.safeParse(value);
    return parsed.success
      ? { type: 'reply', reply: parsed.data }
      : { type: 'log', text, problem: `not a reply of the contract: ${firstIssue(parsed.error)}` };
  }
  if ('event' in value) {
    const parsed = eventSchema.safeParse(value);
    return parsed.success
      ? { type: 'event', event: parsed.data }
      : { type: 'log', text, problem: `not an event of the contract: ${firstIssue(parsed.error)}` };
  }
  return { type: 'log', text };
}

function firstIssue(error: {
  readonly issues: readonly { readonly path: PropertyKey[]; readonly message: string }[];
}): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'unknown problem';
  const where = issue.path.map(String).join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}

/** The longest line that is kept whole, in characters; what follows on that line is cut off. */
export const MAX_LINE_LENGTH: number = 4 * 1024 * 1024;

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

  /** Takes a chunk and hands on each line that it completes. */
  push(chunk: string): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf('\n', start);
      if (end === -1) break;
      this.#keep(chunk.slice(start, end));
      start = end + 1;
      this.flush();
    }
    if (start < chunk.length) this.#keep(chunk.slice(start));
  }

  /** Hands on what stands without a line end: for the end of the stream. */
  flush(): void {
    if (this.#restLength === 0) return;
    const line = this.#rest.length === 1 ? (this.#rest[0] ?? '') : this.#rest.join('');
    this.#rest = [];
    this.#restLength = 0;
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text !== '') this.#onLine(text);
  }

  #keep(part: string): void {
    const room = MAX_LINE_LENGTH - this.#restLength;
    if (room <= 0 || part === '') return;
    this.#rest.push(part.length > room ? part.slice(0, room) : part);
    this.#restLength += Math.min(part.length, room);
  }
}
