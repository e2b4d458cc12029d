/** Why a request has no response, on the way between two nodes and as its sender is told. */

import type { AnswerFailures } from './answers.ts';
import { type Body, decodeContent, encodeContent } from './content.ts';
import { NodeError } from './node-error.ts';

/**
 * - `no-handler`: the node there handles no requests;
 * - `busy`: it handles as many as it takes at once, or as it takes from one node;
 * - `bad-request`: its codec refused the request;
 * - `failed`: its handler threw;
 * - `too-large`: its response does not go into a frame.
 */
export type RequestFailureReason = 'no-handler' | 'busy' | 'bad-request' | 'failed' | 'too-large';

/** By reason: whether the handler has certainly not been called. */
const IS_DEFINITE: Readonly<Record<RequestFailureReason, boolean>> = {
  'no-handler': true,
  busy: true,
  'bad-request': true,
  failed: false,
  'too-large': false,
};

/** How much of an error's text is carried, in characters: enough for a sentence. */
const MAX_TEXT_LENGTH = 500;

/** What who waits in vain is told. Neither is definite: the request may have been handled. */
export const REQUEST_FAILURES: AnswerFailures = {
  timedOut: (id, to, timeoutMs) =>
    new NodeError('request-timeout', `${to} did not answer within ${timeoutMs} ms; it may have handled the request`, {
      definite: false,
      details: { id, to, timeoutMs },
    }),
  closed: (id, to) =>
    new NodeError('closed', `the node was closed before ${to} answered; it may have handled the request`, {
      definite: false,
      details: { id, to },
    }),
};

/** A failure as the body of an envelope. */
export function encodeFailure(reason: RequestFailureReason, text: string): Body {
  return encodeContent({ reason, text: text.slice(0, MAX_TEXT_LENGTH) });
}

/** What the sender of a request is told. The other node may have written anything: what is no failure counts as `failed`. */
export function failureError(body: Body, id: string, to: string): NodeError {
  const content = decodeContent(body);
  const { reason, text } = (typeof content === 'object' && content !== null ? content : {}) as Record<string, unknown>;
  const known =
    typeof reason === 'string' && Object.hasOwn(IS_DEFINITE, reason) ? (reason as RequestFailureReason) : 'failed';
  const shown = typeof text === 'string' ? text.slice(0, MAX_TEXT_LENGTH) : 'no reason given';
  return new NodeError('request-failed', `${to} did not answer the request: ${shown}`, {
    definite: IS_DEFINITE[known],
    details: { id, to, reason: known, text: shown },
  });
}
