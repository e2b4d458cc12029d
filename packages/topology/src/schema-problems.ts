/** From zod's issues to problems that a person can act on. */
import type * as z from 'zod';
import { NAME_RULE } from './file-schema.ts';
import { didYouMean } from './nearest.ts';
import type { TopologyProblem } from './topology-error.ts';
import type { Path, YamlDocument } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** Keys that are known at a place, for the advice on an unknown one. */
const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['name', 'seed', 'topology', 'peers', 'links', 'defaults'],
  defaults: ['ttl', 'links', 'peers'],
  'defaults.links': ['latencyMs', 'jitterMs', 'lossRatio', 'bandwidthKbps'],
  'defaults.peers': ['env'],
  links: ['between', 'latencyMs', 'jitterMs', 'lossRatio', 'bandwidthKbps'],
  peers: ['env'],
};

/** Every issue as problems, with their places in the document. */
export function schemaProblems(issues: readonly Issue[], document: YamlDocument, data: unknown): TopologyProblem[] {
  return issues.flatMap(issue => problemsOf(issue, [], document, data));
}

function problemsOf(issue: Issue, prefix: Path, document: YamlDocument, data: unknown): TopologyProblem[] {
  const path = [...prefix, ...issue.path.map(step => (typeof step === 'symbol' ? String(step) : step))];
  const value = valueAt(data, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => {
      const known = KNOWN_KEYS[placeOf(path)] ?? [];
      const advice = didYouMean(key, known) ?? (known.length > 0 ? `known here: ${known.join(', ')}` : undefined);
      return document.problem([...path, key], `unknown key "${key}"`, advice, 'key');
    });
  }
  if (issue.code === 'invalid_union') {
    const branch = bestBranch(issue.errors, value);
    if (branch !== undefined) return branch.flatMap(inner => problemsOf(inner, path, document, data));
    return [document.problem(path, `must be ${shapeOf(path)}, not ${describe(value)}`)];
  }
  if (issue.code === 'invalid_key') return [document.problem(path, `not a name: ${NAME_RULE}`, undefined, 'key')];
  return [document.problem(path, messageOf(issue, value, path))];
}

/** The branch of a union that the value was meant for: the one that does not fail at its very top. */
function bestBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return branches.find(issues => issues.every(({ code, path }) => !(code === 'invalid_type' && path.length === 0)));
}

function messageOf(issue: Issue, value: unknown, path: Path): string {
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return 'is missing';
      if (issue.expected === 'int' || (issue.expected === 'number' && typeof value === 'number')) {
        return `must be a whole number, not ${describe(value)}`;
      }
      return `must be ${KINDS[issue.expected] ?? issue.expected}, not ${describe(value)}`;
    case 'too_small':
      if (issue.origin === 'array') return `needs at least ${issue.minimum} entries, has ${lengthOf(value)}`;
      return `must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}, not ${describe(value)}`;
    case 'too_big':
      if (issue.origin === 'string') return `is too long: ${NAME_RULE}`;
      if (issue.origin === 'array') return `needs at most ${issue.maximum} entries, has ${lengthOf(value)}`;
      return `must be at most ${issue.maximum}, not ${describe(value)}`;
    case 'invalid_format':
      return `${describe(value)} is not a name: ${NAME_RULE}`;
    default:
      return path.length === 0 ? 'must be a map' : `cannot be ${describe(value)}: ${issue.message}`;
  }
}

function shapeOf(path: Path): string {
  if (path[0] === 'links') return '[a, b] or { between: [a, b], … }';
  return path[0] === 'peers' ? 'a list of names or a map from name to settings' : 'something else';
}

function placeOf(path: Path): string {
  if (path.length === 0) return '';
  if (path[0] === 'links') return 'links';
  return path[0] === 'peers' ? 'peers' : path.join('.');
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    data,
  );
}
