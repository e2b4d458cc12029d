/** The links of a peer that are up: one for each neighbour. */
import { formatId, type Id } from './id.ts';
import type { Link } from './link.ts';

/** See the module's header. */
export class Neighbours {
  /** In the order in which they came up. Replaced, never changed in place. */
  up: readonly Link[] = [];
  readonly #byId: Map<string, Link> = new Map();

  /** The link to the neighbour with this node id. */
  get(nodeId: Id): Link | undefined {
    return this.#byId.get(formatId(nodeId));
  }

  /** @throws Error when another link to the same neighbour is up */
  add(link: Link, nodeId: Id): void {
    const key = formatId(nodeId);
    if (this.#byId.has(key)) throw new Error(`two links to ${key} are up`);
    this.#byId.set(key, link);
    this.up = [...this.up, link];
  }

  remove(link: Link): void {
    if (link.peer !== undefined) this.#byId.delete(formatId(link.peer));
    this.up = this.up.filter(other => other !== link);
  }
}
