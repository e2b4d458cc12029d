/**
 * One reader of a trace, by server-sent events. It is written to as fast as it reads, from the log, and never further: who
 * does not read at all, or falls out of what the log keeps, is cut off and may come again.
 */

import type { ServerResponse } from 'node:http';
import { startTicker, startTimer, stopTimer, type Ticker, type Timer } from '@peerlab/timers';
import type { TraceLog } from './trace-log.ts';

/** Characters that go into one write. */
const CHUNK_LENGTH = 64 * 1024;

/** How long a reader may take nothing while something waits for it. @default 30 s: a browser that is busy, or asleep */
const STALL_MS = 30_000;

/** Between words to a reader when there is nothing to tell: a connection that is gone is noticed by them. */
const KEEP_ALIVE_MS = 15_000;

/** What a reader is told first, beside the state of the log. */
export interface Greeting {
  readonly mode: 'live' | 'replay';
  /** What a reader should know, such as that a recording was cut off; empty for nothing. */
  readonly note: string;
}

/** How a reader is served. */
export interface EventStreamOptions {
  readonly greeting: Greeting;
  /** The header `Last-Event-ID`: where a reader that was here before had come to. */
  readonly lastEventId?: string | undefined;
  /** @default 30000 */
  readonly stallMs?: number | undefined;
  /** Called when a reader was cut off because it did not keep up. */
  readonly onDropped?: (() => void) | undefined;
}

/** See the module's header. */
export class EventStream {
  readonly #log: TraceLog;
  readonly #response: ServerResponse;
  readonly #options: EventStreamOptions;
  readonly #keepAlive: Ticker;
  readonly #stop: () => void;
  #next: number;
  #session: string;
  #isOpened: boolean;
  #isScheduled = false;
  #isFinishing = false;
  #stall: Timer | undefined;

  constructor(log: TraceLog, response: ServerResponse, options: EventStreamOptions) {
    this.#log = log;
    this.#response = response;
    this.#options = options;
    const resumeAt = resumedNumber(log, options.lastEventId);
    this.#isOpened = resumeAt !== undefined;
    this.#next = resumeAt ?? log.first;
    this.#session = log.session;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    // A reader that waits for a lab gets a notice, and a new greeting once there is one.
    if (this.#isOpened || log.header === undefined) response.write(this.#hello());
    response.on('drain', () => this.#drained());
    response.on('close', () => this.close());
    this.#keepAlive = startTicker(() => {
      if (this.#stall === undefined && !response.writableEnded) response.write(':\n\n');
    }, KEEP_ALIVE_MS);
    this.#keepAlive.unref();
    this.#stop = log.onLine(() => this.#schedule());
    this.#schedule();
  }

  /** Ends it once the reader has received everything. */
  finish(): void {
    this.#isFinishing = true;
    this.#schedule();
  }

  /** Ends it, without waiting for the reader. */
  close(): void {
    stopTimer(this.#keepAlive);
    stopTimer(this.#stall);
    this.#stop();
    this.#response.destroy();
  }

  #drained(): void {
    stopTimer(this.#stall);
    this.#stall = undefined;
    this.#schedule();
  }

  /** Writes after the current task: lines that arrive together are sent together. */
  #schedule(): void {
    if (this.#isScheduled || this.#stall !== undefined) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#write();
    });
  }

  #write(): void {
    while (!this.#response.destroyed && this.#stall === undefined) {
      const chunk = this.#chunk();
      if (chunk === undefined) return;
      if (chunk !== '' && !this.#response.write(chunk)) this.#awaitDrain();
      if (chunk === '') {
        if (this.#isFinishing) this.#response.end();
        return;
      }
    }
  }

  #hello(): string {
    const { session, header, next, opening } = this.#log;
    const { mode, note } = this.#options.greeting;
    const resumed = this.#isOpened;
    const backlog = resumed ? next - this.#next : next - this.#log.first + opening.length;
    const canAct = mode === 'live';
    const canPass = canAct && header?.clock === 'virtual';
    const hello = { session, lab: header?.lab ?? null, mode, note, resumed, backlog, canAct, canPass };
    return `event: hello\ndata: ${JSON.stringify(hello)}\n\n`;
  }

  /** What comes next, empty for nothing; undefined when the reader had to be cut off. */
  #chunk(): string | undefined {
    const { session, opening, first } = this.#log;
    let text = '';
    if (this.#session !== session) {
      // Another trace has begun in place of the one that was read.
      this.#isOpened = false;
      this.#session = session;
    }
    if (!this.#isOpened && opening.length > 0) {
      text = this.#hello();
      this.#isOpened = true;
      this.#next = first;
      // A reader that reconnects after these continues with the first event.
      text += opening.map(line => `id: ${session}.${first - 1}\ndata: ${line}\n\n`).join('');
    }
    if (!this.#isOpened) return text;
    if (this.#next < first) {
      this.#drop();
      return undefined;
    }
    for (; text.length < CHUNK_LENGTH; this.#next++) {
      const line = this.#log.line(this.#next);
      if (line === undefined) break;
      text += `id: ${session}.${this.#next}\ndata: ${line}\n\n`;
    }
    return text;
  }

  #awaitDrain(): void {
    this.#stall = startTimer(() => this.#drop(), this.#options.stallMs ?? STALL_MS);
    this.#stall.unref();
  }

  #drop(): void {
    this.#options.onDropped?.();
    this.close();
  }
}

/** The number of the event to go on with; undefined for a reader that must begin anew. */
function resumedNumber(log: TraceLog, lastEventId: string | undefined): number | undefined {
  const [session, seen] = lastEventId?.split('.') ?? [];
  const next = Number(seen) + 1;
  const isKept = session === log.session && Number.isInteger(next) && next >= log.first && next <= log.next;
  return isKept ? next : undefined;
}
