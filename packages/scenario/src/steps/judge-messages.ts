/**
 * Holds the messages of a step against what is expected of them: what the author states overrides the graph,
 * and of what is not stated the graph decides. Pure. stated-reach.ts and statements.ts are its two halves.
 */

import type { Explanation } from '@peerlab/finding';
import type { Violation } from '@peerlab/lab';
import { compares, type Expectation } from '@peerlab/topology';
import type { MessageFacts } from './message-facts.ts';
import { brokenReach, dueTo, statedReach } from './stated-reach.ts';
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

/** See the module's header. */
export function judgeMessages(facts: MessageFacts, expect: Expectation): JudgedExpectation {
  const { messages, isGraphMoving } = facts;
  const reach = statedReach(facts, expect);
  const share = shareOf(facts, reach);
  // Where a share of the deliveries suffices, a single one may be missing.
  const mayMiss = expect.deliveredRatio !== undefined && compares(expect.deliveredRatio, ratioOf(share));
  const violations = messages.flatMap(message =>
    message.violations.filter(({ kind, peer }) => {
      if (kind === 'missed' && mayMiss) return false;
      return isKept(kind, reach.get(peer), expect, isGraphMoving);
    }),
  );
  const strays = messages.flatMap(message => brokenReach(facts, message, reach));
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

function shareOf({ messages }: MessageFacts, reach: ReadonlyMap<number, boolean>): Share {
  return messages.reduce(
    ({ due, came }, message) => {
      const peers = dueTo(message, reach);
      return { due: due + peers.length, came: came + peers.filter(peer => message.received.includes(peer)).length };
    },
    { due: 0, came: 0 },
  );
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

function reachText({ messages }: MessageFacts, { reaches, notReaches }: Expectation, due: number): string {
  const deliveries = messages.length === 1 ? `${due} ${due === 1 ? 'peer' : 'peers'}` : `${due} deliveries`;
  const who =
    reaches === undefined || reaches === 'horizon'
      ? deliveries
      : `${deliveries} (${typeof reaches === 'string' ? reaches : listed(reaches)})`;
  return notReaches === undefined ? who : `${who}, not ${listed(notReaches)}`;
}
