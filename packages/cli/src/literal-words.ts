/**
 * Words after `--` are taken as they are, however they begin: `lab broadcast ring-20 n0 -- -1`. yargs reads what begins
 * with a hyphen as an option even there, so such words are marked before it reads, and the mark is taken off after.
 */

/** Of Unicode's private use area: nobody types it. */
const MARK = '\uE000';

/** Options of verbs with a command that take the next word. */
const TAKES_A_WORD = /^(-f|--format|--image|--report|--timeout|--clause)$/;

/** Verbs that end with a command, and how many words stand before it. */
const WORDS_BEFORE: ReadonlyMap<string, number> = new Map([
  ['conform', 0],
  ['exec', 2],
]);

/**
 * `lab conform python3 -u peer.py`, `lab exec ring-20 n0 ls -l`: what begins with the program is the program's own, as if `--` stood
 * before it.
 */
export function withLiteralCommand(words: readonly string[]): readonly string[] {
  const before = WORDS_BEFORE.get(words[0] ?? '');
  if (before === undefined) return words;
  const places = [...words.keys()].filter(
    i => i > 0 && !words[i]?.startsWith('-') && !TAKES_A_WORD.test(words[i - 1] ?? ''),
  );
  const at = places[before];
  const literal = words.indexOf('--');
  // A further -- is the program's.
  if (at === undefined || (literal !== -1 && literal < at)) return words;
  return [...words.slice(0, at), '--', ...words.slice(at)];
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
