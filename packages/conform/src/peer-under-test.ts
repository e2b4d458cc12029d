/** One peer under test: every line to and from it is kept, and commands can be written that no client would write. */

import { type PeerEvent, parsePeerLine } from '@peerlab/contract';
import type { ChannelEnd, PeerChannel } from '@peerlab/driver';
import { PeerClient } from '@peerlab/driver';
import { startTimer, stopTimer } from '@peerlab/timers';
import { ClauseBroken, inWords } from './clause-errors.ts';

/** A line, and which way it went. */
export interface Entry {
  readonly way: '<-' | '->' | 'err';
  readonly text: string;
  /** Of all lines of the process, for putting those of several peers into order. */
  readonly order: number;
}

/** A reply as the peer wrote it. */
export interface RawReply {
  readonly reply: string;
  readonly result?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

let lines = 0;

/** See the module's header. */
export class PeerUnderTest {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly nodeId: string;
  /** The same channel, for what is not in question. */
  readonly client: PeerClient;
  readonly ended: Promise<ChannelEnd>;
  readonly #channel: PeerChannel;
  readonly #entries: Entry[] = [];
  readonly #watchers: Set<() => void> = new Set();
  readonly #boundMs: number;
  #sequence = 0;
  #mark = 0;
  #lostBefore = 0;
  #shownFrom = 0;

  constructor(
    channel: PeerChannel,
    peer: {
      readonly name: string;
      readonly index: number;
      readonly address: string;
      readonly port: number;
      readonly nodeId: string;
    },
    boundMs: number,
  ) {
    this.name = peer.name;
    this.address = peer.address;
    this.port = peer.port;
    this.nodeId = peer.nodeId;
    this.ended = channel.closed;
    this.#channel = channel;
    this.#boundMs = boundMs;
    const keep = (way: Entry['way'], text: string): void => {
      this.#entries.push({ way, text, order: lines++ });
      for (const watcher of this.#watchers) watcher();
    };
    const client: PeerChannel = {
      write: async line => {
        keep('<-', line);
        await channel.write(line);
      },
      listen: listener =>
        channel.listen((text, stream) => {
          keep(stream === 'stdout' ? '->' : 'err', text);
          listener(text, stream);
        }),
      closed: channel.closed,
      close: () => channel.close(),
    };
    this.client = new PeerClient(client, peer.name, peer.index, boundMs);
    this.#write = async line => await client.write(line);
  }

  readonly #write: (line: string) => Promise<void>;

  /** A new clause begins: what was said before is not its own. */
  mark(): void {
    this.#mark = this.#entries.length;
    this.#lostBefore = this.client.lostEvents;
    this.#shownFrom = this.#mark;
    this.client.forgive();
  }

  /** What was said so far went well: a failure later in the clause is told without it. */
  passed(): void {
    this.#shownFrom = this.#entries.length;
  }

  /** The lines that a failure is told with. */
  get shown(): readonly Entry[] {
    return this.#entries.slice(this.#shownFrom);
  }

  /** Lines since the mark. */
  get entries(): readonly Entry[] {
    return this.#entries.slice(this.#mark);
  }

  /** Events of the clause that went unread: what is missing may be among them. */
  get lost(): number {
    return this.client.lostEvents - this.#lostBefore;
  }

  /** Every line since the start. */
  get all(): readonly Entry[] {
    return this.#entries;
  }

  /** Events since the mark; with a name, those alone. */
  events<E extends PeerEvent['event']>(name: E): Extract<PeerEvent, { event: E }>[] {
    return eventsOf(this.entries).filter((event): event is Extract<PeerEvent, { event: E }> => event.event === name);
  }

  /** Replies since the mark, as they were written. */
  get replies(): RawReply[] {
    return this.entries.flatMap(({ way, text }) => (way === '->' ? rawReply(text) : []));
  }

  /** Writes a line as it is. */
  async write(line: string): Promise<void> {
    await this.#write(line);
  }

  /** Writes a command with a new sequence number, and waits for its reply, whatever that is. */
  async ask(command: Readonly<Record<string, unknown>>): Promise<RawReply> {
    const seq = `c-${++this.#sequence}`;
    await this.write(JSON.stringify({ seq, ...command }));
    return await this.until(
      () => this.replies.find(({ reply }) => reply === seq),
      `no reply to ${String(command.command)}`,
    );
  }

  /** As {@link ask}, for a command that must be refused. @throws {ClauseBroken} where it is not refused with this code */
  async refuses(command: Readonly<Record<string, unknown>>, code: string): Promise<void> {
    const { error } = await this.ask(command);
    const shown = JSON.stringify(command);
    if (error === undefined) throw new ClauseBroken(`${shown} was answered with a result, not with the error ${code}`);
    if (error.code !== code)
      throw new ClauseBroken(`${shown} was refused with ${JSON.stringify(error.code)}, not "${code}"`);
    if (typeof error.message !== 'string' || error.message.includes('\n')) {
      throw new ClauseBroken(`the error to ${shown} has no message of one line`);
    }
  }

  /**
   * Waits until something is there.
   * @param otherwise what it is to be told that it did not come: `no reply to info`
   * @throws {ClauseBroken} after the bound, or as soon as the peer has ended
   */
  async until<T>(find: () => T | undefined, otherwise: string, boundMs: number = this.#boundMs): Promise<T> {
    return await new Promise((resolve, reject) => {
      const settle = (): void => {
        stopTimer(timer);
        this.#watchers.delete(look);
      };
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        settle();
        resolve(found);
      };
      const timer = startTimer(() => {
        settle();
        reject(new ClauseBroken(`${this.name}: ${otherwise} within ${boundMs} ms`));
      }, boundMs);
      this.#watchers.add(look);
      look();
      void this.ended.then(({ reason }) => {
        look();
        settle();
        reject(new ClauseBroken(`${this.name}: ${otherwise}: it ${inWords(reason)}`));
      });
    });
  }

  /** Lets go of the control stream, which ends the input of a throw-away peer. */
  letGo(): void {
    this.#channel.close();
  }
}

/** The events among lines. */
export function eventsOf(entries: readonly Entry[]): PeerEvent[] {
  return entries.flatMap(({ way, text }) => {
    const line = way === '->' ? parsePeerLine(text) : undefined;
    return line?.type === 'event' ? [line.event] : [];
  });
}

function rawReply(text: string): RawReply[] {
  if (!text.startsWith('{')) return [];
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'reply' in value ? [value as RawReply] : [];
  } catch {
    return [];
  }
}
