/** From zod's issues to problems that a person can act on. */

import { didYouMean, nearest } from '@peerlab/conditions';
import { drawnLinkFields, linkFields } from '@peerlab/conditions/schemas';
import { GENERATORS } from '@peerlab/graph';
import type * as z from 'zod';
import { NAME_RULE } from './file-schema.ts';
import { butIs, describe, nameAdvice, quotesAdvice } from './in-words.ts';
import { KIND_KEYS } from './kind-schema.ts';
import { NEEDS_KEYS } from './needs-schema.ts';
import { COMMAND_KEYS, PROGRAM_KEYS, SETUP_KEYS } from './program-schema.ts';
import { SCENARIO_KEYS, scenarioPlaceOf, scenarioShapeOf } from './scenario/scenario-schema.ts';
import type { TopologyProblem } from './topology-error.ts';
import { formatPath, type Path, type YamlDocument } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;

/** What the schema says of a file. */
export interface SchemaProblems {
  readonly problems: readonly TopologyProblem[];
  /** The paths of keys that are missing because they are misspelt: to report both would be to report one thing twice. */
  readonly misspelt: ReadonlySet<string>;
}

const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    array: 'a list',
    tuple: 'a list',
    object: 'a map',
    record: 'a map',
    string: 'text',
    number: 'a number',
    int: 'a whole number',
  }),
);

/** Keys that are known at a place, for the advice on an unknown one. */
const KNOWN_KEYS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '': ['name', 'seed', 'kinds', 'topology', 'peers', 'links', 'defaults', 'setup', 'pack', 'security', 'scenario'],
    defaults: ['ttl', 'links', 'peers', 'kind'],
    'defaults.links': Object.keys(linkFields),
    'defaults.peers': ['env', 'kind'],
    kinds: KIND_KEYS,
    'kinds.build': ['context', 'dockerfile'],
    'kinds.program': PROGRAM_KEYS,
    'kinds.program.ready': ['log', 'port', ...COMMAND_KEYS],
    'kinds.program.command': COMMAND_KEYS,
    'kinds.facts': COMMAND_KEYS,
    setup: SETUP_KEYS,
    links: ['between', ...Object.keys(drawnLinkFields)],
    peers: ['env', 'kind', 'label', 'security', ...NEEDS_KEYS],
  }),
);

/** The section of a key that is misplaced at the top level. */
const SECTION_OF: Readonly<Record<string, string>> = {
  generator: 'topology:',
  ttl: 'defaults:',
  env: 'defaults.peers:',
  kind: 'defaults:',
  ...Object.fromEntries((KNOWN_KEYS.get('defaults.links') ?? []).map(key => [key, 'defaults.links:'])),
};

/** How the top-level keys are written, for the advice where one holds something else. */
const EXAMPLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    topology: 'such as topology: { generator: ring, peers: 5 }',
    'topology.generator': `one of ${GENERATORS.map(({ name }) => name).join(', ')}`,
    peers: 'such as peers: [a, b, c]',
    links: 'such as links: [[a, b], [b, c]]',
    defaults: 'such as defaults: { ttl: 5 }',
    kinds: 'such as kinds: { python: { command: python3 peer.py } }',
    scenario: 'such as scenario: [{ broadcast: n0 }]',
  }),
);

/** Every issue as problems, with their places in the document. */
export function schemaProblems(issues: readonly Issue[], document: YamlDocument): SchemaProblems {
  const misspelt = new Set<string>();
  const reader = { document, misspelt };
  const problems = issues.flatMap(issue => problemsOf(issue, [], reader));
  return {
    problems: problems.filter(({ message, path }) => !(message === MISSING && misspelt.has(path))),
    misspelt,
  };
}

const MISSING = 'is missing';

interface Reader {
  readonly document: YamlDocument;
  readonly misspelt: Set<string>;
}

function problemsOf(issue: Issue, prefix: Path, reader: Reader): TopologyProblem[] {
  const { document, misspelt } = reader;
  const path = [...prefix, ...issue.path.map(step => (typeof step === 'symbol' ? String(step) : step))];
  const value = valueAt(document.data, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => {
      const known = knownAt(path);
      const section = path.length === 0 && Object.hasOwn(SECTION_OF, key) ? SECTION_OF[key] : undefined;
      const meant = section === undefined ? nearest(key, known) : undefined;
      if (meant !== undefined) misspelt.add(formatPath([...path, meant]));
      const otherwise = section === undefined ? `known here: ${known.join(', ')}` : `write it under ${section}`;
      const advice = meant === undefined ? otherwise : `did you mean "${meant}"?`;
      return document.problem([...path, key], `unknown key "${key}"`, advice, 'key');
    });
  }
  if (issue.code === 'invalid_union') {
    const branch = bestBranch(issue.errors, value);
    if (branch !== undefined) return branch.flatMap(inner => problemsOf(inner, path, reader));
    if (value === undefined) return [document.problem(path, MISSING)];
    return [document.problem(path, `must be ${shapeOf(path)}, ${butIs(value, document.written(path))}`)];
  }
  if (issue.code === 'invalid_key') {
    const name = String(path.at(-1));
    return [document.problem(path, `${describe(name)} is not a name: ${NAME_RULE}`, nameAdvice(name), 'key')];
  }
  return [
    document.problem(
      path,
      messageOf(issue, value, document.written(path)),
      adviceOf(issue, value, path, document.written(path)),
    ),
  ];
}

/**
 * The branch of a union that the value was meant for: of those that do not fail at their very top, the one with the fewest
 * problems; none if several know as little of the value's keys.
 */
function bestBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  if (typeof value === 'number') {
    const isOfNumbers = (issue: Issue): boolean =>
      (issue.code === 'invalid_type' && issue.expected === 'number') ||
      ('origin' in issue && issue.origin === 'number');
    return branches.find(issues => issues.some(isOfNumbers));
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const isOfAnotherKind = ({ code, path }: Issue): boolean =>
    (code === 'invalid_type' || code === 'invalid_value') && path.length === 0;
  const meant = branches.filter(issues => !issues.some(isOfAnotherKind)).sort((a, b) => a.length - b.length);
  const [best, next] = meant;
  const isUnknown = best?.some(({ code, path }) => code === 'unrecognized_keys' && path.length === 0) === true;
  return isUnknown && next?.length === best?.length ? undefined : best;
}

function messageOf(issue: Issue, value: unknown, written: string | undefined): string {
  switch (issue.code) {
    case 'invalid_type': {
      if (value === undefined) return MISSING;
      const isFraction = issue.expected === 'int' && typeof value === 'number';
      return `must be ${isFraction ? 'a whole number' : (KINDS.get(issue.expected) ?? issue.expected)}, ${butIs(value, written)}`;
    }
    case 'too_small':
      if (issue.origin === 'array') return `must name two peers, not ${lengthOf(value)}`;
      return `must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}, not ${written ?? describe(value)}`;
    case 'too_big':
      if (issue.origin === 'array') return `must name two peers, not ${lengthOf(value)}`;
      if (issue.origin === 'string') return `${describe(value)} is too long for a name: ${NAME_RULE}`;
      return `must be at most ${issue.maximum}, not ${written ?? describe(value)}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values.map(String))}, ${butIs(value, written)}`;
    case 'invalid_format':
      return `${describe(value)} is not a name: ${NAME_RULE}`;
    case 'custom':
      return issue.message;
    default:
      return `cannot be ${describe(value)}: ${issue.message}`;
  }
}

function adviceOf(issue: Issue, value: unknown, path: Path, written: string | undefined): string | undefined {
  if (issue.code === 'invalid_format' && typeof value === 'string') return nameAdvice(value);
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    return didYouMean(value, issue.values.map(String));
  }
  if (issue.code !== 'invalid_type') return undefined;
  if (path.length === 0) return EXAMPLES.get('topology');
  if (path[0] === 'links' && path.at(-1) === 'between') return 'such as between: [a, b]';
  return EXAMPLES.get(formatPath(path)) ?? quotesAdvice(value, issue.expected, written);
}

function shapeOf(path: Path): string {
  const [above, last] = path.slice(-2);
  if (last === 'latencyMs') return path[0] === 'links' ? `${LATENCY_SHAPES}, { there: …, back: … }` : LATENCY_SHAPES;
  if (above === 'latencyMs') return LATENCY_SHAPES;
  if (path.length === 3 && path[0] === 'links' && Object.hasOwn(drawnLinkFields, String(last))) {
    return 'a number or { there: …, back: … }';
  }
  if (path[0] === 'links') return '[a, b] or { between: [a, b], … }';
  if (path[0] === 'scenario') return scenarioShapeOf(path);
  if (path[0] === 'setup') return PROGRAM_SHAPES.get(String(path.at(-1))) ?? '{ on: …, run: … }, or a list of such';
  if (path[0] === 'kinds' && path[2] === 'program' && path.length > 3) {
    return PROGRAM_SHAPES.get(String(path.at(-1))) ?? COMMAND_SHAPE;
  }
  if (path[0] === 'kinds') return KIND_SHAPES.get(String(path[2])) ?? 'something else';
  return path[0] === 'peers' ? 'a list of names or a map from name to settings' : 'something else';
}

const LATENCY_SHAPES =
  'milliseconds, or one of { uniform: { min: …, max: … } }, { exponential: { mean: … } }, { logNormal: { median: …, sigma: … } }';

/** How the values of a kind are written that may be written in several ways. */
const KIND_SHAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    command: 'a command line, as text or as a list of words',
    entrypoint: 'a command line, as text or as a list of words',
    build: 'a folder or { context: …, dockerfile: … }',
    files: 'a list of paths or a map from path to path',
    memory: 'a size, such as 512MiB',
    tmpfs: 'a list of folders or a map from folder to size',
    program: 'a map with run:',
    facts: 'a map from name to { run: …, match: … }',
    peers: 'a list of names, a number, or a share such as 50%',
  }),
);

const COMMAND_SHAPE = 'a command: text, a list of words, or { run: …, match: …, status: … }';

const PROGRAM_SHAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    run: 'a command line, as text or as a list of words',
    listen: 'a command line, as text or as a list of words',
    ready: '{ log: PATTERN }, { port: NUMBER } or { run: COMMAND }',
    port: 'a port, such as 7946 or "{port}"',
    status: 'a status from 0 to 255, or any',
    on: 'peers: a name, n0..n4, all, or a list of them',
    within: 'a time, such as 30s',
  }),
);

function knownAt(path: Path): readonly string[] {
  if (path[0] === 'links' && path.length === 3) return ['there', 'back'];
  return (path[0] === 'scenario' ? SCENARIO_KEYS.get(scenarioPlaceOf(path)) : KNOWN_KEYS.get(placeOf(path))) ?? [];
}

function placeOf(path: Path): string {
  const [first = ''] = path;
  if (first === 'kinds') {
    if (path[2] === 'build' || path[2] === 'facts') return `kinds.${path[2]}`;
    if (path[2] !== 'program') return first;
    if (path.length === 3) return 'kinds.program';
    return path[3] === 'ready' ? 'kinds.program.ready' : 'kinds.program.command';
  }
  return first === 'links' || first === 'peers' || first === 'setup' ? first : path.join('.');
}

function oneOf(words: readonly string[]): string {
  return words.length > 2 ? `one of ${words.join(', ')}` : words.join(' or ');
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined,
    data,
  );
}
