/**
 * Connections in virtual time, as TCP gives them: each direction in order, with random delays, its bytes split and
 * joined at random. Deterministic from a seed. A test that wants to choose the order of arrivals itself uses `held`.
 */
import type { LinkTransport } from '../src/index.ts';
import type { Chance } from './chance.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Who takes a connection's bytes and its end; `L` is what stands for the connection there. */
export interface ConnectionUser<L> {
  received(link: L, chunk: Uint8Array): void;
  ended(link: L): void;
}

/** How a network treats bytes. */
export interface NetworkSettings {
  /** Each arrival's delay in milliseconds, drawn anew for each; order within a direction is kept. */
  readonly delayMs: () => number;
  /** Split and join chunks at random. */
  readonly isChopping: boolean;
}

/** One end of a connection. */
export class ConnectionEnd<L> implements LinkTransport {
  readonly #network: VirtualNetwork;
  readonly #user: ConnectionUser<L>;
  link: L | undefined;
  other: ConnectionEnd<L> | undefined;
  /** Everything that was sent, for tests that look at the wire. */
  readonly sent: Uint8Array[] = [];
  closedHow: 'flush' | 'abort' | undefined;
  /** The other end takes nothing for now: bytes wait here. */
  isStalled = false;
  /** Bytes vanish on the way and no end is told: a cable that was pulled. */
  isCut = false;
  /** As an encrypted connection has one: both ends the same, no other connection. */
  binding: Uint8Array | undefined;
  #way: { readonly bytes: Uint8Array | 'end'; readonly atMs: number }[] = [];
  #lastMs = 0;
  #isEnded = false;

  constructor(network: VirtualNetwork, user: ConnectionUser<L>) {
    this.#network = network;
    this.#user = user;
  }

  /** Only bytes that the network does not take count: those under way are the network's. */
  get queuedBytes(): number {
    if (!this.isStalled) return 0;
    return this.#way.reduce((sum, { bytes }) => sum + (bytes === 'end' ? 0 : bytes.length), 0);
  }

  /** Arrivals that wait in this end's direction of sending, in a network that is held. */
  get underWay(): number {
    return this.#way.length;
  }

  send(bytes: Uint8Array): number {
    if (this.closedHow !== undefined) return 0;
    this.sent.push(bytes.slice());
    this.#put(bytes.slice());
    return 0;
  }

  close(how: 'flush' | 'abort'): void {
    if (this.closedHow !== undefined) return;
    this.closedHow = how;
    if (how === 'abort') this.#way = [];
    this.#put('end');
  }

  /** Sends on what waited. */
  resume(): void {
    this.isStalled = false;
    this.#network.clock.at(this.#network.clock.nowMs, () => this.arrive());
  }

  /** Hands what is due to the other end. */
  arrive(): void {
    if (this.isStalled) return;
    const { clock, settings } = this.#network;
    const due: Uint8Array[] = [];
    while (this.#way[0] !== undefined && this.#way[0].atMs <= clock.nowMs) {
      const { bytes } = this.#way.shift() ?? { bytes: 'end' as const };
      if (bytes !== 'end') due.push(bytes);
      else {
        this.#deliver(due, settings.isChopping);
        this.other?.end();
        return;
      }
    }
    this.#deliver(due, settings.isChopping);
  }

  /** In a network that is held: hands the next arrival over, whole and alone. */
  arriveNext(): void {
    const next = this.#way.shift();
    if (next === undefined) return;
    if (next.bytes === 'end') this.other?.end();
    else this.other?.take(next.bytes);
  }

  take(chunk: Uint8Array): void {
    if (this.closedHow === undefined && this.link !== undefined && !this.#isEnded) {
      this.#user.received(this.link, chunk);
    }
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.closedHow === undefined && this.link !== undefined) this.#user.ended(this.link);
    this.close('flush');
  }

  #put(bytes: Uint8Array | 'end'): void {
    if (this.isCut) return;
    const { clock, settings, isHeld } = this.#network;
    this.#lastMs = Math.max(this.#lastMs, clock.nowMs + settings.delayMs());
    this.#way.push({ bytes, atMs: this.#lastMs });
    if (!isHeld) clock.at(this.#lastMs, () => this.arrive());
  }

  #deliver(arrivals: readonly Uint8Array[], isChopping: boolean): void {
    if (!isChopping) {
      for (const bytes of arrivals) this.other?.take(bytes);
      return;
    }
    const joined = joinBytes(arrivals);
    for (let at = 0; at < joined.length; ) {
      const part = 1 + this.#network.chance.below(Math.min(200, joined.length - at));
      this.other?.take(joined.slice(at, at + part));
      at += part;
    }
  }
}

/** See the module's header. */
export class VirtualNetwork {
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly settings: NetworkSettings;
  /** Arrivals wait for `arriveNext`. */
  readonly isHeld: boolean;

  constructor(clock: VirtualClock, chance: Chance, settings: NetworkSettings, isHeld = false) {
    this.clock = clock;
    this.chance = chance;
    this.settings = settings;
    this.isHeld = isHeld;
  }

  /** Two ends of a new connection. */
  connection<L>(dialler: ConnectionUser<L>, acceptor: ConnectionUser<L>): [ConnectionEnd<L>, ConnectionEnd<L>] {
    const a = new ConnectionEnd(this, dialler);
    const b = new ConnectionEnd(this, acceptor);
    a.other = b;
    b.other = a;
    return [a, b];
  }
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
