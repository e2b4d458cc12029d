/** A peer's control channel through its lab keeper: one run of the peer, its lines out, commands in. */
import type { ChannelEnd, PeerChannel, PeerFacts } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { type KeeperConnection, KeeperGoneError, LabEndingError } from './keeper-connection.ts';
import type { AttachAnswer, WireLine } from './messages.ts';

/** What a channel is opened on. */
export interface ChannelTarget {
  readonly connection: KeeperConnection;
  readonly peer: Pick<PeerFacts, 'index' | 'name'>;
  /** How long the keeper may take to answer, in milliseconds. */
  readonly timeoutMs: number;
  /** The run whose lines are wanted from its very first on; of another run, only those from now on. */
  readonly ownRun: number | undefined;
}

type Listener = (line: string, stream: 'stdout' | 'stderr') => void;

/**
 * Opens the channel of the current run. The keeper keeps lines until the first listener arrives.
 * @throws {LabError} `PEER_FAILED` when the peer does not run.
 */
export async function openChannel(target: ChannelTarget): Promise<LocalChannel> {
  const { connection, peer, timeoutMs, ownRun } = target;
  let channel: LocalChannel | undefined;
  const onAnswer = (answer: unknown): void => {
    const { run, start, position } = answer as AttachAnswer;
    // The channel listens from its first moment on: the keeper may report the end of the run right behind the answer.
    channel = new LocalChannel(target, run, run === ownRun ? start : position);
  };
  await connection.ask({ ask: 'attach', index: peer.index }, { timeoutMs, onAnswer });
  if (channel === undefined) throw new Error('the keeper answered, and no channel was made');
  return channel;
}

/** An open channel. */
export class LocalChannel implements PeerChannel {
  readonly closed: Promise<ChannelEnd>;
  readonly #target: ChannelTarget;
  readonly #run: number;
  readonly #from: number;
  #listeners: readonly Listener[] = [];
  #subscribed = false;
  #open = true;
  #finish: (end: ChannelEnd) => void = () => undefined;

  constructor(target: ChannelTarget, run: number, from: number) {
    this.#target = target;
    this.#run = run;
    this.#from = from;
    this.closed = new Promise(resolve => {
      this.#finish = end => {
        this.#open = false;
        resolve(end);
      };
    });
    this.#hear();
  }

  get open(): boolean {
    return this.#open;
  }

  async write(line: string): Promise<void> {
    if (!this.#open) throw this.#gone();
    const { connection, peer, timeoutMs } = this.#target;
    try {
      await connection.ask({ ask: 'write', index: peer.index, run: this.#run, line }, { timeoutMs });
    } catch (error) {
      throw error instanceof KeeperGoneError || error instanceof LabEndingError ? this.#gone(error) : error;
    }
  }

  listen(listener: Listener): void {
    this.#listeners = [...this.#listeners, listener];
    if (this.#subscribed) return;
    this.#subscribed = true;
    const { connection, peer, timeoutMs } = this.#target;
    if (!connection.open) return;
    this.#hear();
    connection
      .ask({ ask: 'subscribe', index: peer.index, run: this.#run, from: this.#from }, { timeoutMs })
      .catch(() => undefined);
  }

  close(): void {
    if (!this.#open) return;
    const { connection, peer, timeoutMs } = this.#target;
    connection.unlisten(peer.index, this.#run);
    this.#finish({ reason: 'let go' });
    connection.ask({ ask: 'detach', index: peer.index, run: this.#run }, { timeoutMs }).catch(() => undefined);
  }

  #hear(): void {
    const { connection, peer } = this.#target;
    connection.listen(peer.index, this.#run, { lines: lines => this.#take(lines), ended: end => this.#finish(end) });
  }

  #take(lines: readonly WireLine[]): void {
    for (const [stream, text] of lines) {
      for (const listener of this.#listeners) listener(text, stream === 1 ? 'stdout' : 'stderr');
    }
  }

  #gone(cause?: unknown): LabError {
    return new LabError('PEER_FAILED', `the control channel of ${this.#target.peer.name} is closed`, {
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
