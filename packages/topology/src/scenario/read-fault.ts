/**
 * Reads `fault:` of a step by the table of faults: which fault, on which targets, with which parameters, for how long.
 */
import {
  FAULT_VERBS,
  type Fault,
  type FaultVerb,
  faultRow,
  isLasting,
  ownValue,
  PARAMETERS,
  parametersOf,
} from '@peerlab/conditions';
import type { Path } from '../yaml-document.ts';
import type { FaultStep } from './model.ts';
import type { ScenarioValues } from './scenario-values.ts';

/** The fault, or undefined when something was reported that leaves none. */
export function readFault(
  fields: Readonly<Record<string, unknown>>,
  path: Path,
  values: ScenarioValues,
): FaultStep | undefined {
  const verbs = FAULT_VERBS.filter(name => fields[name] !== undefined);
  const [verb] = verbs;
  if (verb === undefined) {
    values.report(path, 'names no fault', `one of ${FAULT_VERBS.join(', ')}`);
    return undefined;
  }
  if (verbs[1] !== undefined) {
    values.report(path, `has both ${verb} and ${verbs[1]}`, 'make them two steps');
    return undefined;
  }
  checkKeys(verb, fields, path, values);
  const parameters = parametersOf(verb).map(name => [name, ownValue(fields, PARAMETERS[name].key)] as const);
  // The schema has checked each value, and checkKeys has refused unknown keys: the rest matches the row of the verb.
  const fault = {
    verb,
    ...targetsOf(verb, fields[verb], [...path, verb], values),
    ...Object.fromEntries([...parameters, ['random', fields.random], ['seed', fields.seed]].filter(isGiven)),
  } as Fault;
  return { kind: 'fault', fault, forMs: values.durationMs(fields.for, [...path, 'for']) };
}

function isGiven([, value]: readonly unknown[]): boolean {
  return value !== undefined;
}

function checkKeys(
  verb: FaultVerb,
  fields: Readonly<Record<string, unknown>>,
  path: Path,
  values: ScenarioValues,
): void {
  const { targets, settings } = faultRow(verb);
  const parameters = parametersOf(verb).map(name => PARAMETERS[name].key);
  const drawn = targets === 'groups' ? [] : ['random', 'seed'];
  const known = [verb, ...parameters, ...drawn, ...(isLasting(verb) ? ['for'] : [])];
  for (const key of Object.keys(fields)) {
    if (known.includes(key)) continue;
    const advice = parameters.length === 0 ? undefined : `it takes ${parameters.join(', ')}`;
    values.report([...path, key], `${verb} takes no ${key}`, advice, 'key');
  }
  const needed = settings.map(name => PARAMETERS[name].key);
  if (needed.length > 0 && needed.every(key => ownValue(fields, key) === undefined)) {
    values.report(path, `${verb} needs ${needed.join(' or ')}`);
  }
}

function targetsOf(
  verb: FaultVerb,
  value: unknown,
  path: Path,
  values: ScenarioValues,
): { groups: string[][] } | { links: [string, string][] } | { peers: string[] } {
  const { targets } = faultRow(verb);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (targets === 'groups') return { groups: groupsOf(verb, items, path, values) };
  if (targets === 'peers' || items.length === 0 || !items.every(Array.isArray)) {
    return { peers: values.peers(value, path) };
  }
  const links = items.map((pair, i): [string, string] => {
    const [a, b] = pair as [string, string];
    return [values.peer(a, [...path, i, 0]), values.peer(b, [...path, i, 1])];
  });
  return { links };
}

function groupsOf(verb: FaultVerb, items: readonly unknown[], path: Path, values: ScenarioValues): string[][] {
  if (items.length === 0) values.report(path, 'needs at least one group', `such as ${verb}: [[n0, n1]]`);
  const groups = items.map((words, i) => values.peers(words, [...path, i]));
  const seen = new Map<string, number>();
  groups.forEach((group, i) => {
    for (const name of group) {
      if (seen.has(name)) values.report([...path, i], `"${name}" is in group ${seen.get(name)} already`);
      seen.set(name, i + 1);
    }
  });
  return groups;
}
