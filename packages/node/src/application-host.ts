/** What a node gives its topics and requests: ways to send, and ways to tell the application. */
import type { Body } from './content.ts';
import type { MessageStreams } from './message-streams.ts';
import type { NodeError } from './node-error.ts';
import type { Received } from './received.ts';
import type { SendOptions } from './send-options.ts';

/** See the module's header. */
export interface ApplicationHost {
  readonly streams: MessageStreams;
  /** @throws NodeError as PeerNode.broadcast */
  broadcast(body: Body, options: SendOptions): Promise<string>;
  /**
   * @param sent called with the message's id when it was sent, before an answer can come
   * @throws NodeError as PeerNode.dm
   */
  dm(to: string, body: Body, options: SendOptions, sent?: (id: string, to: string) => void): Promise<string>;
  /** Calls a listener: what it throws is the application's, and does not reach into the protocol. */
  call(listener: () => void): void;
  /** Has a message's codec read it. False: it throws; that is counted, and told by an `error` event. */
  isReadable(received: Received<unknown>): boolean;
  /** Tells what no call waits for. */
  failed(error: NodeError): void;
}
