/** A word of a command line that a message tells the reader to run. */

/** As a POSIX shell takes it for one word, whatever is in it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
