/**
 * The latest part of a lab's trace, for the pages that show it: bounded, so that a page may stay open for days. What is
 * let go of at its beginning is folded into its header, which says how the lab was at the first line that is kept.
 */
import { randomBytes } from 'node:crypto';
import type { TraceEvent, TraceHeader, TraceSink } from '@peerlab/trace';
import { changesLab, LabState } from './lab-state.ts';

/** Characters that are kept. @default 64 Mi: some 300,000 events, about what a page can take */
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** Of what is kept, so much goes at once: rarely, rather than with every line. */
const TRIMMED_PART = 0.25;

/** See the module's header. */
export class TraceLog {
  readonly #maxCharacters: number;
  readonly #listeners: Set<() => void> = new Set();
  #state: LabState | undefined;
  #opening: string[] = [];
  #lines: string[] = [];
  #first = 1;
  #characters = 0;
  #header: TraceHeader | undefined;
  #session: string = newSession();
  /** Events that change how the lab is, by number, of those that are kept. */
  #changes: { readonly number: number; readonly event: TraceEvent }[] = [];

  /** @param maxCharacters what is kept; see {@link MAX_CHARACTERS} */
  constructor(maxCharacters: number = MAX_CHARACTERS) {
    this.#maxCharacters = maxCharacters;
  }

  /** Takes the lines of a recorder, the header first. Another header begins another trace, in place of the one before. */
  readonly sink: TraceSink = (line, value) => {
    if ('event' in value) this.#add(line, value);
    else this.#begin(line, value);
    for (const listener of this.#listeners) listener();
  };

  /** Tells this trace from those before and after it, so that nobody goes on reading in another. */
  get session(): string {
    return this.#session;
  }

  /** The header as it was recorded; undefined before. */
  get header(): TraceHeader | undefined {
    return this.#header;
  }

  /** The header, and what else a reader must know before the line {@link first}; empty before there is a header. */
  get opening(): readonly string[] {
    return this.#opening;
  }

  /** The number of the oldest event that is kept, from 1. */
  get first(): number {
    return this.#first;
  }

  /** The number that the next event will have. */
  get next(): number {
    return this.#first + this.#lines.length;
  }

  /** An event's line, by its number; undefined for what is not kept, or not yet there. */
  line(number: number): string | undefined {
    return this.#lines[number - this.#first];
  }

  /** Calls the listener after every line. @returns a function that stops it */
  onLine(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #begin(line: string, header: TraceHeader): void {
    if (this.#header !== undefined) this.#session = newSession();
    this.#header = header;
    this.#state = new LabState(header);
    this.#opening = [line];
    this.#lines = [];
    this.#changes = [];
    this.#first = 1;
    this.#characters = 0;
  }

  #add(line: string, event: TraceEvent): void {
    if (changesLab(event)) this.#changes.push({ number: this.next, event });
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters > this.#maxCharacters) this.#trim();
  }

  #trim(): void {
    const keep = this.#maxCharacters * (1 - TRIMMED_PART);
    let count = 0;
    for (; this.#characters > keep && count < this.#lines.length - 1; count++) {
      this.#characters -= this.#lines[count]?.length ?? 0;
    }
    this.#lines.splice(0, count);
    this.#first += count;
    const gone = this.#changes.findIndex(({ number }) => number >= this.#first);
    const folded = this.#changes.splice(0, gone === -1 ? this.#changes.length : gone);
    for (const { event } of folded) this.#state?.take(event);
    this.#opening = this.#state?.opening().map(value => JSON.stringify(value)) ?? [];
  }
}

function newSession(): string {
  return randomBytes(6).toString('base64url');
}
