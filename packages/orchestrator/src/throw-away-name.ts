/** Names of labs that nobody is to find again. */
import { v4 } from 'uuid';

/** A lab's name is at most so long; see packages/topology. */
const MAX_NAME_LENGTH = 26;
const SUFFIX_LENGTH = 7;

/** A name that no other lab has, which begins with that of the file: `ring-20-1f3a9c`. */
export function throwAwayName(name: string): string {
  const head = name.slice(0, MAX_NAME_LENGTH - SUFFIX_LENGTH).replace(/-+$/, '');
  return `${head}-${v4().slice(0, SUFFIX_LENGTH - 1)}`;
}
