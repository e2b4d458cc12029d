/** Did you mean …? The nearest word by edit distance, where one is near enough to be meant. */

/** Fewer letters than these are the beginning of too many words. */
const SHORTEST_BEGINNING = 3;

/** In words of so many letters one letter may differ: with two, `cut` would be `up`, and `nope` would be `open`. */
const SHORT = 4;

/**
 * The candidate nearest to `word`, unless even that one differs in more than a third of its letters (at least 2, in short words 1);
 * else the first that `word` is the beginning of, as `loss` is of `lossRatio`.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let longer: string | undefined;
  const most = word.length <= SHORT ? 1 : Math.max(2, Math.floor(word.length / 3));
  let bestDistance = Math.min(most + 1, Math.max(word.length, 1));
  for (const candidate of candidates) {
    const found = candidate.toLowerCase();
    if (wanted.length >= SHORTEST_BEGINNING && found.startsWith(wanted)) longer ??= candidate;
    const distance = editDistance(wanted, found, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? longer;
}

/** `did you mean "x"?`, or undefined when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const found = nearest(word, candidates);
  return found === undefined ? undefined : `did you mean "${found}"?`;
}

/** Levenshtein's distance, where two neighbours in each other's place are one mistake; `limit` once it cannot be below the limit. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  let next = new Array<number>(b.length + 1).fill(0);
  let before: number[] = [];
  for (let i = 1; i <= a.length; i++) {
    next[0] = i;
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : substitution;
      const cost = Math.min(substitution, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      next[j] = cost;
      if (cost < smallest) smallest = cost;
    }
    if (smallest >= limit) return limit;
    [before, row, next] = [row, next, new Array<number>(b.length + 1).fill(0)];
  }
  return Math.min(limit, row[b.length] ?? limit);
}
