/** Numbers of the command line: an empty one (`--runs "$UNSET"`) must not become 0. */

/** A whole number from 1. @throws {Error} naming the option */
export function wholeNumber(name: string, text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 1 && Number.isSafeInteger(number)) return number;
  throw new Error(`${name} ${JSON.stringify(text)}: not a whole number from 1`);
}
