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

function timesStatement({ messages }: MessageFacts, times: Comparison | undefined): Statement {
  const counts = countsOf(messages);
  if (times === undefined) {
    const isOnce = counts.every(count => count === 1);
    return { expected: 'each once', observed: isOnce ? 'each once' : `up to ${extremes(counts).max} times` };
  }
  const wrong = counts.filter(count => !compares(times, count)).length;
  const text = `${wrong} deliveries did not come ${comparisonText(times)} times`;
  return stated(`each ${comparisonText(times)} times`, `${range(counts)} times`, wrong === 0, text);
}

function hopsStatement({ messages, names }: MessageFacts, wanted: Comparison): Statement {
  const all = messages.flatMap(({ receptions }) => receptions);
  const wrong = all.filter(({ hops }) => !compares(wanted, hops));
  const peers = listed([...new Set(wrong.map(({ peer }) => names[peer] ?? ''))]);
  const text = `${peers} received a copy at ${range(wrong.map(({ hops }) => hops))} hops, not ${comparisonText(wanted)}`;
  const observed = `hops ${range(all.map(({ hops }) => hops))}`;
  return stated(`hops ${comparisonText(wanted)}`, observed, wrong.length === 0, text);
}

function framesStatement(facts: MessageFacts, expected: NonNullable<Expectation['frames']>): Statement {
  const isPredicted = expected === 'predicted';
  const wanted: Comparison = isPredicted ? { operator: '=', value: predictedFrames(facts) } : expected;
  const what = `${comparisonText(wanted)} frames${isPredicted ? ' (predicted)' : ''}`;
  const { frames } = facts;
  if (frames === undefined) {
    const open = 'the frames could not be counted: a peer has no counters, or it started or stopped meanwhile';
    return { expected: what, observed: 'uncounted frames', open };
  }
  const text = `it cost ${frames} frames, not ${comparisonText(wanted)}`;
  return stated(what, `${frames} frames`, compares(wanted, frames), text);
}

function timeStatement({ messages }: MessageFacts, withinMs: number): Statement {
  const times = messages.flatMap(({ receptions, sentAtMs }) => receptions.map(({ atMs }) => atMs - sentAtMs));
  const slowest = times.length === 0 ? 0 : extremes(times).max;
  const text = `the last delivery came after ${ms(slowest)}, not within ${ms(withinMs)}`;
  return stated(`within ${ms(withinMs)}`, ms(slowest), slowest <= withinMs, text);
}

function shareStatement(share: Share, wanted: Comparison): Statement {
  const ratio = ratioOf(share);
  const observed = `${Number((ratio * 100).toPrecision(6))} %`;
  const text = `${share.came} of ${share.due} deliveries came, ${observed}, not ${shareText(wanted)}`;
  return stated(`${shareText(wanted)} delivered`, observed, compares(wanted, ratio), text);
}

function countsOf(messages: MessageFacts['messages']): number[] {
  return messages.flatMap(({ receptions }) => {
    const counts = new Map<number, number>();
    for (const { peer } of receptions) counts.set(peer, (counts.get(peer) ?? 0) + 1);
    return [...counts.values()];
  });
}
