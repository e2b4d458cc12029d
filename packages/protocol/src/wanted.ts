/**
 * The addresses that this peer wants a link to: those that it was told to dial. A link that goes down is dialled again
 * (redial.ts) until its user hangs up.
 */
import { formatId, type Id } from './id.ts';
import type { Link, LinkEnd } from './link.ts';
import { Redial, type RedialOptions } from './redial.ts';

/** Ends that dialling again cannot mend. */
const HOPELESS: ReadonlySet<LinkEnd> = new Set(['own-id', 'wrong-version', 'wrong-network']);

interface WantedAddress {
  readonly host: string;
  readonly port: number;
  readonly redial: Redial;
  /** The peer that answers there, once known. */
  peer: string | undefined;
  state: 'dialling' | 'up' | 'waiting';
  dialAtMs: number;
}

/** See the module's header. */
export class Wanted {
  readonly #random: () => number;
  readonly #options: RedialOptions;
  readonly #addresses: Map<string, WantedAddress> = new Map();
  /** Peers that are not dialled for now. */
  readonly #held: Set<string> = new Set();

  /** @param random uniform in [0, 1) */
  constructor(random: () => number, options: RedialOptions) {
    this.#random = random;
    this.#options = options;
  }

  /** Wants a link to an address; true when it is new, and is to be dialled now. */
  add(host: string, port: number): boolean {
    const key = `${host}:${port}`;
    if (this.#addresses.has(key)) return false;
    const redial = new Redial(this.#random, this.#options);
    this.#addresses.set(key, { host, port, redial, peer: undefined, state: 'dialling', dialAtMs: 0 });
    return true;
  }

  /** The dial to an address succeeded, by this link or by another one to the same peer. */
  reached(host: string, port: number, link: Link, nowMs: number): void {
    const wanted = this.#addresses.get(`${host}:${port}`);
    if (wanted === undefined || link.peer === undefined) return;
    wanted.peer = formatId(link.peer);
    wanted.state = 'up';
    wanted.redial.succeeded(nowMs);
  }

  /** The dial to an address failed: it is dialled again later, unless the end that it came to is beyond mending. */
  failed(host: string, port: number, end: LinkEnd | undefined, nowMs: number): void {
    const key = `${host}:${port}`;
    const wanted = this.#addresses.get(key);
    if (wanted === undefined) return;
    if (end !== undefined && HOPELESS.has(end)) this.#addresses.delete(key);
    else this.#wait(wanted, nowMs);
  }

  /** A neighbour's link went down and no other took its place: it is dialled again if it is wanted. */
  lost(peer: Id, end: LinkEnd, nowMs: number): void {
    const key = formatId(peer);
    for (const [address, wanted] of this.#addresses) {
      if (wanted.peer !== key) continue;
      if (end === 'hangup' || HOPELESS.has(end)) this.#addresses.delete(address);
      else if (wanted.state === 'up') this.#wait(wanted, nowMs);
    }
  }

  /** Whether an address is wanted at which this peer has answered. */
  includes(peer: Id): boolean {
    const key = formatId(peer);
    return [...this.#addresses.values()].some(wanted => wanted.peer === key);
  }

  /** Wants nothing of this peer any more. */
  forget(peer: Id): void {
    const key = formatId(peer);
    for (const [address, wanted] of this.#addresses) if (wanted.peer === key) this.#addresses.delete(address);
  }

  /** Does not dial this peer until it is released: it would only be turned away. */
  hold(peer: Id): void {
    this.#held.add(formatId(peer));
  }

  /** Dials this peer again, at once; as well as the addresses of which nobody knows who is there. */
  release(peer: Id, nowMs: number): void {
    const key = formatId(peer);
    this.#held.delete(key);
    for (const wanted of this.#addresses.values()) {
      if (wanted.state === 'waiting' && (wanted.peer ?? key) === key) wanted.dialAtMs = nowMs;
    }
  }

  /** The addresses that are to be dialled now; they count as being dialled. */
  due(nowMs: number): readonly { readonly host: string; readonly port: number }[] {
    const due = [...this.#addresses.values()].filter(wanted => wanted.dialAtMs <= nowMs && this.#isDialled(wanted));
    for (const wanted of due) wanted.state = 'dialling';
    return due;
  }

  /** The next time when something is due; Infinity: nothing is. */
  nextAtMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const wanted of this.#addresses.values()) if (this.#isDialled(wanted)) next = Math.min(next, wanted.dialAtMs);
    return next;
  }

  #isDialled({ state, peer }: WantedAddress): boolean {
    return state === 'waiting' && (peer === undefined || !this.#held.has(peer));
  }

  #wait(wanted: WantedAddress, nowMs: number): void {
    wanted.state = 'waiting';
    wanted.dialAtMs = nowMs + wanted.redial.failed(nowMs);
  }
}
