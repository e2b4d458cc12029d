/** Names of peers from labels of others: valid, unique, and as near to the label as can be. */
import { MAX_NAME_LENGTH, nearestName, RESERVED_NAMES } from '@peerlab/topology';

/**
 * A name for each text, in its order. A text that is a valid name keeps it; others that come to the same name get a number:
 * `springfield`, `springfield-2`.
 */
export function uniqueNames(texts: readonly string[]): string[] {
  const wanted = texts.map(text => nearestName(text));
  const taken = new Set(RESERVED_NAMES.keys());
  const names = texts.map((text, i) => {
    if (wanted[i] !== text || taken.has(text)) return undefined;
    taken.add(text);
    return text;
  });
  const next = new Map<string, number>();
  return names.map((name, i) => {
    if (name !== undefined) return name;
    const base = wanted[i] ?? 'peer';
    if (!taken.has(base)) {
      taken.add(base);
      return base;
    }
    for (let number = next.get(base) ?? 2; ; number++) {
      const end = `-${number}`;
      const numbered = base.slice(0, MAX_NAME_LENGTH - end.length).replace(/-+$/, '') + end;
      if (taken.has(numbered)) continue;
      taken.add(numbered);
      next.set(base, number + 1);
      return numbered;
    }
  });
}
