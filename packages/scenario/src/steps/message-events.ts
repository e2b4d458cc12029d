/** What a record of the lab holds about the messages of a step. */
import { conclude, type Finding } from '@peerlab/finding';
import { predictedDmFrames, predictedFloodFrames } from '@peerlab/graph';
import { plural } from '@peerlab/lab';
import type { LabTraceEvent } from '@peerlab/trace';
import type { KeptMessages } from './message-steps.ts';
import type { NestedFinding } from './step-finding.ts';

/** One event for each message: who had to receive it by the graph, who did, and what the step found. */
export function messageEvents(
  { facts, judged, isPredictable }: KeptMessages,
  { steps: _, ...whole }: NestedFinding,
): LabTraceEvent[] {
  const { graph, names, messages } = facts;
  const nameOf = (peer: number): string => names[peer] ?? '';
  const isAlone = messages.length === 1;
  return messages.map(({ message: { id, from, to, ttl }, expected, received, violations }): LabTraceEvent => {
    const limit = ttl ?? Number.POSITIVE_INFINITY;
    const predicted =
      to === undefined ? predictedFloodFrames(graph, from, limit) : predictedDmFrames(graph, from, to, limit);
    const missed = expected.filter(peer => !received.includes(peer));
    const own: Finding = isAlone
      ? whole
      : conclude(
          {
            claim: `message ${id.slice(0, 8)} of ${nameOf(from)}`,
            expected: plural(expected.length, 'peer'),
            observed: `${expected.length - missed.length} of ${plural(expected.length, 'peer')}`,
            evidence: [],
            explanations: whole.explanations.filter(({ messageId }) => messageId === id),
          },
          // A step explains the first few broken promises alone, and may allow some of them.
          whole.verdict === 'not-proven'
            ? [whole.reason]
            : violations.length > 0
              ? ['the step judges its messages together']
              : [],
        );
    return {
      event: 'message',
      id,
      from: nameOf(from),
      ...(to === undefined ? {} : { to: nameOf(to) }),
      ...(ttl === undefined ? {} : { ttl }),
      due: expected.map(nameOf),
      missed: missed.map(nameOf),
      // Those of many together are not those of one.
      frames: isAlone ? (judged.frames ?? null) : null,
      predictedFrames: isPredictable ? predicted : null,
      ...own,
    };
  });
}
