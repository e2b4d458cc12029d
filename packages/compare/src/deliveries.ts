/** Waits for the deliveries of messages, and counts those that are missing or come twice. */

import type { PeerEvent } from '@peerlab/contract';
import type { PeerClient } from '@peerlab/driver';
import { startTimer, stopTimer } from '@peerlab/timers';

/** One message that is waited for. */
interface Awaited {
  readonly receivers: Set<string>;
  readonly sentAtMs: number;
  readonly done: (timeMs: number | undefined) => void;
}

/** See the module's header. */
export class Deliveries implements Disposable {
  readonly #awaited: Map<string, Awaited> = new Map();
  /** Deliveries of messages whose id has not come back yet: an event may overtake the reply. */
  readonly #early: Map<string, { peer: string; atMs: number }[]> = new Map();
  readonly #finished: Set<string> = new Set();
  readonly #expected: number;
  readonly #stops: readonly (() => void)[];
  #delivered = 0;
  #missing = 0;
  #twice = 0;
  #lastAtMs = 0;

  /** @param expected how many peers have to receive each message */
  constructor(clients: readonly PeerClient[], expected: number) {
    this.#expected = expected;
    this.#stops = clients.map(client => client.onEvent(event => this.#take(client.name, event)));
  }

  get delivered(): number {
    return this.#delivered;
  }

  /** Deliveries that had not come when their bound was over. */
  get missing(): number {
    return this.#missing;
  }

  /** Deliveries of messages that were not sent here. */
  get others(): number {
    return [...this.#early.values()].reduce((sum, early) => sum + early.length, 0);
  }

  get twice(): number {
    return this.#twice;
  }

  /** When the latest delivery came, on the clock of `performance.now()`. */
  get lastAtMs(): number {
    return this.#lastAtMs;
  }

  /**
   * Sends a message, and waits until everybody has it.
   * @returns from sending to the last delivery in milliseconds, or undefined when some are missing at the bound
   */
  async send(client: PeerClient, payload: string, timeoutMs: number): Promise<number | undefined> {
    const sentAtMs = performance.now();
    const { id } = await client.request({ command: 'broadcast', payload });
    if (this.#expected === 0) return 0;
    return await new Promise(resolve => {
      const timer = startTimer(() => this.#giveUp(id), timeoutMs);
      const done = (timeMs: number | undefined): void => {
        stopTimer(timer);
        resolve(timeMs);
      };
      this.#awaited.set(id, { receivers: new Set(), sentAtMs, done });
      const early = this.#early.get(id) ?? [];
      this.#early.delete(id);
      for (const { peer, atMs } of early) this.#count(id, peer, atMs);
    });
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
  }

  #take(peer: string, event: PeerEvent): void {
    if (event.event !== 'received' || event.kind !== 'broadcast') return;
    const { id } = event;
    const atMs = performance.now();
    if (this.#awaited.has(id) || this.#finished.has(id)) this.#count(id, peer, atMs);
    else this.#early.set(id, [...(this.#early.get(id) ?? []), { peer, atMs }]);
  }

  #count(id: string, peer: string, atMs: number): void {
    const awaited = this.#awaited.get(id);
    if (awaited === undefined || awaited.receivers.has(peer)) {
      this.#twice++;
      return;
    }
    awaited.receivers.add(peer);
    this.#delivered++;
    this.#lastAtMs = atMs;
    if (awaited.receivers.size < this.#expected) return;
    this.#finish(id);
    awaited.done(atMs - awaited.sentAtMs);
  }

  #giveUp(id: string): void {
    const awaited = this.#awaited.get(id);
    if (awaited === undefined) return;
    this.#missing += this.#expected - awaited.receivers.size;
    this.#finish(id);
    awaited.done(undefined);
  }

  #finish(id: string): void {
    this.#awaited.delete(id);
    this.#finished.add(id);
  }
}
