/** Which peers a message must reach: by what the scenario states, and of what it does not state, by the graph. */

import type { Explanation } from '@peerlab/finding';
import { distancesFrom } from '@peerlab/graph';
import type { Expectation } from '@peerlab/topology';
import type { MessageFact, MessageFacts } from './message-facts.ts';

/** True for peers that must receive, false for those that must not; the graph decides about the others. */
export type StatedReach = ReadonlyMap<number, boolean>;

/** Reads it from what is expected. */
export function statedReach({ names, running }: MessageFacts, expect: Expectation): StatedReach {
  const { reaches, notReaches = [] } = expect;
  const stated = new Map<number, boolean>();
  if (reaches === 'all' || reaches === 'none') for (const peer of running) stated.set(peer, reaches === 'all');
  else if (reaches !== undefined && reaches !== 'horizon')
    for (const name of reaches) stated.set(names.indexOf(name), true);
  for (const name of notReaches) stated.set(names.indexOf(name), false);
  return stated;
}

/** A peer that did not receive what the scenario says, against the graph; or did. */
export interface Stray {
  readonly isMissing: boolean;
  readonly explanation: Explanation;
}

/** What was stated against the graph, and did not come out. */
export function brokenReach(
  { graph, names }: MessageFacts,
  { message, expected, receptions }: MessageFact,
  stated: StatedReach,
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
    if (must && seen === undefined && !expected.includes(peer)) {
      const text = `${name} did not receive ${what}, which the scenario requires; in the current graph, ${where}`;
      return [{ isMissing: true, explanation: { kind: 'stated', culprit: name, messageId: message.id, text } }];
    }
    if (!must && seen !== undefined) {
      const from = names[message.from] ?? '';
      const text = `${name} received ${what} at hop ${seen.hops}, which the scenario forbids; in the current graph ${distance === -1 ? `there is no path from ${from}` : where}`;
      return [{ isMissing: false, explanation: { kind: 'stated', culprit: name, messageId: message.id, text } }];
    }
    return [];
  });
}

/** The peers that must receive a message, by the scenario and the graph together. */
export function dueTo({ message, expected }: MessageFact, stated: StatedReach): number[] {
  const due = new Set(expected.filter(peer => stated.get(peer) !== false));
  for (const [peer, must] of stated) {
    if (must && peer !== message.from && (message.to === undefined || message.to === peer)) due.add(peer);
  }
  return [...due];
}
