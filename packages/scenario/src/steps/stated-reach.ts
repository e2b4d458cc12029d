/** Which peers a message must reach: by what the scenario states, and of what it does not state, by the graph. */

import type { Explanation } from '@peerlab/finding';
import { distancesFrom } from '@peerlab/graph';
import type { JudgedMessage, WholeMessages } from '@peerlab/lab';
import type { Expectation } from '@peerlab/topology';
import type { MessageFacts } from './message-facts.ts';

/** True for peers that must receive, false for those that must not; the graph decides about the others. */
export type StatedReach = ReadonlyMap<number, boolean>;

/** Reads it from what is expected. */
export function statedReach(
  { names, running }: Pick<MessageFacts, 'names' | 'running'>,
  expect: Expectation,
): StatedReach {
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
  facts: MessageFacts,
  { message, expected, received, receptions }: JudgedMessage,
  stated: StatedReach,
): Stray[] {
  const hopsAt = (peer: number): number => receptions.find(reception => reception.peer === peer)?.hops ?? 0;
  const what = `${message.to === undefined ? 'broadcast' : 'direct message'} ${message.id.slice(0, 8)} of ${facts.names[message.from]}`;
  return strays(facts, { address: message, what, messageId: message.id, expected, received, hopsAt }, stated);
}

/** As {@link brokenReach}, of messages that arrived as the graph predicts: what is stated may be something else. */
export function brokenReachOfWhole(facts: MessageFacts, whole: WholeMessages, stated: StatedReach): Stray[] {
  const { address, count, expected, exampleId } = whole;
  if (count === 0) return [];
  const hopsAt = (peer: number): number => [...(whole.hops.get(peer)?.keys() ?? [])][0] ?? 0;
  const kind = address.to === undefined ? 'broadcast' : 'direct message';
  const what = `${count === 1 ? `the ${kind}` : `each of ${count} ${kind}s`} of ${facts.names[address.from]}`;
  return strays(facts, { address, what, messageId: exampleId, expected, received: expected, hopsAt }, stated);
}

interface Told {
  readonly address: WholeMessages['address'];
  readonly what: string;
  readonly messageId: string | undefined;
  readonly expected: readonly number[];
  readonly received: readonly number[];
  readonly hopsAt: (peer: number) => number;
}

function strays(
  { graph, names, mute, noPath }: MessageFacts,
  { address, what, messageId, expected, received, hopsAt }: Told,
  stated: StatedReach,
): Stray[] {
  const distances = distancesFrom(graph, address.from);
  return [...stated].flatMap(([peer, must]): Stray[] => {
    const name = names[peer] ?? '';
    if (peer === address.from || (address.to !== undefined && address.to !== peer)) return [];
    const isSeen = received.includes(peer);
    const distance = distances[peer] ?? -1;
    const limit = address.ttl === undefined ? '' : `, and its TTL is ${address.ttl}`;
    const where = distance === -1 ? noPath(address.from, peer) : `it is ${distance} hops away${limit}`;
    const base = { kind: 'stated', culprit: name, messageId } as const;
    if (must && !isSeen && !expected.includes(peer) && !mute.has(peer)) {
      const text = `${name} did not receive ${what}, which the scenario requires; in the current graph, ${where}`;
      return [{ isMissing: true, explanation: { ...base, text } }];
    }
    if (!must && isSeen) {
      const text = `${name} received ${what} at hop ${hopsAt(peer)}, which the scenario forbids; in the current graph, ${where}`;
      return [{ isMissing: false, explanation: { ...base, text } }];
    }
    return [];
  });
}

/** The peers that must receive a message, by the scenario and the graph together. */
export function dueTo(address: WholeMessages['address'], expected: readonly number[], stated: StatedReach): number[] {
  const due = new Set(expected.filter(peer => stated.get(peer) !== false));
  for (const [peer, must] of stated) {
    if (must && peer !== address.from && (address.to === undefined || address.to === peer)) due.add(peer);
  }
  return [...due];
}
