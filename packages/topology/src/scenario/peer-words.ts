/** Peers as a person names them: a name, `n5..n9`, `n*`, `all`, or a list of those. */

/** The word for every peer; no peer may have it as its name. */
export const ALL_PEERS = 'all';

/** Words that name peers in commands and scenarios (here, and `reaches:`), and what they mean there: no peer may have them. */
export const RESERVED_NAMES: ReadonlyMap<string, string> = new Map([
  [ALL_PEERS, 'every peer'],
  ['none', 'no peer'],
  ['horizon', 'the peers within reach'],
]);

/** Takes a word that names no peer. */
export type Unknown = (word: string, index: number | undefined) => void;

/**
 * The peers that are meant, each once, in the order of the words. `a..d` is every peer from a to d in the order of the
 * topology; `*` stands for any characters of a name, and must find at least one.
 * @param names in topology order
 * @param places by name
 */
export function expandPeers(
  words: string | readonly string[],
  names: readonly string[],
  places: ReadonlyMap<string, number>,
  unknown: Unknown,
): string[] {
  const list = typeof words === 'string' ? [words] : words;
  const found = new Set<string>();
  list.forEach((word, i) => {
    const at = typeof words === 'string' ? undefined : i;
    if (word === ALL_PEERS) {
      for (const name of names) found.add(name);
      return;
    }
    if (word.includes('*')) {
      const pattern = new RegExp(`^${word.split('*').map(escaped).join('.*')}$`);
      const matching = names.filter(name => pattern.test(name));
      if (matching.length === 0) unknown(word, at);
      for (const name of matching) found.add(name);
      return;
    }
    const [first = '', last = first, ...rest] = word.split('..');
    const [from, to] = [places.get(first), places.get(last)];
    if (from === undefined || to === undefined || rest.length > 0) {
      unknown(from === undefined || rest.length > 0 ? first : last, at);
      return;
    }
    for (const name of names.slice(Math.min(from, to), Math.max(from, to) + 1)) found.add(name);
  });
  return [...found];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
