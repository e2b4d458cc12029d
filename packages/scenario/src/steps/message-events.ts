/** What a record of the lab holds about the messages of a step. */
import { conclude, type Finding } from '@peerlab/finding';
import { predictedDmFrames, predictedFloodFrames } from '@peerlab/graph';
import { plural, type SentMessage } from '@peerlab/lab';
import type { LabTraceEvent } from '@peerlab/trace';
import type { KeptMessages } from './message-steps.ts';
import type { NestedFinding } from './step-finding.ts';

/** One event for each message: who had to receive it by the graph, who did, and what the step found. */
export function* messageEvents(kept: KeptMessages, found: NestedFinding): Generator<LabTraceEvent> {
  for (const { message, expected, received, violations } of kept.judged.messages) {
    const missed = expected.filter(peer => !received.includes(peer) && !kept.facts.mute.has(peer));
    const came = expected.filter(peer => received.includes(peer)).length;
    yield eventOf(kept, found, { message, expected, came, missed, isBroken: violations.length > 0 });
  }
  for (const { message, expected } of kept.judged.wholeMessages()) {
    yield eventOf(kept, found, { message, expected, came: expected.length, missed: [], isBroken: false });
  }
}

interface Told {
  readonly message: SentMessage;
  readonly expected: readonly number[];
  /** How many of those expected received it. */
  readonly came: number;
  readonly missed: readonly number[];
  readonly isBroken: boolean;
}

function eventOf(
  { facts, isPredictable }: KeptMessages,
  { steps: _, ...whole }: NestedFinding,
  { message: { id, from, to, ttl }, expected, came, missed, isBroken }: Told,
): LabTraceEvent {
  const { graph, names, count } = facts;
  const nameOf = (peer: number): string => names[peer] ?? '';
  const limit = ttl ?? Number.POSITIVE_INFINITY;
  const predicted =
    to === undefined ? predictedFloodFrames(graph, from, limit) : predictedDmFrames(graph, from, to, limit);
  // A step explains the first few broken promises alone, and may allow some of them.
  const open =
    whole.verdict === 'not-proven' ? [whole.reason] : isBroken ? ['the step judges its messages together'] : [];
  const ownFacts = {
    claim: `message ${id.slice(0, 8)} of ${nameOf(from)}`,
    expected: plural(expected.length, 'peer'),
    observed: `${came} of ${plural(expected.length, 'peer')}`,
    evidence: [],
    explanations: whole.explanations.filter(({ messageId }) => messageId === id),
  };
  const own: Finding = count === 1 ? whole : conclude(ownFacts, open);
  return {
    event: 'message',
    id,
    from: nameOf(from),
    ...(to === undefined ? {} : { to: nameOf(to) }),
    ...(ttl === undefined ? {} : { ttl }),
    due: expected.map(nameOf),
    missed: missed.map(nameOf),
    // Those of many together are not those of one.
    frames: count === 1 ? (facts.counted.frames ?? null) : null,
    predictedFrames: isPredictable ? predicted : null,
    ...own,
  };
}
