/** How messages are sent, and what can be sent. */
import type { OptionNames } from '@peerlab/conditions';
import { MAX_TTL, messageFrameBytes } from '@peerlab/protocol';
import { NodeError } from './node-error.ts';
import type { NodeSettings } from './node-options.ts';

/** How a message is sent. */
export interface SendOptions {
  /**
   * How many links it may cross, 0..65535.
   * @default 65535: no limit
   */
  readonly ttl?: number;
  /** Cancels the wait for room (the message was not sent) or for an acknowledgement (it may have arrived). */
  readonly signal?: AbortSignal;
}

/** How a direct message is sent. */
export interface DmOptions extends SendOptions {
  /**
   * Wait until the recipient says that it has the message.
   * @default false: done when it was sent
   */
  readonly ack?: boolean;
  /**
   * How long the acknowledgement is waited for, in milliseconds.
   * @default the option `ackTimeoutMs`
   */
  readonly timeoutMs?: number;
}

/** How a request is sent. */
export interface RequestOptions extends SendOptions {
  /**
   * How long the response is waited for, in milliseconds.
   * @default the option `requestTimeoutMs`
   */
  readonly timeoutMs?: number;
}

/** Complete by its type. */
export const SEND_OPTIONS: OptionNames<SendOptions> = { ttl: true, signal: true };
export const REQUEST_OPTIONS: OptionNames<RequestOptions> = { ...SEND_OPTIONS, timeoutMs: true };
export const DM_OPTIONS: OptionNames<DmOptions> = { ...SEND_OPTIONS, ack: true, timeoutMs: true };

/**
 * Refuses what does not go into a frame.
 * @throws NodeError `bad-message`
 */
export function checkSendable(
  kind: 'broadcast' | 'dm',
  payload: Uint8Array,
  ttl: number | undefined,
  { peer: { maxFrameBytes }, security }: Pick<NodeSettings, 'peer' | 'security'>,
): void {
  const sizeBytes = messageFrameBytes(kind, payload.length, security);
  if (sizeBytes > maxFrameBytes) {
    const details = { sizeBytes, maxFrameBytes };
    throw new NodeError('bad-message', `a frame of ${sizeBytes} bytes; maxFrameBytes is ${maxFrameBytes}`, { details });
  }
  if (ttl !== undefined && (!Number.isInteger(ttl) || ttl < 0 || ttl > MAX_TTL)) {
    throw new NodeError('bad-message', `ttl is ${ttl}: it must be an integer from 0 to ${MAX_TTL}`, {
      details: { ttl },
    });
  }
}
