/**
 * Addresses that neighbours have told a node, and that it has not tried. Bounded for each teller and in all, and drawn from teller by
 * teller, so that one neighbour with many addresses does not fill the book, nor choose all links.
 */
import { type Address, formatAddress } from './address.ts';
import type { KnownNode } from './news.ts';

/** Addresses in all. @default enough to come back after all neighbours have gone; 64 kB */
const MAX_ENTRIES = 256;
/** Addresses of one teller: of more the oldest go. */
const MAX_OF_TELLER = 32;
/** Addresses that are resting: a bound on memory. */
const MAX_RESTING = 1024;

interface Entry {
  readonly node: KnownNode;
  readonly teller: string;
}

/** See the module's header. */
export class AddressBook {
  /** By address, the oldest first. */
  readonly #entries: Map<string, Entry> = new Map();
  /** The addresses of each teller, the oldest first. */
  readonly #byTeller: Map<string, Set<string>> = new Map();
  /** Addresses that are not taken until then, in milliseconds. */
  readonly #resting: Map<string, number> = new Map();

  /** Notes what a neighbour told. */
  add(node: KnownNode, teller: string, nowMs: number): void {
    const key = formatAddress(node);
    if (this.#rests(key, nowMs) || this.#entries.has(key)) return;
    const ofTeller = this.#byTeller.get(teller) ?? new Set();
    const [oldest] =
      ofTeller.size >= MAX_OF_TELLER ? ofTeller : this.#entries.size >= MAX_ENTRIES ? this.#entries.keys() : [];
    if (oldest !== undefined) this.#delete(oldest);
    this.#entries.set(key, { node, teller });
    this.#byTeller.set(teller, (this.#byTeller.get(teller) ?? new Set()).add(key));
  }

  /** Takes an address out that is to be dialled, of a teller and an entry drawn at random. @param isWanted of its node */
  take(isWanted: (node: KnownNode) => boolean, random: () => number): KnownNode | undefined {
    const perTeller: KnownNode[][] = [];
    for (const keys of this.#byTeller.values()) {
      const nodes = [...keys].flatMap(key => this.#entries.get(key)?.node ?? []).filter(isWanted);
      if (nodes.length > 0) perTeller.push(nodes);
    }
    const node = draw(draw(perTeller, random) ?? [], random);
    if (node !== undefined) this.#delete(formatAddress(node));
    return node;
  }

  /** Does not take this address for a time. */
  rest(address: Address, untilMs: number): void {
    const key = formatAddress(address);
    this.#delete(key);
    this.#resting.delete(key);
    const [oldest] = this.#resting.size >= MAX_RESTING ? this.#resting.keys() : [];
    if (oldest !== undefined) this.#resting.delete(oldest);
    this.#resting.set(key, untilMs);
  }

  /** Whether it is not to be dialled for now. */
  isResting(address: Address, nowMs: number): boolean {
    return this.#rests(formatAddress(address), nowMs);
  }

  #delete(key: string): void {
    const teller = this.#entries.get(key)?.teller;
    if (teller === undefined) return;
    this.#entries.delete(key);
    const ofTeller = this.#byTeller.get(teller);
    ofTeller?.delete(key);
    if (ofTeller?.size === 0) this.#byTeller.delete(teller);
  }

  #rests(key: string, nowMs: number): boolean {
    const untilMs = this.#resting.get(key);
    if (untilMs === undefined) return false;
    if (untilMs > nowMs) return true;
    this.#resting.delete(key);
    return false;
  }
}

/** One of several, at random; undefined of none. */
export function draw<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)];
}
