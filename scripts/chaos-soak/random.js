// Choices that a seed decides: mulberry32, small and good enough to choose what is broken next.

/** @returns functions that draw from one sequence */
export function randomOf(seed) {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = count => Math.floor(fraction() * count);
  const pick = list => list[below(list.length)];
  /** A key of the object, by its weights. */
  const weighted = weights => {
    let left = fraction() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    for (const [key, weight] of Object.entries(weights)) {
      left -= weight;
      if (left < 0) return key;
    }
    return Object.keys(weights)[0];
  };
  return { below, pick, weighted };
}
