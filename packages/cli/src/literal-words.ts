/**
 * Words after `--` are taken as they are, however they begin: `lab broadcast ring-20 n0 -- -1`. yargs reads what begins
 * with a hyphen as an option even there, so such words are marked before it reads, and the mark is taken off after.
 */

/** Of Unicode's private use area: nobody types it. */
const MARK = '\uE000';

/** Marks the words after the first `--`, and takes that away. */
export function markLiterals(words: readonly string[]): string[] {
  const at = words.indexOf('--');
  if (at === -1) return [...words];
  return [...words.slice(0, at), ...words.slice(at + 1).map(word => `${MARK}${word}`)];
}

/** The arguments without marks, in texts and in lists of texts. */
export function unmarkLiterals<T extends object>(args: T): T {
  const unmark = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(unmark);
    return typeof value === 'string' && value.startsWith(MARK) ? value.slice(MARK.length) : value;
  };
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, unmark(value)])) as T;
}
