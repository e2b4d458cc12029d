/** What a record of the lab is told of the messages of a step. */
import { predictedDmFrames, predictedFloodFrames } from '@peerlab/graph';
import type { LabTraceEvent } from '@peerlab/trace';
import type { KeptMessages } from './message-steps.ts';
import type { StepFinding } from './step-finding.ts';

/** One event for each message: what was due by the graph, what came of it, what the step found. */
export function messageEvents({ facts, judged, isPredictable }: KeptMessages, finding: StepFinding): LabTraceEvent[] {
  const { graph, names, messages } = facts;
  const nameOf = (peer: number): string => names[peer] ?? '';
  const isAlone = messages.length === 1;
  return messages.map(({ message: { id, from, to, ttl }, verdict }): LabTraceEvent => {
    const limit = ttl ?? Number.POSITIVE_INFINITY;
    const predicted =
      to === undefined ? predictedFloodFrames(graph, from, limit) : predictedDmFrames(graph, from, to, limit);
    const own = isAlone ? finding.failures : finding.failures.filter(({ messageId }) => messageId === id);
    return {
      event: 'message',
      id,
      from: nameOf(from),
      ...(to === undefined ? {} : { to: nameOf(to) }),
      ...(ttl === undefined ? {} : { ttl }),
      expected: verdict.expected.map(nameOf),
      missed: verdict.expected.filter(peer => !verdict.received.includes(peer)).map(nameOf),
      // Those of many together are not those of one.
      frames: isAlone ? (judged.frames ?? null) : null,
      predictedFrames: isPredictable ? predicted : null,
      passed: finding.passed || (!isAlone && verdict.violations.length === 0),
      failures: own.map(({ text, culprit }) => ({ text, ...(culprit === undefined ? {} : { culprit }) })),
    };
  });
}
