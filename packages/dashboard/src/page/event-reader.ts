/**
 * Reads server-sent events, as they come by the thousand: a browser's own reader makes an event object of each, which
 * takes longer than all that the page does with them. A connection that is lost is made anew, from where it was.
 */
import { pause } from '@peerlab/timers';

/** Between two tries, in milliseconds: the first, and the longest. */
const RETRY_MS = 300;
const LONGEST_RETRY_MS = 3000;

/** What a reader is told. */
export interface EventReaderOptions {
  /** An event: its name, `message` where it has none, and its data. */
  readonly onEvent: (name: string, data: string) => void;
  /** The connection is lost, or was refused with a status. @returns whether to try again */
  readonly onLost: (status: number | undefined) => boolean;
}

/** See the module's header. */
export class EventReader {
  readonly #address: string;
  readonly #options: EventReaderOptions;
  #lastId = '';
  #retryMs = RETRY_MS;
  #rest = '';

  constructor(address: string, options: EventReaderOptions) {
    this.#address = address;
    this.#options = options;
  }

  /** Reads until it is not to try again. */
  async run(): Promise<void> {
    for (;;) {
      const status = await this.#read().catch(() => undefined);
      if (!this.#options.onLost(status)) return;
      await pause(this.#retryMs);
      this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 1.5);
    }
  }

  /** Reads one connection to its end. @returns the status of a refusal */
  async #read(): Promise<number | undefined> {
    const headers = { accept: 'text/event-stream', ...(this.#lastId === '' ? {} : { 'last-event-id': this.#lastId }) };
    const response = await fetch(this.#address, { headers, cache: 'no-store' });
    if (!response.ok || response.body === null) return response.status;
    this.#retryMs = RETRY_MS;
    this.#rest = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      this.#take(value);
    }
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      let name = 'message';
      let data = '';
      for (const line of block.split('\n')) {
        if (line.startsWith('data: ')) data = line.slice(6);
        else if (line.startsWith('id: ')) this.#lastId = line.slice(4);
        else if (line.startsWith('event: ')) name = line.slice(7);
      }
      if (data !== '') this.#options.onEvent(name, data);
    }
  }
}
