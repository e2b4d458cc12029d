/**
 * The verdict on messages of a scenario: what its author states stands above what the graph says, and of what is not
 * stated the graph decides. Pure.
 */

import { distancesFrom, type Graph, predictedDmFrames, predictedFloodFrames } from '@peerlab/graph';
import type { Explanation, Reception, SentMessage, Verdict, Violation } from '@peerlab/lab';
import { compares, type Expectation } from '@peerlab/topology';
import { comparisonText, listed, shareText } from './step-title.ts';

/** What is known of the messages of one step. */
export interface MessageFacts {
  /** As it was when they were sent. */
  readonly graph: Graph;
  /** In topology order. */
  readonly names: readonly string[];
  /** The peers that run. */
  readonly running: readonly number[];
  readonly messages: readonly {
    readonly message: SentMessage;
    readonly verdict: Verdict;
    readonly receptions: readonly Reception[];
    /** On the lab's clock. */
    readonly sentAtMs: number;
  }[];
  /** Data frames of all of them together; undefined where they could not be counted. */
  readonly frames: number | undefined;
  /** Faults came or went while they were under way: what they had to reach cannot be told from one graph. */
  readonly isGraphMoving: boolean;
}

/** What came out. */
export interface Judgement {
  readonly passed: boolean;
  readonly expected: string;
  readonly seen: string;
  /** Broken promises of the graph, to be explained. */
  readonly violations: readonly Violation[];
  /** Broken statements of the scenario. */
  readonly broken: readonly Explanation[];
  readonly notes: readonly string[];
}

/** See the module's header. */
export function judgeMessages(facts: MessageFacts, expect: Expectation): Judgement {
  const { messages, isGraphMoving } = facts;
  const stated = statedReach(facts, expect);
  const all = messages.flatMap(({ receptions }) => receptions);
  const due = sum(messages.map(({ verdict, message }) => dueTo(verdict, message, stated).length));
  const came = sum(
    messages.map(
      ({ verdict, message }) => dueTo(verdict, message, stated).filter(p => verdict.received.includes(p)).length,
    ),
  );
  const ratio = due === 0 ? 1 : came / due;
  // Where a share of the deliveries suffices, a single one may be missing.
  const mayMiss = expect.deliveredRatio !== undefined && compares(expect.deliveredRatio, ratio);
  const violations = messages.flatMap(({ verdict }) =>
    verdict.violations.filter(({ kind, peer }) => {
      if (kind === 'missed' && mayMiss) return false;
      return isKept(kind, stated.get(peer), expect, isGraphMoving);
    }),
  );
  const broken: Explanation[] = [];
  const expected: string[] = [reachText(facts, expect, due)];
  const seen: string[] = [`${came} of ${due}`];
  const state = (what: string, saw: string, holds: boolean, text: string): void => {
    expected.push(what);
    seen.push(saw);
    if (!holds) broken.push({ kind: 'stated', text });
  };

  const counts = countsOf(messages);
  if (expect.times !== undefined) {
    const { times } = expect;
    const wrong = counts.filter(count => !compares(times, count)).length;
    const text = `${wrong} deliveries came another number of times than ${comparisonText(times)}`;
    state(`each ${comparisonText(times)} times`, `${range(counts)} times`, wrong === 0, text);
  } else {
    expected.push('each once');
    seen.push(counts.every(count => count === 1) ? 'each once' : `up to ${extremes(counts).max} times`);
  }
  const hops = all.map(reception => reception.hops);
  if (expect.hops !== undefined) {
    const { hops: wanted } = expect;
    const wrong = all.filter(reception => !compares(wanted, reception.hops));
    const who = listed([...new Set(wrong.map(({ peer }) => facts.names[peer] ?? ''))]);
    const text = `${who} took a copy at ${range(wrong.map(({ hops: count }) => count))} hops, not ${comparisonText(wanted)}`;
    state(`hops ${comparisonText(wanted)}`, `hops ${range(hops)}`, wrong.length === 0, text);
  }
  if (expect.frames !== undefined) {
    const wanted =
      expect.frames === 'predicted' ? { operator: '=' as const, value: predictedFrames(facts) } : expect.frames;
    const { frames } = facts;
    const text =
      frames === undefined
        ? 'the frames could not be counted: peers without counters, or peers that came or went'
        : `it cost ${frames} frames, not ${comparisonText(wanted)}`;
    const holds = frames !== undefined && compares(wanted, frames);
    const what = `${comparisonText(wanted)} frames${expect.frames === 'predicted' ? ' (predicted)' : ''}`;
    state(what, `${frames ?? 'uncounted'} frames`, holds, text);
  }
  if (expect.withinMs !== undefined) {
    const times = messages.flatMap(({ receptions, sentAtMs }) => receptions.map(({ atMs }) => atMs - sentAtMs));
    const slowest = times.length === 0 ? 0 : extremes(times).max;
    const text = `the last delivery came after ${ms(slowest)}, not within ${ms(expect.withinMs)}`;
    state(`within ${ms(expect.withinMs)}`, ms(slowest), slowest <= expect.withinMs, text);
  }
  if (expect.deliveredRatio !== undefined) {
    const wanted = shareText(expect.deliveredRatio);
    const saw = `${Number((ratio * 100).toPrecision(6))} %`;
    const text = `${came} of ${due} deliveries came, ${saw}, not ${wanted}`;
    state(`${wanted} delivered`, saw, compares(expect.deliveredRatio, ratio), text);
  }
  for (const { message, verdict, receptions } of messages) {
    const stray = brokenReach(facts, message, verdict, receptions, stated);
    broken.push(...stray.filter(({ isMissing }) => !(isMissing && mayMiss)).map(({ explanation }) => explanation));
  }
  return {
    passed: violations.length === 0 && broken.length === 0,
    expected: expected.join('; '),
    seen: seen.join('; '),
    violations,
    broken,
    notes: isGraphMoving
      ? ['the lab changed while messages were under way: who had to receive them was not judged by the graph']
      : [],
  };
}

