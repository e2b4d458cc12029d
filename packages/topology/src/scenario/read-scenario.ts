/** From `scenario:` of a file, its schema met, to the model: quantities, names, and that each step has one verb. */
import { ownValue, readBytes, readRatePerSecond } from '@peerlab/conditions';
import { describe } from '../in-words.ts';
import type { ProgramReader } from '../program-section.ts';
import type { Path } from '../yaml-document.ts';
import type { Comparison, Expectation, Scenario, Step, StepBase } from './model.ts';
import { readComparison, readRange, readShare } from './quantities.ts';
import { readFault } from './read-fault.ts';
import { CHECK_NAMES, type StepEntry, VERBS } from './scenario-schema.ts';
import { type Report, ScenarioValues } from './scenario-values.ts';

/** What a scenario is read against. */
export interface ScenarioSurroundings {
  /** In topology order. */
  readonly names: readonly string[];
  readonly report: Report;
  /** Reads commands and patterns against what their templates may name. */
  readonly program: ProgramReader;
  /** The line of a place in the document, from 1. */
  readonly lineOf: (path: Path) => number;
  /** The peers choose their own links. */
  readonly hasOwnLinks: boolean;
}

const TIMEOUT_MS = 300_000;
const STEP_TIMEOUT_MS = 60_000;
const SIZE_BYTES = 100;
/** Payload of a load, in bytes: a frame takes 1 MiB, its header included. */
const MAX_SIZE_BYTES = 1024 * 1024 - 64;
/** Repetitions within repetitions and parallels. */
const MAX_DEPTH = 8;
/** Verbs that send messages; `expect` has no meaning next to another verb. */
const SENDING: ReadonlySet<string> = new Set(['broadcast', 'dm', 'load']);
const EXAMPLE = 'such as - broadcast: n0';

/**
 * Reads a scenario that the schema has found sound; what is wrong beyond that is reported.
 * @param section the value from the file: a list of steps, or a map with `steps`
 */
export function readScenario(section: unknown, surroundings: ScenarioSurroundings): Scenario {
  return new ScenarioReader(surroundings).whole(section);
}

class ScenarioReader {
  readonly #values: ScenarioValues;
  readonly #program: ProgramReader;
  readonly #lineOf: ScenarioSurroundings['lineOf'];
  readonly #hasOwnLinks: boolean;

  constructor({ names, report, program, lineOf, hasOwnLinks }: ScenarioSurroundings) {
    this.#program = program;
    this.#hasOwnLinks = hasOwnLinks;
    this.#values = new ScenarioValues(names, report);
    this.#lineOf = lineOf;
  }

  whole(section: unknown): Scenario {
    const isList = Array.isArray(section);
    const map: StepEntry = isList ? {} : Object(section);
    const steps = isList ? section : map.steps;
    const path = isList ? ['scenario'] : ['scenario', 'steps'];
    return {
      timeoutMs: this.#values.durationMs(map.timeout, ['scenario', 'timeout']) ?? TIMEOUT_MS,
      stepTimeoutMs: this.#values.durationMs(map['step-timeout'], ['scenario', 'step-timeout']) ?? STEP_TIMEOUT_MS,
      steps: this.#steps(steps, path, 0, false),
    };
  }

  #steps(entries: unknown, path: Path, depth: number, isParallel: boolean): Step[] {
    const list = entries as readonly StepEntry[];
    if (list.length === 0) this.#values.report(path, 'needs at least one step', EXAMPLE);
    if (depth > MAX_DEPTH) {
      this.#values.report(path, `steps are nested ${depth} levels deep`, `the limit is ${MAX_DEPTH}`);
      return [];
    }
    return list.flatMap((entry, i) => this.#step(entry, [...path, i], depth, isParallel));
  }

