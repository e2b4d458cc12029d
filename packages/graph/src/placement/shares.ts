/** How many peers each engine gets: by weight, in whole peers. */

/**
 * The largest remainders decide who gets the peers that are left over from whole shares. An engine with more pinned peers than its
 * share has just those, and the others divide the rest by their weights.
 * @param pinned the engine of each pinned peer
 * @returns of each engine; the sum is `peerCount`
 */
export function sharesOf(peerCount: number, weights: readonly number[], pinned: readonly number[]): number[] {
  const pins = weights.map((_, engine) => pinned.filter(at => at === engine).length);
  let open = new Set(weights.keys());
  for (;;) {
    const fixed = pins.reduce((sum, count, engine) => sum + (open.has(engine) ? 0 : count), 0);
    const shares = byWeight(
      peerCount - fixed,
      weights.map((weight, engine) => (open.has(engine) ? weight : 0)),
    );
    const full = [...open].filter(engine => (pins[engine] ?? 0) > (shares[engine] ?? 0));
    if (full.length === 0) return shares.map((share, engine) => (open.has(engine) ? share : (pins[engine] ?? 0)));
    open = new Set([...open].filter(engine => !full.includes(engine)));
  }
}

function byWeight(count: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) return weights.map(() => 0);
  const exact = weights.map(weight => (count * weight) / sum);
  const shares = exact.map(Math.floor);
  const left = count - shares.reduce((a, b) => a + b, 0);
  const remainder = (engine: number): number => (exact[engine] ?? 0) - (shares[engine] ?? 0);
  const byRemainder = [...weights.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const engine of byRemainder.slice(0, left)) shares[engine] = (shares[engine] ?? 0) + 1;
  return shares;
}
