/**
 * What all links of a peer may hold of its memory together: parts of frames that have not come whole, and what waits to be
 * written. Beyond it the greediest pays: of the address whose links hold most, the link that holds most is ended. So memory
 * stays bounded however many links there are, and a link that holds little is never the one that goes.
 */
import { hostOf } from './host-of.ts';
import type { Link } from './link.ts';

/** Of `memoryBytes`, what links may hold. The runtime, its garbage, and what a peer remembers need the rest. */
const LINKS_RATIO = 0.25;
/** Links are added up each time that so large a part of their share has come, or was sent: seldom, and early enough. */
const SETTLE_RATIO = 1 / 64;

/** What a {@link FairShares} works with. */
export interface FairSharesParts {
  /** Of the whole peer: see PeerOptions. */
  readonly memoryBytes: number;
  readonly links: ReadonlySet<Link>;
  /** Ends a link that holds too much. Its memory is free from then on. */
  readonly end: (link: Link) => void;
}

/** See the module's header. */
export class FairShares {
  readonly #parts: FairSharesParts;
  readonly #maxBytes: number;
  readonly #settleBytes: number;
  #movedBytes = 0;

  constructor(parts: FairSharesParts) {
    this.#parts = parts;
    this.#maxBytes = parts.memoryBytes * LINKS_RATIO;
    this.#settleBytes = this.#maxBytes * SETTLE_RATIO;
  }

  /** So many bytes came, or are to be sent. */
  moved(bytes: number): void {
    this.#movedBytes += bytes;
    if (this.#movedBytes < this.#settleBytes) return;
    this.#movedBytes = 0;
    this.#settle();
  }

  #settle(): void {
    while (heldBytes(this.#parts.links) > this.#maxBytes) {
      const greediest = greediestOf(this.#parts.links);
      if (greediest === undefined) return;
      this.#parts.end(greediest);
    }
  }
}

/**
 * Bytes that links hold together. A message waits for all links as one array, and who takes nothing has the latest of them
 * waiting: together they are as many as the longest queue alone.
 */
function heldBytes(links: Iterable<Link>): number {
  let own = 0;
  let shared = 0;
  for (const link of links) {
    own += ownBytes(link);
    shared = Math.max(shared, sharedBytes(link));
  }
  return own + shared;
}

/** The link that holds most of the address that holds most; undefined: no link holds anything. */
function greediestOf(links: Iterable<Link>): Link | undefined {
  const byHost = new Map<string, { sum: number; most: number; link: Link }>();
  for (const link of links) {
    const size = ownBytes(link) + sharedBytes(link);
    if (size === 0) continue;
    const host = hostOf(link.address);
    const known = byHost.get(host);
    if (known === undefined) byHost.set(host, { sum: size, most: size, link });
    else {
      known.sum += size;
      if (size > known.most) Object.assign(known, { most: size, link });
    }
  }
  let greediest: { sum: number; link: Link } | undefined;
  for (const share of byHost.values()) if (greediest === undefined || share.sum > greediest.sum) greediest = share;
  return greediest?.link;
}

function ownBytes({ unfinishedBytes, transport }: Link): number {
  return unfinishedBytes + (transport.writingBytes ?? 0);
}

function sharedBytes({ transport }: Link): number {
  return transport.queuedBytes - (transport.writingBytes ?? 0);
}
