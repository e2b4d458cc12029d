/** The control channel of one peer in a block: the lines of the block's stream that bear its mark. */
import type { ChannelEnd } from '@peerlab/driver';
import { LabError, LastWords } from '@peerlab/driver';
import type { DockerChannel } from '../channel.ts';
import type { OutputStream } from '../demux.ts';

/** Characters that are kept for the first listener; what comes then is counted, and told to it. */
const KEPT_CHARACTERS = 256 * 1024;

/** See the module's header. */
export class PackedChannel implements DockerChannel {
  readonly closed: Promise<ChannelEnd>;
  readonly lastWords: LastWords = new LastWords();
  readonly #name: string;
  readonly #write: (line: string) => Promise<void>;
  readonly #resolve: (end: ChannelEnd) => void;
  #listeners: ((line: string, stream: OutputStream) => void)[] = [];
  #kept: { readonly line: string; readonly stream: OutputStream }[] = [];
  #keptLength = 0;
  #lost = 0;
  #open = true;

  /** @param write hands a line of this peer to the block's stream */
  constructor(name: string, write: (line: string) => Promise<void>) {
    this.#name = name;
    this.#write = write;
    const { promise, resolve } = withResolvers<ChannelEnd>();
    this.closed = promise;
    this.#resolve = resolve;
  }

  get open(): boolean {
    return this.#open;
  }

  get isHeard(): boolean {
    return this.#listeners.length > 0;
  }

  async write(line: string): Promise<void> {
    if (!this.#open) throw new LabError('PEER_FAILED', `the control channel of ${this.#name} is closed`);
    await this.#write(line);
  }

  listen(listener: (line: string, stream: OutputStream) => void): void {
    this.#listeners = [...this.#listeners, listener];
    const kept = this.#kept;
    this.#kept = [];
    this.#keptLength = 0;
    for (const { line, stream } of kept) listener(line, stream);
    if (this.#lost > 0) listener(JSON.stringify({ event: 'overflow', lost: this.#lost }), 'stdout');
    this.#lost = 0;
  }

  close(): void {
    this.end({ reason: 'let go' });
  }

  /** Takes a line of the peer. */
  take(line: string, stream: OutputStream): void {
    // What the contract says explains no end.
    if (!line.startsWith('{"')) this.lastWords.add(line);
    if (this.#listeners.length > 0) {
      for (const listener of this.#listeners) listener(line, stream);
    } else if (this.#keptLength > KEPT_CHARACTERS) this.#lost++;
    else {
      this.#kept.push({ line, stream });
      this.#keptLength += line.length;
    }
  }

  /** The peer has ended, or its block has. */
  end(end: ChannelEnd): void {
    if (!this.#open) return;
    this.#open = false;
    this.#resolve(end);
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>(settle => {
    resolve = settle;
  });
  return { promise, resolve };
}
