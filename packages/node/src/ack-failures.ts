/** What the sender of a direct message is told when no acknowledgement comes. */
import type { AnswerFailures } from './answers.ts';
import { NodeError } from './node-error.ts';

/** Neither is definite: the message may have arrived. */
export const ACK_FAILURES: AnswerFailures = {
  timedOut: (id, to, timeoutMs) =>
    new NodeError(
      'ack-timeout',
      `${to} did not acknowledge ${id} within ${timeoutMs} ms; whether it arrived is unknown`,
      { definite: false, details: { id, to, timeoutMs } },
    ),
  closed: (id, to) =>
    new NodeError('closed', `the node was closed before ${to} acknowledged ${id}; it may have arrived`, {
      definite: false,
      details: { id, to },
    }),
};
