/**
 * The addresses that this peer wants a link to: those that it was told to dial. A link that goes down is dialled again
 * (redial.ts in packages/protocol) until its user hangs up.
 */
import { formatId, type Id, type Link, type LinkEnd, Redial } from '@peerlab/protocol';

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
  readonly #addresses: Map<string, WantedAddress> = new Map();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Wants a link to an address; true when it is new, and is to be dialled now. */
  add(host: string, port: number): boolean {
    const key = `${host}:${port}`;
    if (this.#addresses.has(key)) return false;
    const redial = new Redial(this.#random);
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

  /** The dial to an address failed: when it is to be dialled again. */
  failed(host: string, port: number, nowMs: number): number | undefined {
    const wanted = this.#addresses.get(`${host}:${port}`);
    return wanted === undefined ? undefined : this.#wait(wanted, nowMs);
  }

  /** A neighbour's link went down and no other took its place: when it is to be dialled again, if it is wanted. */
  lost(peer: Id, reason: LinkEnd, nowMs: number): number | undefined {
    const key = formatId(peer);
    for (const [address, wanted] of this.#addresses) {
      if (wanted.peer !== key || wanted.state !== 'up') continue;
      if (reason === 'hangup' || HOPELESS.has(reason)) this.#addresses.delete(address);
      else return this.#wait(wanted, nowMs);
    }
    return undefined;
  }

  /** Wants nothing of this peer any more. */
  forget(peer: Id): void {
    const key = formatId(peer);
    for (const [address, wanted] of this.#addresses) if (wanted.peer === key) this.#addresses.delete(address);
  }

  /** The addresses that are to be dialled now; they count as being dialled. */
  due(nowMs: number): readonly { readonly host: string; readonly port: number }[] {
    const due = [...this.#addresses.values()].filter(({ state, dialAtMs }) => state === 'waiting' && dialAtMs <= nowMs);
    for (const wanted of due) wanted.state = 'dialling';
    return due;
  }

  /** The next time when something is due; Infinity: nothing is. */
  nextAtMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { state, dialAtMs } of this.#addresses.values())
      if (state === 'waiting') next = Math.min(next, dialAtMs);
    return next;
  }

  #wait(wanted: WantedAddress, nowMs: number): number {
    wanted.state = 'waiting';
    wanted.dialAtMs = nowMs + wanted.redial.failed(nowMs);
    return wanted.dialAtMs;
  }
}
