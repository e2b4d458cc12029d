/** Checks the values of a generator's parameters, and fills in those that are left out. */
import { type Generator, MAX_LINKS, MAX_PEERS, type Parameter, type ValueProblem, type Values } from './generator.ts';

/** What is wrong with a generator's values, all of it. */
export function checkValues(generator: Generator, values: Values): readonly ValueProblem[] {
  const problems = [
    ...unknownParameters(generator, values),
    ...generator.parameters.flatMap(parameter => outOfBounds(parameter, values)),
  ];
  if (problems.length > 0) return problems;
  const filled = withDefaults(generator, values);
  const conflict = generator.conflict?.(filled) ?? tooLarge(generator, filled);
  return conflict === undefined ? [] : [conflict];
}

/** The values with defaults filled in. */
export function withDefaults(generator: Generator, values: Values): Values {
  const defaults = generator.parameters.flatMap(({ name, default: fallback }) =>
    fallback === undefined || Object.hasOwn(values, name) ? [] : [[name, fallback] as const],
  );
  return { ...values, ...Object.fromEntries(defaults) };
}

function unknownParameters({ parameters }: Generator, values: Values): ValueProblem[] {
  const known = parameters.map(({ name }) => name);
  return Object.keys(values)
    .filter(name => !known.includes(name))
    .map(parameter => ({ parameter, message: `is not a parameter; parameters: ${known.join(', ')}` }));
}

function outOfBounds({ name, kind, min, max, default: fallback }: Parameter, values: Values): ValueProblem[] {
  const given = Object.hasOwn(values, name) ? values[name] : fallback;
  if (given === undefined) return [{ parameter: name, message: 'is missing' }];
  if (kind === 'integer' && !Number.isInteger(given)) return [{ parameter: name, message: 'must be a whole number' }];
  return given >= min && given <= max
    ? []
    : [{ parameter: name, message: `must be from ${min} to ${max}, not ${given}` }];
}

function tooLarge(generator: Generator, values: Values): ValueProblem | undefined {
  const { peers, links } = generator.size(values);
  const parameter = generator.parameters.at(-1)?.name ?? '';
  if (peers > MAX_PEERS) return { parameter, message: `would make ${peers} peers, more than ${MAX_PEERS}` };
  if (links > MAX_LINKS) return { parameter, message: `would make ${Math.round(links)} links, more than ${MAX_LINKS}` };
  return undefined;
}
