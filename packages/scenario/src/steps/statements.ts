/** What a scenario states of its messages beside their reach: how often, how many hops and frames, how fast, which share. */

import type { Explanation } from '@peerlab/finding';
import { type Comparison, compares, type Expectation } from '@peerlab/topology';
import { type MessageFacts, predictedFrames } from './message-facts.ts';
import { extremes, ms, range } from './number-words.ts';
import { comparisonText, listed, shareText } from './step-title.ts';

/** A statement against what was seen. */
export interface Statement {
  readonly expected: string;
  readonly observed: string;
  /** Why it does not hold. */
  readonly broken?: Explanation;
  /** Why it is unknown. */
  readonly open?: string;
}

/** Deliveries that had to come, and that came. */
export interface Share {
  readonly due: number;
  readonly came: number;
}

/** Every statement, in the order in which they are told. */
export function statementsOf(facts: MessageFacts, expect: Expectation, share: Share): Statement[] {
  const { times, hops, frames, withinMs, deliveredRatio } = expect;
  return [
    timesStatement(facts, times),
    ...(hops === undefined ? [] : [hopsStatement(facts, hops)]),
    ...(frames === undefined ? [] : [framesStatement(facts, frames)]),
    ...(withinMs === undefined ? [] : [timeStatement(facts, withinMs)]),
    ...(deliveredRatio === undefined ? [] : [shareStatement(share, deliveredRatio)]),
  ];
}

/** The share of the deliveries that came; 1 where none had to. */
export function ratioOf({ due, came }: Share): number {
  return due === 0 ? 1 : came / due;
}

function stated(expected: string, observed: string, holds: boolean, text: string): Statement {
  return { expected, observed, ...(holds ? {} : { broken: { kind: 'stated', text } }) };
}

function timesStatement(facts: MessageFacts, times: Comparison | undefined): Statement {
  const counts = countsOf(facts);
  if (times === undefined) {
    const most = extremes([...counts.keys()]).max;
    return { expected: 'each once', observed: most > 1 ? `up to ${most} times` : 'each once' };
  }
  const wrong = countWhere(counts, count => !compares(times, count));
  const text = `${wrong} deliveries did not come ${comparisonText(times)} times`;
  return stated(`each ${comparisonText(times)} times`, `${range([...counts.keys()])} times`, wrong === 0, text);
}

function hopsStatement(facts: MessageFacts, wanted: Comparison): Statement {
  const { names } = facts;
  const all = new Set<number>();
  const wrong = new Set<number>();
  const places = new Set<number>();
  for (const [peer, hops] of hopsOf(facts)) {
    all.add(hops);
    if (compares(wanted, hops)) continue;
    wrong.add(hops);
    places.add(peer);
  }
  const peers = listed([...places].map(peer => names[peer] ?? ''));
  const text = `${peers} received a copy at ${range([...wrong])} hops, not ${comparisonText(wanted)}`;
  return stated(`hops ${comparisonText(wanted)}`, `hops ${range([...all])}`, wrong.size === 0, text);
}

function framesStatement(facts: MessageFacts, expected: NonNullable<Expectation['frames']>): Statement {
  const isPredicted = expected === 'predicted';
  const wanted: Comparison = isPredicted ? { operator: '=', value: predictedFrames(facts) } : expected;
  const what = `${comparisonText(wanted)} frames${isPredicted ? ' (predicted)' : ''}`;
  const { frames, open: reasons } = facts.counted;
  if (frames === undefined) {
    const unknown = 'the frames could not be counted: a peer has no counters, or it started or stopped meanwhile';
    return { expected: what, observed: 'uncounted frames', open: reasons.length === 0 ? unknown : reasons.join('; ') };
  }
  const text = `it cost ${frames} frames, not ${comparisonText(wanted)}`;
  return stated(what, `${frames} frames`, compares(wanted, frames), text);
}

function timeStatement({ messages, whole }: MessageFacts, withinMs: number): Statement {
  let slowest = extremes([0, ...whole.map(({ slowestMs }) => slowestMs)]).max;
  for (const { receptions, sentAtMs } of messages) {
    for (const { atMs } of receptions) slowest = Math.max(slowest, atMs - sentAtMs);
  }
  const text = `the last delivery came after ${ms(slowest)}, not within ${ms(withinMs)}`;
  return stated(`within ${ms(withinMs)}`, ms(slowest), slowest <= withinMs, text);
}

function shareStatement(share: Share, wanted: Comparison): Statement {
  const ratio = ratioOf(share);
  const observed = `${Number((ratio * 100).toPrecision(6))} %`;
  const text = `${share.came} of ${share.due} deliveries came, ${observed}, not ${shareText(wanted)}`;
  return stated(`${shareText(wanted)} delivered`, observed, compares(wanted, ratio), text);
}

/** Every delivery's receiver and hop count; those of messages alike once. */
function* hopsOf({ messages, whole }: MessageFacts): Generator<readonly [peer: number, hops: number]> {
  for (const { receptions } of messages) for (const { peer, hops } of receptions) yield [peer, hops];
  for (const alike of whole) {
    for (const [peer, counts] of alike.hops) for (const hops of counts.keys()) yield [peer, hops];
  }
}

/** How often a peer delivered a message, and of how many pairs of both that is so. */
function countsOf({ messages, whole }: MessageFacts): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (times: number, pairs: number): void => {
    if (pairs > 0) counts.set(times, (counts.get(times) ?? 0) + pairs);
  };
  for (const message of messages) for (const times of message.times.values()) add(times, 1);
  for (const { count, expected } of whole) add(1, count * expected.length);
  return counts;
}

function countWhere(counts: ReadonlyMap<number, number>, isWanted: (value: number) => boolean): number {
  let sum = 0;
  for (const [value, count] of counts) if (isWanted(value)) sum += count;
  return sum;
}
