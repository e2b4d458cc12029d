/** What the library throws, and what it tells by `error` events. */

/**
 * - `bad-option`: an option, an address or an id that is none;
 * - `bad-identity`: the key file cannot be used; it is left as it is;
 * - `listen-failed`: the listen address cannot be used;
 * - `connect-failed`: no link came up;
 * - `link-refused`: a link ended before it was up (an `error` event: nobody waits for it);
 * - `bad-message`: neither JSON nor bytes, larger than a frame, or with a TTL that is none;
 * - `outbox-full`: more messages wait for slow links than `maxOutboxBytes` takes;
 * - `unknown-peer`: nobody told the key of the recipient, which a sealed message needs; there may be no such peer;
 * - `ack-timeout`: no acknowledgement came in time;
 * - `request-timeout`: no response came in time;
 * - `request-failed`: the other node says that it does not respond; `details.reason` says why, as RequestFailureReason;
 * - `already-handled`: the node has a handler of requests already;
 * - `invalid-message`: the codec refused what came: a response, or (an `error` event) another message;
 * - `closed`: the node has been closed.
 */
export type NodeErrorCode =
  | 'bad-option'
  | 'bad-identity'
  | 'listen-failed'
  | 'connect-failed'
  | 'link-refused'
  | 'bad-message'
  | 'outbox-full'
  | 'unknown-peer'
  | 'ack-timeout'
  | 'request-timeout'
  | 'request-failed'
  | 'already-handled'
  | 'invalid-message'
  | 'closed';

/** See the module's header. */
export class NodeError extends Error {
  override readonly name = 'NodeError';
  readonly code: NodeErrorCode;
  /** True: the operation certainly did not happen. False: unknown; a message may have arrived nevertheless. */
  readonly definite: boolean;
  /** What the message says, for programs. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: NodeErrorCode,
    message: string,
    more: {
      readonly details?: Readonly<Record<string, unknown>>;
      readonly definite?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.definite = more.definite ?? true;
    this.details = more.details ?? {};
  }
}
