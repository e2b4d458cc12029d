/** Peers by what moving each would gain, the best first: a bucket for each gain, so that one that changes is moved at once. */

/** The peers of one engine that may still move. */
export class Gains {
  readonly #of: Map<number, number> = new Map();
  readonly #buckets: Map<number, Set<number>> = new Map();
  /** No peer has more. */
  #most = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#of.size;
  }

  /** Undefined for a peer that is not, or no longer, here. */
  of(peer: number): number | undefined {
    return this.#of.get(peer);
  }

  set(peer: number, gain: number): void {
    this.delete(peer);
    this.#of.set(peer, gain);
    const bucket = this.#buckets.get(gain);
    if (bucket === undefined) this.#buckets.set(gain, new Set([peer]));
    else bucket.add(peer);
    if (gain > this.#most) this.#most = gain;
  }

  delete(peer: number): void {
    const gain = this.#of.get(peer);
    if (gain === undefined) return;
    this.#of.delete(peer);
    const bucket = this.#buckets.get(gain);
    bucket?.delete(peer);
    if (bucket?.size === 0) this.#buckets.delete(gain);
  }

  /**
   * The peer with the highest gain; of those that `costs` names, the gain counts for two less. Of several the one that has had
   * it for the longest.
   * @throws {RangeError} when there is none
   */
  best(costs: (peer: number) => boolean = () => false): number {
    if (this.size === 0) throw new RangeError('no peer may move');
    while (!this.#buckets.has(this.#most)) this.#most--;
    for (const gain of [this.#most, this.#most - 1]) {
      for (const peer of this.#buckets.get(gain) ?? []) if (!costs(peer)) return peer;
    }
    const [dear = -1] = this.#buckets.get(this.#most) ?? [];
    return dear;
  }
}
