/**
 * Words after `--` are taken as they are, however they begin: `lab broadcast ring-20 n0 -- -1`. yargs reads what begins
 * with a hyphen as an option even there, so such words are marked before it reads, and the mark is taken off after.
 */

/** Of Unicode's private use area: nobody types it. */
const MARK = '\uE000';

/** Options of `lab conform` that take the next word. */
const TAKES_A_WORD = /^(-f|--format|--image|--report|--timeout|--clause)$/;

/** `lab conform python3 -u peer.py`: what begins with the program is the program's own, as if `--` stood before it. */
export function withLiteralCommand(words: readonly string[]): readonly string[] {
  if (words.includes('--')) return words;
  const at = words.findIndex((word, i) => i > 0 && !word.startsWith('-') && !TAKES_A_WORD.test(words[i - 1] ?? ''));
  return at === -1 ? words : [...words.slice(0, at), '--', ...words.slice(at)];
}

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
