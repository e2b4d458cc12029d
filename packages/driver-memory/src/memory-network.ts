/**
 * The wires of a lab in memory: each thing that waits (a frame on a link, a command at a peer) has its own queue, and
 * the seed decides which queue is served next. So readings of counters fall between any two frames.
 */
import type { Random } from '@peerlab/graph';

/** A data frame. `hops`: links that it has crossed once it arrives. */
export interface Frame {
  readonly id: string;
  readonly kind: 'broadcast' | 'dm';
  readonly origin: string;
  readonly to?: string | undefined;
  readonly ttl: number;
  readonly hops: number;
  /** True for a TTL that is small enough for the horizon to be exact. */
  readonly isExact: boolean;
  readonly payload: string | { readonly base64: string };
}

/** Things that happen in one turn of the event loop, at most. */
const TURN = 32;

/** Somebody on the wires. */
export interface Addressed {
  readonly address: string;
}

/** See the module's header. */
export class MemoryNetwork<Peer extends Addressed> {
  /** Uniform in [0, 1). */
  readonly random: Random;
  readonly #peers: Map<string, Peer> = new Map();
  readonly #queues: Map<string, (() => void)[]> = new Map();
  readonly #paused: Set<string> = new Set();
  readonly #isolated: Set<string> = new Set();
  readonly #cut: Set<string> = new Set();
  #isPumping = false;
  #sessions = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** Puts a peer on its address, in place of the one that was there. */
  join(peer: Peer): void {
    this.#peers.set(peer.address, peer);
  }

  /** The peer that takes links there. */
  at(address: string): Peer | undefined {
    return this.#peers.get(address);
  }

  /** A session id that nobody had before. */
  nextSession(): string {
    return `s${++this.#sessions}`;
  }

  /** Freezes the peer of an address, or lets it go on. */
  setPaused(address: string, isPaused: boolean): void {
    this.#set(this.#paused, address, isPaused);
  }

  /** Takes the peer of an address off the network, or brings it back: what is on its way waits. */
  setIsolated(address: string, isIsolated: boolean): void {
    this.#set(this.#isolated, address, isIsolated);
  }

  /** Holds up what the first address sends to the second, or lets it through. */
  setCut(from: string, to: string, isCut: boolean): void {
    this.#set(this.#cut, `${from}>${to}`, isCut);
  }

  /** True where nothing gets from the one to the other, or nothing back. */
  isCut(one: string, other: string): boolean {
    return this.#cut.has(`${one}>${other}`) || this.#cut.has(`${other}>${one}`);
  }

  isPaused(address: string): boolean {
    return this.#paused.has(address);
  }

  isIsolated(address: string): boolean {
    return this.#isolated.has(address);
  }

  /** Lets something happen after what already waits in the same queue: `commands <to>`, or `<from>><to>`. */
  later(queue: string, happen: () => void): void {
    const waiting = this.#queues.get(queue);
    if (waiting === undefined) this.#queues.set(queue, [happen]);
    else waiting.push(happen);
    this.#wake();
  }

  #set(names: Set<string>, name: string, isIn: boolean): void {
    if (isIn) names.add(name);
    else names.delete(name);
    this.#wake();
  }

  #wake(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    for (let n = 0; n < TURN; n++) {
      const keys = this.#served();
      if (keys.length === 0) break;
      const key = keys[this.random.below(keys.length)] ?? '';
      const queue = this.#queues.get(key);
      const happen = queue?.shift();
      if (queue?.length === 0) this.#queues.delete(key);
      happen?.();
    }
    this.#isPumping = this.#served().length > 0;
    if (this.#isPumping) setImmediate(() => this.#pump());
  }

  #served(): string[] {
    return [...this.#queues.keys()].filter(key => {
      const [from = '', to = ''] = key.split(/[ >]/);
      if (this.#cut.has(key)) return false;
      return !this.#paused.has(to) && !this.#isolated.has(from) && (from === 'commands' || !this.#isolated.has(to));
    });
  }
}
