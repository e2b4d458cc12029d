/**
 * Faults that a peer plays on its own links, by the neighbour's node id: a cut link is gone and stays away, a muted one
 * carries no data from here. Kept here, apart from the links, because they outlive them.
 */
import { formatId, type Id } from './id.ts';

/** See the module's header. */
export class LinkFaults {
  readonly #cut: Set<string> = new Set();
  readonly #muted: Set<string> = new Set();

  isCut(peer: Id): boolean {
    return this.#cut.size > 0 && this.#cut.has(formatId(peer));
  }

  isMuted(peer: Id): boolean {
    return this.#muted.size > 0 && this.#muted.has(formatId(peer));
  }

  setCut(peer: Id, isCut: boolean): void {
    put(this.#cut, peer, isCut);
  }

  setMuted(peer: Id, isMuted: boolean): void {
    put(this.#muted, peer, isMuted);
  }
}

function put(set: Set<string>, peer: Id, isIn: boolean): void {
  if (isIn) set.add(formatId(peer));
  else set.delete(formatId(peer));
}
