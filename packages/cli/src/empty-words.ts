/**
 * Words of the command line that are empty, as `--ttl "$UNSET"` makes them. No option, name or path means anything when it
 * is empty; a number would become 0. A message may be empty.
 */
import { UsageError } from './exit.ts';

/** What a verb takes. */
export interface TakenWords {
  /** `<lab> <from> <text>`. */
  readonly positionals: string;
  /** True for an option, without its hyphens, that takes the next word; undefined for an unknown one. */
  readonly takesValue: (option: string) => boolean | undefined;
}

/** Positional arguments that may be empty. */
const MAY_BE_EMPTY = '<text>';

/**
 * Refuses empty words.
 * @param words those after the verb; those after `--` are marked, and are taken as they are
 * @throws {UsageError} naming the option or the argument
 */
export function refuseEmptyWords(words: readonly string[], { positionals, takesValue }: TakenWords): void {
  const places = positionals.split(' ');
  let place = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [option = '', value] = splitOnce(word);
    if (word.startsWith('-') && word !== '-') {
      const takes = takesValue(option.replace(/^-+/, ''));
      // An unknown option is named by the parser.
      if (takes === undefined) return;
      const isNext = value === undefined && takes && i + 1 < words.length;
      const given = isNext ? words[++i] : value;
      if (given !== undefined && given.trim() === '') throw isEmpty(option);
    } else {
      const name = places[Math.min(place++, places.length - 1)] ?? '';
      if (word.trim() === '' && name !== MAY_BE_EMPTY) throw isEmpty(name);
    }
  }
}

function splitOnce(word: string): readonly string[] {
  const at = word.indexOf('=');
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function isEmpty(what: string): UsageError {
  return new UsageError(`${what === '' ? 'an argument' : what} is empty`, 'a variable of the shell may not be set');
}
