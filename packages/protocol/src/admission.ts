/** How often one address may connect: a token bucket for each, kept for a bounded number of addresses. */

/** Addresses that are remembered; past it the one that connected longest ago is forgotten. */
const MAX_ADDRESSES = 4096;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** See the module's header. */
export class Admission {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets: Map<string, Bucket> = new Map();

  constructor(attemptsPerSecond: number, burst: number) {
    this.#perSecond = attemptsPerSecond;
    this.#burst = burst;
  }

  /** Counts an attempt; false when the address has had its share. */
  admit(address: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(address) ?? { tokens: this.#burst, atMs: nowMs };
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    bucket.tokens = Math.min(this.#burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * this.#perSecond);
    bucket.atMs = nowMs;
    if (this.#buckets.size > MAX_ADDRESSES) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }
}
