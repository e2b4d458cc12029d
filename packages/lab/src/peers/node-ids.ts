/**
 * Whose a node id is, also of a peer that cannot be asked now: a neighbour may hold its link to it. A peer may use
 * another id than the planned one, which another process has never heard: then the address tells.
 */
import type { PeerFacts } from '@peerlab/driver';

/** See the module's header. */
export class NodeIds {
  readonly #announced: Map<string, number> = new Map();
  readonly #latest: Map<number, string> = new Map();

  /** The peer itself said so. */
  learn(place: number, nodeId: string): void {
    this.#announced.set(nodeId, place);
    this.#latest.set(place, nodeId);
  }

  /** The id that a peer announced last; undefined where this process has not heard it. */
  of(place: number): string | undefined {
    return this.#latest.get(place);
  }

  /**
   * A peer's place; undefined for a stranger.
   * @param address where its neighbour has it: `10.89.0.4:41234`
   * @param isThere true for a peer that says itself who it is: another id at its address is a stranger's
   */
  placeOf(
    nodeId: string,
    address: string | undefined,
    facts: readonly PeerFacts[],
    isThere: (place: number) => boolean,
  ): number | undefined {
    const known = this.#announced.get(nodeId) ?? facts.find(peer => peer.nodeId === nodeId)?.index;
    if (known !== undefined || address === undefined) return known;
    const away = facts.filter(({ index }) => !isThere(index));
    const host = address.slice(0, address.lastIndexOf(':'));
    const exact = away.find(peer => `${peer.address}:${peer.port}` === address);
    // Peers that share an address are told apart by the port that they take links on alone.
    const isShared = facts.filter(peer => peer.address === host).length !== 1;
    return (exact ?? (isShared ? undefined : away.find(peer => peer.address === host)))?.index;
  }
}
