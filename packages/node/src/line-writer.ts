/**
 * The control agent's output: lines of one turn of the event loop leave together, and what a controller does not read is
 * bounded. Replies always get through, since each answers a command that somebody waits for; events and log lines
 * that do not fit are dropped, and counted in an event as soon as there is room.
 */
import type { PeerEvent } from '@peerlab/contract';

/**
 * What may wait for a controller that does not read, in bytes.
 * @default 64 MiB: all events of a long default check
 */
const MAX_WAITING_BYTES: number = 64 * 1024 * 1024;
/** Of a process's memory, what waiting lines may take: each is in memory twice while it is written. */
const LINES_RATIO = 1 / 8;

/** What may wait in a process that may take so much memory. */
export function maxWaitingBytes(memoryBytes: number): number {
  return Math.min(MAX_WAITING_BYTES, Math.floor(memoryBytes * LINES_RATIO));
}

/** Where lines go: a stream, or what stands for one. */
export interface LineOutput {
  on(event: 'error' | 'drain', listener: () => void): unknown;
  write(text: string, done?: () => void): unknown;
  /** What nobody has taken yet, in bytes. */
  readonly writableLength?: number;
}

/** See the module's header. A reader that went away does not end the peer. */
export class LineWriter {
  readonly #output: LineOutput;
  readonly #maxWaitingBytes: number;
  #batch = '';
  #lostEvents = 0;

  constructor(output: LineOutput, maxWaitingBytes: number = MAX_WAITING_BYTES) {
    this.#output = output;
    this.#maxWaitingBytes = maxWaitingBytes;
    output.on('error', () => undefined);
    output.on('drain', () => this.#tellLoss());
  }

  /** Takes one line of the contract, or of the log, without its line end. */
  write(line: string): void {
    if (line.startsWith('{"reply":')) {
      // The reader of the reply may judge by what came before it: a loss is reported first.
      this.#tellLoss();
      this.#add(line);
      return;
    }
    if (this.#isFull) {
      this.#lostEvents++;
      return;
    }
    this.#tellLoss();
    this.#add(line);
  }

  /** Writes what waits, then calls `done`. */
  end(done: () => void): void {
    this.#tellLoss();
    const text = this.#takeBatch();
    if (text === '') done();
    else this.#output.write(text, () => done());
  }

  get #isFull(): boolean {
    const { writableLength = 0 } = this.#output;
    return writableLength + this.#batch.length > this.#maxWaitingBytes;
  }

  #tellLoss(): void {
    if (this.#lostEvents === 0) return;
    const event: PeerEvent = { event: 'overflow', lost: this.#lostEvents };
    this.#lostEvents = 0;
    this.#add(JSON.stringify(event));
  }

  #add(line: string): void {
    if (this.#batch === '') setImmediate(() => this.#flush());
    this.#batch += `${line}\n`;
  }

  #flush(): void {
    const text = this.#takeBatch();
    if (text !== '') this.#output.write(text);
  }

  #takeBatch(): string {
    const text = this.#batch;
    this.#batch = '';
    return text;
  }
}