  #step(entry: StepEntry, path: Path, depth: number, isParallel: boolean): Step[] {
    const base: StepBase = {
      name: entry.name as string | undefined,
      atMs: this.#values.durationMs(entry.at, [...path, 'at']),
      timeoutMs: this.#values.durationMs(entry.timeout, [...path, 'timeout']),
      line: this.#lineOf(path),
      path: path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join(''),
    };
    const given = VERBS.filter(verb => entry[verb] !== undefined);
    const verbs = given.filter(verb => verb !== 'expect');
    const [verb = given[0]] = verbs;
    if (verb === undefined) {
      this.#values.report(path, 'has no action', `a step has one of ${VERBS.join(', ')}`);
      return [];
    }
    if (verbs.length > 1) {
      this.#values.report(
        path,
        `has both ${verbs[0]} and ${verbs[1]}`,
        'make them two steps, or put both under parallel:',
      );
      return [];
    }
    if (given.includes('expect') && verb !== 'expect' && !SENDING.has(verb)) {
      this.#values.report(
        [...path, 'expect'],
        `does not fit ${verb}, which sends nothing`,
        'make it a separate step',
        'key',
      );
    }
    const expect = this.#expectation(Object(entry.expect), [...path, 'expect'], verb, isParallel);
    const at = [...path, verb];
    const value = entry[verb];
    const fields = Object(value);
    switch (verb) {
      case 'broadcast': {
        const isShort = typeof value === 'string';
        const from = this.#values.peer(isShort ? value : fields.from, isShort ? at : [...at, 'from']);
        return [{ ...base, kind: verb, from, ttl: fields.ttl, text: this.#text(fields.text, path), expect }];
      }
      case 'dm': {
        const [from, to] = [
          this.#values.peer(fields.from, [...at, 'from']),
          this.#values.peer(fields.to, [...at, 'to']),
        ];
        if (from === to) this.#values.report([...at, 'to'], `"${from}" cannot send a direct message to itself`);
        return [{ ...base, kind: verb, from, to, ttl: fields.ttl, text: this.#text(fields.text, path), expect }];
      }
      case 'load':
        return [{ ...base, ...this.#load(fields, at), expect }];
      case 'expect':
        if (Object.keys(fields).every(key => key.startsWith('within')))
          this.#values.report(at, 'expects nothing', 'such as expect: { links: as-drawn }');
        if (fields.refused !== undefined)
          this.#values.report(
            [...at, 'refused'],
            'does not fit a step that sends nothing',
            'put it beside broadcast:',
            'key',
          );
        return [{ ...base, kind: verb, expect }];
      case 'checks':
        return [{ ...base, kind: verb, checks: checksOf(value) }];
      case 'wait-settled':
        return [{ ...base, kind: verb }];
      case 'exec': {
        const on = this.#values.peers(fields.on, [...at, 'on']);
        const command = this.#program.command({ run: fields.run, status: fields.status, match: fields.match }, at);
        const count = this.#compared(fields.count, [...at, 'count']);
        const withinMs = this.#values.durationMs(fields.within, [...at, 'within']);
        const runTimeoutMs = this.#values.durationMs(fields.timeout, [...at, 'timeout']);
        return command === undefined ? [] : [{ ...base, kind: verb, on, ...command, count, withinMs, runTimeoutMs }];
      }
      case 'log': {
        const on = this.#values.peers(fields.on, [...at, 'on']);
        const match = this.#program.pattern(fields.match, [...at, 'match']);
        const withinMs = this.#values.durationMs(fields.within, [...at, 'within']);
        return match === undefined ? [] : [{ ...base, kind: verb, on, match, withinMs }];
      }
      case 'fault': {
        const fault = readFault(fields, at, this.#values);
        return fault === undefined ? [] : [{ ...base, ...fault }];
      }
      case 'heal':
        return [{ ...base, kind: verb, withinMs: this.#within(fields, at), checks: checksOf(fields.checks ?? 'all') }];
      case 'parallel':
        return [{ ...base, kind: verb, steps: this.#steps(value, at, depth + 1, true) }];
      case 'repeat': {
        const steps = this.#steps(fields.steps, [...at, 'steps'], depth + 1, isParallel);
        return [{ ...base, kind: verb, times: fields.times, steps }];
      }
    }
  }

  #text(text: string | undefined, path: Path): string | undefined {
    if (text !== undefined && new TextEncoder().encode(text).length > MAX_SIZE_BYTES) {
      const most = `must be at most ${MAX_SIZE_BYTES} B (a frame of 1 MiB less its header)`;
      this.#values.report([...path, 'text'], most, 'use a load: of messages, or several texts');
    }
    return text;
  }

  #load(fields: StepEntry, path: Path): Omit<Extract<Step, { kind: 'load' }>, keyof StepBase | 'expect'> {
    const sizeBytes =
      this.#values.quantity(fields.size, [...path, 'size'], readBytes, 'a size', '100 B or 64 KiB') ?? SIZE_BYTES;
    if (sizeBytes > MAX_SIZE_BYTES)
      this.#values.report(
        [...path, 'size'],
        `must be at most ${MAX_SIZE_BYTES} B (a frame of 1 MiB less its header), not ${fields.size}`,
      );
    const rate = this.#values.quantity(fields.rate, [...path, 'rate'], readRatePerSecond, 'a rate above 0', '100/s');
    const from = this.#values.peers(fields.from ?? 'all', [...path, 'from']);
    return {
      kind: 'load',
      from,
      sizeBytes,
      ratePerSecond: rate ?? 1,
      durationMs: this.#values.durationMs(fields.duration, [...path, 'duration']) ?? 0,
      ttl: fields.ttl as number | undefined,
    };
  }

  #compared(value: unknown, path: Path): Comparison | undefined {
    return this.#values.quantity(value, path, readComparison, 'a number or a comparison', '4 or "<= 4"');
  }

  #expectation(fields: StepEntry, path: Path, verb: string, isParallel: boolean): Expectation {
    const compare = (key: string): Comparison | undefined => this.#compared(ownValue(fields, key), [...path, key]);
    const { frames, links, reaches, delivered } = fields;
    if (frames !== undefined && (isParallel || verb === 'load')) {
      const why = isParallel ? 'frames of messages that run in parallel' : 'frames of a load';
      this.#values.report(
        [...path, 'frames'],
        `${why} cannot be counted separately`,
        'send one message at a time',
        'key',
      );
    }
    const group = ['all', 'none', 'horizon'].find(word => word === reaches) as 'all' | 'none' | 'horizon' | undefined;
    const share = this.#values.quantity(delivered, [...path, 'delivered'], readShare, 'a share', '99.9 %');
    if (share !== undefined && share.value > 1) {
      this.#values.report([...path, 'delivered'], `must be at most 100 %, not ${describe(delivered)}`);
    }
    return {
      reaches: reaches === undefined ? undefined : (group ?? this.#values.peers(reaches, [...path, 'reaches'])),
      notReaches:
        fields['not-reaches'] === undefined
          ? undefined
          : this.#values.peers(fields['not-reaches'], [...path, 'not-reaches']),
      times: compare('times'),
      hops: compare('hops'),
      frames: frames === 'predicted' ? 'predicted' : compare('frames'),
      withinMs: this.#within(fields, path),
      deliveredRatio: share,
      links: this.#links(links, path, compare),
      ...(fields.refused === true ? { refused: true } : {}),
      converged: this.#group(fields.converged, [...path, 'converged']),
      connected: this.#group(fields.connected, [...path, 'connected']),
      degree: this.#values.quantity(fields.degree, [...path, 'degree'], readRange, 'whole numbers', '3..8 or ">= 3"'),
      members: fields.members === undefined ? undefined : this.#values.peers(fields.members, [...path, 'members']),
      probe: this.#pairs(fields.probe, [...path, 'probe']),
    };
  }

  /** `within: 30s`, or the same in milliseconds. */
  #within({ within, withinMs }: StepEntry, path: Path): number | undefined {
    if (within !== undefined && withinMs !== undefined) {
      this.#values.report([...path, 'withinMs'], 'is also set by within', 'keep one of them', 'key');
    }
    const waited = this.#values.durationMs(within, [...path, 'within']);
    return waited ?? (withinMs as number | undefined);
  }

  #links(links: unknown, path: Path, compare: (key: string) => Comparison | undefined): Expectation['links'] {
    if (links !== 'as-drawn' && links !== 'as-left') return compare('links');
    if (!this.#hasOwnLinks) return links;
    const advice = 'use converged:, connected:, degree: or members:';
    this.#values.report([...path, 'links'], 'no link is drawn: the peers choose their own', advice);
    return undefined;
  }

  #group(value: unknown, path: Path): 'all' | readonly string[] | undefined {
    return value === undefined || value === 'all' ? value : this.#values.peers(value, path);
  }

  #pairs(value: unknown, path: Path): Expectation['probe'] {
    if (value === undefined || value === 'all-pairs') return value;
    return (value as readonly (readonly [string, string])[]).map(([a, b], i): readonly [string, string] => [
      this.#values.peer(a, [...path, i, 0]),
      this.#values.peer(b, [...path, i, 1]),
    ]);
  }
}

function checksOf(value: unknown): readonly string[] {
  if (value === 'all') return CHECK_NAMES;
  return typeof value === 'string' ? [value] : (value as string[]);
}
