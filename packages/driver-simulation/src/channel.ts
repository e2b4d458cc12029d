/** A control channel to a simulated peer: lines by way of the pump, in virtual time. */

import type { ChannelEnd, PeerChannel } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { AgentPeer } from '@peerlab/simulation';
import type { Pump } from './pump.ts';

/** Lines kept for the first listener; past it the oldest go. A peer prints few before somebody listens. */
const MAX_KEPT_LINES = 10_000;

type Listener = Parameters<PeerChannel['listen']>[0];
type Stream = Parameters<Listener>[1];

/** See the module's header. */
export class SimulationChannel implements PeerChannel {
  readonly closed: Promise<ChannelEnd>;
  readonly peer: AgentPeer;
  readonly #name: string;
  readonly #pump: Pump;
  readonly #resolveClosed: (end: ChannelEnd) => void;
  #listeners: readonly Listener[] = [];
  #kept: { readonly line: string; readonly stream: Stream; readonly atMs: number }[] = [];
  #isOpen = true;

  constructor(peer: AgentPeer, name: string, pump: Pump) {
    this.peer = peer;
    this.#name = name;
    this.#pump = pump;
    let resolveClosed: (end: ChannelEnd) => void = () => undefined;
    this.closed = new Promise(resolve => {
      resolveClosed = resolve;
    });
    this.#resolveClosed = resolveClosed;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  write(line: string): Promise<void> {
    if (!this.#isOpen || this.peer.end !== undefined) {
      return Promise.reject(new LabError('PEER_FAILED', `the control channel of ${this.#name} is closed`));
    }
    this.#pump.command(this.peer, line);
    return Promise.resolve();
  }

  listen(listener: Listener): void {
    this.#listeners = [...this.#listeners, listener];
    const kept = this.#kept;
    this.#kept = [];
    for (const { line, stream, atMs } of kept) listener(line, stream, atMs);
  }

  close(): void {
    this.finish({ reason: 'let go' });
  }

  /** Hands on a line that the peer printed. @param atMs when, in virtual milliseconds */
  take(line: string, stream: Stream, atMs: number): void {
    if (!this.#isOpen) return;
    if (this.#listeners.length === 0) {
      this.#kept.push({ line, stream, atMs });
      if (this.#kept.length > MAX_KEPT_LINES) this.#kept.shift();
    }
    for (const listener of this.#listeners) listener(line, stream, atMs);
  }

  /** The peer's output has ended. */
  finish(end: ChannelEnd): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#resolveClosed(end);
  }
}
