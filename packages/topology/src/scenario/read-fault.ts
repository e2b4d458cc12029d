/** Reads `fault:` of a step: which fault, on whom, with which settings. */
import type { Path } from '../yaml-document.ts';
import type { FaultSpec, FaultVerb } from './model.ts';
import type { ScenarioReader } from './read-scenario.ts';

/** Settings that a fault takes beside whom it hits; the first is one that it needs. */
const SETTINGS_OF: Readonly<Record<FaultVerb, readonly string[]>> = {
  partition: ['one-way'],
  kill: ['signal'],
  stop: [],
  pause: [],
  isolate: [],
  'link-down': [],
  slow: ['latencyMs', 'jitterMs'],
  flaky: ['lossRatio'],
  rate: ['bandwidthKbps'],
};
const FAULT_VERBS = Object.keys(SETTINGS_OF) as FaultVerb[];
const NEEDED: ReadonlySet<string> = new Set(['latencyMs', 'lossRatio', 'bandwidthKbps']);
const COMMON = ['random', 'seed', 'for'];
const ON_LINKS: ReadonlySet<string> = new Set(['link-down', 'slow', 'flaky', 'rate']);

/** The fault, or undefined when something was reported. */
export function readFault(
  fields: Readonly<Record<string, unknown>>,
  path: Path,
  reader: ScenarioReader,
): FaultSpec | undefined {
  const verbs = FAULT_VERBS.filter(name => fields[name] !== undefined);
  const [verb] = verbs;
  if (verb === undefined) {
    reader.report(path, 'names no fault', `one of ${FAULT_VERBS.join(', ')}`);
    return undefined;
  }
  if (verbs[1] !== undefined) {
    reader.report(path, `has both ${verb} and ${verbs[1]}`, 'make them two steps');
    return undefined;
  }
  const settings = SETTINGS_OF[verb];
  for (const key of Object.keys(fields)) {
    if (key === verb || settings.includes(key) || COMMON.includes(key)) continue;
    const advice = settings.length === 0 ? undefined : `it takes ${settings.join(', ')}`;
    reader.report([...path, key], `${verb} takes no ${key}`, advice, 'key');
  }
  const [needed] = settings;
  if (needed !== undefined && NEEDED.has(needed) && fields[needed] === undefined) {
    reader.report(path, `${verb} needs ${needed}`);
  }
  return {
    verb,
    ...targetsOf(verb, fields[verb], [...path, verb], reader),
    oneWay: fields['one-way'] as boolean | undefined,
    random: fields.random as number | undefined,
    seed: fields.seed as number | undefined,
    signal: fields.signal as string | undefined,
    latencyMs: fields.latencyMs as number | undefined,
    jitterMs: fields.jitterMs as number | undefined,
    lossRatio: fields.lossRatio as number | undefined,
    bandwidthKbps: fields.bandwidthKbps as number | undefined,
    forMs: reader.durationMs(fields.for, [...path, 'for']),
  };
}

function targetsOf(
  verb: FaultVerb,
  value: unknown,
  path: Path,
  reader: ScenarioReader,
): Pick<FaultSpec, 'groups' | 'peers' | 'links'> {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (verb === 'partition') {
    if (items.length === 0) reader.report(path, 'needs at least one group', 'such as partition: [[n0, n1]]');
    const groups = items.map((words, i) => reader.peers(words, [...path, i]));
    const seen = new Map<string, number>();
    groups.forEach((group, i) => {
      for (const name of group) {
        if (seen.has(name)) reader.report([...path, i], `"${name}" is in group ${seen.get(name)} already`);
        seen.set(name, i + 1);
      }
    });
    return { groups };
  }
  if (ON_LINKS.has(verb) && items.length > 0 && items.every(item => Array.isArray(item))) {
    const links = items.map((pair, i): [string, string] => {
      const [a, b] = pair as [string, string];
      return [reader.peer(a, [...path, i, 0]), reader.peer(b, [...path, i, 1])];
    });
    return { links };
  }
  return { peers: reader.peers(value, path) };
}
