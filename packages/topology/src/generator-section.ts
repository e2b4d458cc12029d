/** Reads `topology:` of a file: the generator, its parameters, and what is wrong with them. */
import { didYouMean, nearest } from '@peerlab/conditions';
import { checkValues, findGenerator, GENERATORS, type GeneratorSpec } from '@peerlab/graph';
import { butIs, quotesAdvice } from './in-words.ts';
import type { Path } from './yaml-document.ts';

/** Takes one problem. */
export type Report = (path: Path, message: string, advice?: string, at?: 'key' | 'value') => void;

/**
 * The generator and its values, or undefined when something was reported (here, or by the schema).
 * @param written what the file says at a path, where data shows it otherwise
 */
export function readGenerator(
  section: Readonly<Record<string, unknown>>,
  report: Report,
  written: (path: Path) => string | undefined,
): GeneratorSpec | undefined {
  const { generator: name, ...given } = section;
  if (typeof name !== 'string') return undefined;
  const generator = findGenerator(name);
  if (generator === undefined) {
    const names = GENERATORS.map(one => one.name);
    const advice = didYouMean(name, names) ?? `available: ${names.join(', ')}`;
    report(['topology', 'generator'], `unknown generator "${name}"`, advice);
    return undefined;
  }
  const known = generator.parameters.map(parameter => parameter.name);
  const values = new Map<string, number>();
  // Parameters that are reported already: they are neither missing nor to be judged.
  const reported = new Set<string>();
  let isSound = true;
  for (const [key, value] of Object.entries(given)) {
    const path = ['topology', key];
    if (!known.includes(key)) {
      const meant = nearest(key, known);
      if (meant !== undefined) reported.add(meant);
      const advice = meant === undefined ? `${generator.name} takes ${known.join(', ')}` : `did you mean "${meant}"?`;
      report(path, `unknown parameter "${key}"`, advice, 'key');
    } else if (typeof value !== 'number') {
      reported.add(key);
      report(path, `must be a number, ${butIs(value, written(path))}`, quotesAdvice(value, 'number', written(path)));
    } else {
      values.set(key, value);
      continue;
    }
    isSound = false;
  }
  for (const { parameter, message } of checkValues(generator, Object.fromEntries(values))) {
    isSound = false;
    const { doc, default: fallback } = generator.parameters.find(one => one.name === parameter) ?? {};
    if (reported.has(parameter)) continue;
    if (values.has(parameter)) report(['topology', parameter], asWritten(message, written(['topology', parameter])));
    else if (fallback === undefined)
      report(['topology'], `${parameter} ${message}`, `${generator.name} requires it: ${doc}`);
    else report(['topology'], `${parameter} ${message}`, `default: ${fallback}`);
  }
  return isSound ? { generator: generator.name, values: Object.fromEntries(values) } : undefined;
}

/** A message about a value, with what the file says: `1.0`, which as data is 1. */
function asWritten(message: string, text: string | undefined): string {
  return text === undefined ? message : message.replace(/, not [^ ,]+$/, () => `, not ${text}`);
}
