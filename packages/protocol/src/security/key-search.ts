/**
 * How a peer finds the key of another that it wants to seal a message to: it asks its neighbours, who ask theirs, and a peer that knows the
 * key sends it back the way that the question came. The answer needs no trust: only the right key gives the node id that was asked for.
 */
import { MIN_FRAME_BYTES } from '../frame.ts';
import { formatId, ID_BYTES, type Id } from '../id.ts';
import type { Link } from '../link.ts';
import type { Neighbours } from '../neighbours.ts';
import type { PeerTime } from '../peer-time.ts';
import type { KeyBook } from './key-book.ts';
import { encodeKey, encodeKeyWanted, KEY_BYTES, KEY_WANTED_BYTES } from './key-frames.ts';

/** How long a key is looked for, in milliseconds. @default 5000: a round trip through a large network, queues included */
export const KEY_SEARCH_MS = 5000;
/**
 * Keys that are looked for at once for others. For one more, the oldest goes of the neighbour that has asked for most.
 * @default 1024: in some 200 kB
 */
const MAX_WANTED = 1024;
/** Of them, those that one neighbour has asked for. For one more, its oldest goes. @default 128 */
const MAX_WANTED_OF_LINK = 128;

interface Wanted {
  readonly nodeId: Id;
  readonly untilMs: number;
  /** The links that asked. */
  readonly links: Set<Link>;
  readonly here: ((isKnown: boolean) => void)[];
}

/** What a {@link KeySearch} works with. */
export interface KeySearchParts {
  readonly book: KeyBook;
  readonly neighbours: Neighbours;
  readonly time: PeerTime;
  /** See PeerOptions. */
  readonly maxQueueBytes: number;
  /** The key of a peer, from whatever this one remembers. */
  readonly keyOf: (nodeId: Id) => Uint8Array | undefined;
}

/** See the module's header. */
export class KeySearch {
  readonly #parts: KeySearchParts;
  readonly #wanted: Map<string, Wanted> = new Map();
  /** What each neighbour has asked for and was not told, the oldest first. */
  readonly #asked: Map<Link, Set<string>> = new Map();

  constructor(parts: KeySearchParts) {
    this.#parts = parts;
  }

  /** When the first search ends in vain; Infinity: there is none. */
  get dueAtMs(): number {
    // In the order in which they began, and each lasts as long.
    const first = this.#wanted.values().next();
    return first.done ? Number.POSITIVE_INFINITY : first.value.untilMs;
  }

  /** Looks for a key. @param found called once, possibly at once; false: nobody has told it in time */
  find(nodeId: Id, found: (isKnown: boolean) => void): void {
    if (this.#parts.keyOf(nodeId) !== undefined) found(true);
    else {
      this.#want(nodeId, undefined).here.push(found);
    }
  }

  /** KEY WANTED came. @returns false when it is malformed */
  asked(from: Link, bytes: Uint8Array, offset: number, sizeBytes: number): boolean {
    if (sizeBytes !== KEY_WANTED_BYTES) return false;
    const at = offset + MIN_FRAME_BYTES;
    const nodeId = bytes.slice(at, at + ID_BYTES);
    const key = this.#parts.keyOf(nodeId);
    if (key !== undefined) this.#send(from, encodeKey(key));
    else this.#wantFor(from, nodeId);
    return true;
  }

  /** KEY came. One that nobody looks for is of no use. @returns false when it is malformed */
  told(bytes: Uint8Array, offset: number, sizeBytes: number): boolean {
    if (sizeBytes !== KEY_BYTES) return false;
    if (this.#wanted.size === 0) return true;
    const at = offset + MIN_FRAME_BYTES;
    const publicKey = bytes.slice(at, offset + KEY_BYTES);
    const nodeId = this.#parts.book.idOf(publicKey);
    const wanted = this.#wanted.get(formatId(nodeId));
    if (wanted === undefined) return true;
    this.#parts.book.learn(publicKey);
    this.#end(formatId(nodeId), wanted);
    const frame = encodeKey(publicKey);
    for (const link of wanted.links) this.#send(link, frame);
    for (const found of wanted.here) found(true);
    return true;
  }

  /** A link came up: its end has proven its key, and may know what is looked for. */
  linkUp(link: Link): void {
    const key = link.hello?.claim?.publicKey;
    if (key !== undefined) this.#parts.book.learn(key);
    for (const { nodeId, links } of this.#wanted.values())
      if (!links.has(link)) this.#send(link, encodeKeyWanted(nodeId));
  }

  /** A link has ended: nothing is told it any more. */
  linkEnded(link: Link): void {
    while (this.#forgetOldest(link)) {}
    this.#asked.delete(link);
  }

  /** Ends the searches that have lasted long enough. */
  expire(nowMs: number): void {
    for (const [name, wanted] of this.#wanted) {
      if (wanted.untilMs > nowMs) return;
      this.#end(name, wanted);
      for (const found of wanted.here) found(false);
    }
  }

  #want(nodeId: Id, from: Link | undefined): Wanted {
    const name = formatId(nodeId);
    const known = this.#wanted.get(name);
    if (known !== undefined) return known;
    if (this.#wanted.size >= MAX_WANTED) this.#makeRoom();
    const { time, neighbours } = this.#parts;
    const wanted = { nodeId, untilMs: time.nowMs + KEY_SEARCH_MS, links: new Set<Link>(), here: [] };
    this.#wanted.set(name, wanted);
    time.wake(wanted.untilMs);
    const frame = encodeKeyWanted(nodeId);
    for (const link of neighbours.up) if (link !== from) this.#send(link, frame);
    return wanted;
  }

  #wantFor(link: Link, nodeId: Id): void {
    const asked = this.#asked.get(link) ?? new Set();
    this.#asked.set(link, asked);
    const name = formatId(nodeId);
    if (asked.has(name)) return;
    if (asked.size >= MAX_WANTED_OF_LINK) this.#forgetOldest(link);
    this.#want(nodeId, link).links.add(link);
    asked.add(name);
  }

  /** Of the neighbour that has asked for most, the oldest goes. What this peer itself looks for stays. */
  #makeRoom(): void {
    let most = 0;
    let greediest: Link | undefined;
    for (const [link, { size }] of this.#asked) {
      if (size <= most) continue;
      most = size;
      greediest = link;
    }
    if (greediest !== undefined) this.#forgetOldest(greediest);
  }

  /** @returns false: the link has asked for nothing */
  #forgetOldest(link: Link): boolean {
    const asked = this.#asked.get(link);
    const oldest = asked?.values().next();
    if (asked === undefined || oldest === undefined || oldest.done) return false;
    asked.delete(oldest.value);
    const wanted = this.#wanted.get(oldest.value);
    wanted?.links.delete(link);
    if (wanted?.links.size === 0 && wanted.here.length === 0) this.#wanted.delete(oldest.value);
    return true;
  }

  #end(name: string, { links }: Wanted): void {
    this.#wanted.delete(name);
    for (const link of links) this.#asked.get(link)?.delete(name);
  }

  #send(link: Link, frame: Uint8Array): void {
    if (link.state === 'up' && link.transport.queuedBytes <= this.#parts.maxQueueBytes) link.send(frame);
  }
}