/** Frames under uniform delay, of all messages. */
export function predictedFrames({ graph, messages }: MessageFacts): number {
  return sum(
    messages.map(({ message: { from, to, ttl = Number.POSITIVE_INFINITY } }) =>
      to === undefined ? predictedFloodFrames(graph, from, ttl) : predictedDmFrames(graph, from, to, ttl),
    ),
  );
}

/** True for peers that must receive, false for those that must not; the graph decides about the others. */
function statedReach({ names, running }: MessageFacts, expect: Expectation): Map<number, boolean> {
  const { reaches, notReaches = [] } = expect;
  const stated = new Map<number, boolean>();
  if (reaches === 'all' || reaches === 'none') for (const peer of running) stated.set(peer, reaches === 'all');
  else if (reaches !== undefined && reaches !== 'horizon')
    for (const name of reaches) stated.set(names.indexOf(name), true);
  for (const name of notReaches) stated.set(names.indexOf(name), false);
  return stated;
}

/** True for a violation of the graph's promise that the scenario leaves standing. */
function isKept(
  kind: Violation['kind'],
  stated: boolean | undefined,
  { times }: Expectation,
  isGraphMoving: boolean,
): boolean {
  switch (kind) {
    case 'missed':
      return stated === true || (stated === undefined && !isGraphMoving);
    case 'beyond-horizon':
      return stated === undefined && !isGraphMoving;
    case 'hops':
      return !isGraphMoving;
    case 'twice':
      return times === undefined;
    default:
      return true;
  }
}

/** A peer that did not receive what the scenario says, against the graph; or did. */
interface Stray {
  readonly isMissing: boolean;
  readonly explanation: Explanation;
}

/** What was stated against the graph, and did not come out. */
function brokenReach(
  { graph, names }: MessageFacts,
  message: SentMessage,
  verdict: Verdict,
  receptions: readonly Reception[],
  stated: ReadonlyMap<number, boolean>,
): Stray[] {
  const distances = distancesFrom(graph, message.from);
  const what = `${message.to === undefined ? 'broadcast' : 'direct message'} ${message.id.slice(0, 8)} of ${names[message.from]}`;
  return [...stated].flatMap(([peer, must]): Stray[] => {
    const name = names[peer] ?? '';
    if (peer === message.from || (message.to !== undefined && message.to !== peer)) return [];
    const seen = receptions.find(reception => reception.peer === peer);
    const distance = distances[peer] ?? -1;
    const limit = message.ttl === undefined ? '' : `, and its TTL is ${message.ttl}`;
    const where = distance === -1 ? 'there is no path' : `it is ${distance} hops away${limit}`;
    if (must && seen === undefined && !verdict.expected.includes(peer)) {
      const text = `${name} had to receive ${what}, by the scenario, and did not: by the graph as it is now, ${where}`;
      return [{ isMissing: true, explanation: { kind: 'stated', culprit: name, messageId: message.id, text } }];
    }
    if (!must && seen !== undefined) {
      const from = names[message.from] ?? '';
      const text = `${name} received ${what} at hop ${seen.hops}; by the scenario it must not, and by the graph as it is now ${distance === -1 ? `there is no path from ${from}` : where}`;
      return [{ isMissing: false, explanation: { kind: 'stated', culprit: name, messageId: message.id, text } }];
    }
    return [];
  });
}

/** Who must receive a message, by the scenario and the graph together. */
function dueTo(verdict: Verdict, message: SentMessage, stated: ReadonlyMap<number, boolean>): number[] {
  const due = new Set(verdict.expected.filter(peer => stated.get(peer) !== false));
  for (const [peer, must] of stated) {
    if (must && peer !== message.from && (message.to === undefined || message.to === peer)) due.add(peer);
  }
  return [...due];
}

function reachText({ messages }: MessageFacts, { reaches, notReaches }: Expectation, due: number): string {
  const deliveries = messages.length === 1 ? `${due} ${due === 1 ? 'peer' : 'peers'}` : `${due} deliveries`;
  const who =
    reaches === undefined || reaches === 'horizon'
      ? deliveries
      : `${deliveries} (${typeof reaches === 'string' ? reaches : listed(reaches)})`;
  return notReaches === undefined ? who : `${who}, not ${listed(notReaches)}`;
}

function countsOf(messages: MessageFacts['messages']): number[] {
  return messages.flatMap(({ receptions }) => {
    const counts = new Map<number, number>();
    for (const { peer } of receptions) counts.set(peer, (counts.get(peer) ?? 0) + 1);
    return [...counts.values()];
  });
}

/** `3`, `1 to 5`. */
function range(numbers: readonly number[]): string {
  if (numbers.length === 0) return 'none';
  const { min, max } = extremes(numbers);
  return min === max ? String(min) : `${min} to ${max}`;
}

/** Of however many numbers, which the arguments of Math.max are not. */
function extremes(numbers: readonly number[]): { min: number; max: number } {
  return numbers.reduce(({ min, max }, n) => ({ min: Math.min(min, n), max: Math.max(max, n) }), {
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  });
}

function ms(timeMs: number): string {
  return `${Number(timeMs.toFixed(timeMs < 10 ? 1 : 0))} ms`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
