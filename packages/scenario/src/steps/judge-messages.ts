/**
 * Holds the messages of a step against what is expected of them: what the author states overrides the graph,
 * and of what is not stated the graph decides. Pure. stated-reach.ts and statements.ts are its two halves.
 */

import type { Explanation } from '@peerlab/finding';
import type { Violation } from '@peerlab/lab';
import { compares, type Expectation } from '@peerlab/topology';
import type { MessageFacts } from './message-facts.ts';
import { brokenReach, brokenReachOfWhole, dueTo, type StatedReach, type Stray, statedReach } from './stated-reach.ts';
import { ratioOf, type Share, statementsOf } from './statements.ts';
import { listed } from './step-title.ts';

/** What is to be explained and concluded. */
export interface JudgedExpectation {
  readonly expected: string;
  readonly observed: string;
  /** Broken promises of the graph, to be explained. */
  readonly violations: readonly Violation[];
  /** Broken statements of the scenario. */
  readonly broken: readonly Explanation[];
  /** The unproven part, and why. */
  readonly open: readonly string[];
  readonly evidence: readonly string[];
}

/** Broken promises of a kind that are kept to be explained: a load may have millions. */
const MAX_ALIKE = 1000;

/** See the module's header. */
export function judgeMessages(facts: MessageFacts, expect: Expectation): JudgedExpectation {
  const { isGraphMoving } = facts;
  const reach = statedReach(facts, expect);
  const share = shareOf(facts, reach);
  // Where a share of the deliveries suffices, a single one may be missing.
  const mayMiss = expect.deliveredRatio !== undefined && compares(expect.deliveredRatio, ratioOf(share));
  const { violations, strays } = brokenOf(facts, reach, ({ kind, peer }) => {
    if (kind === 'missed' && mayMiss) return false;
    return isKept(kind, reach.get(peer), expect, isGraphMoving);
  });
  const statements = statementsOf(facts, expect, share);
  const moved =
    'the lab changed while messages were in flight, so the graph does not say which peers must receive them';
  const isStated = (expect.reaches ?? 'horizon') !== 'horizon' || expect.deliveredRatio !== undefined;
  return {
    expected: [reachText(facts, expect, share.due), ...statements.map(({ expected }) => expected)].join('; '),
    observed: [`${share.came} of ${share.due}`, ...statements.map(({ observed }) => observed)].join('; '),
    violations,
    broken: [
      ...statements.flatMap(({ broken = [] }) => broken),
      ...strays.filter(({ isMissing }) => !(isMissing && mayMiss)).map(({ explanation }) => explanation),
    ],
    open: [...statements.flatMap(({ open = [] }) => open), ...(isGraphMoving && !isStated ? [moved] : [])],
    evidence: isGraphMoving && isStated ? [moved] : [],
  };
}

/** The first broken promises of each kind. */
function brokenOf(
  facts: MessageFacts,
  reach: StatedReach,
  isBroken: (violation: Violation) => boolean,
): { readonly violations: readonly Violation[]; readonly strays: readonly Stray[] } {
  const violations: Violation[] = [];
  const strays: Stray[] = facts.whole.flatMap(whole => brokenReachOfWhole(facts, whole, reach));
  const counts = new Map<string, number>();
  const isRoom = (kind: string): boolean => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= MAX_ALIKE;
  };
  for (const message of facts.messages) {
    violations.push(...message.violations.filter(violation => isBroken(violation) && isRoom(violation.kind)));
    strays.push(...brokenReach(facts, message, reach).filter(({ isMissing }) => isRoom(`stray ${isMissing}`)));
  }
  return { violations, strays };
}

function shareOf({ messages, whole, mute }: MessageFacts, reach: StatedReach): Share {
  let due = 0;
  let came = 0;
  for (const { message, expected, received } of messages) {
    const seen = new Set(received);
    // What a peer missed that could not tell everything is not known.
    const peers = dueTo(message, expected, reach).filter(peer => seen.has(peer) || !mute.has(peer));
    due += peers.length;
    came += peers.filter(peer => seen.has(peer)).length;
  }
  for (const { address, count, expected } of whole) {
    const peers = dueTo(address, expected, reach);
    due += count * peers.length;
    came += count * peers.filter(peer => expected.includes(peer)).length;
  }
  return { due, came };
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

function reachText({ count }: MessageFacts, { reaches, notReaches }: Expectation, due: number): string {
  const deliveries = count === 1 ? `${due} ${due === 1 ? 'peer' : 'peers'}` : `${due} deliveries`;
  const who =
    reaches === undefined || reaches === 'horizon'
      ? deliveries
      : `${deliveries} (${typeof reaches === 'string' ? reaches : listed(reaches)})`;
  return notReaches === undefined ? who : `${who}, not ${listed(notReaches)}`;
}
