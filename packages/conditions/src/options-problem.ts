/** Options of a call from a program: a misspelt one must not pass silently. */
import { didYouMean } from './nearest.ts';

/** The names of all options of a type, complete by that type. */
export type OptionNames<T> = Readonly<Record<keyof Required<T>, true>>;

/** What is wrong with the options of a call, in one sentence; undefined where each is known. @param call such as `lab.up` */
export function optionsProblem(
  call: string,
  options: unknown,
  names: Readonly<Record<string, true>>,
): string | undefined {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const given = options === null ? 'null' : Array.isArray(options) ? 'a list' : `a ${typeof options}`;
    return `${call} takes its options as an object, not ${given}`;
  }
  const known = Object.keys(names);
  const unknown = Object.keys(options).find(name => !Object.hasOwn(names, name));
  if (unknown === undefined) return undefined;
  return `${call} has no option "${unknown}"; ${didYouMean(unknown, known) ?? `it takes ${known.join(', ')}`}`;
}
