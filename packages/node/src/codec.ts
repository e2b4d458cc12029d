/** How an application's own type of messages becomes content, and is read again from what strangers sent. */
import { type Body, type Content, encodeContent } from './content.ts';
import { NodeError } from './node-error.ts';

/** See the module's header. Both parts may be left out: then a message is what JSON makes of it. */
export interface Codec<M> {
  /**
   * A message as content: a JSON value, text or bytes.
   * @default the message itself
   */
  encode?(message: M): Content;
  /**
   * Content as a message. It is the validator: what it throws on is not delivered, and told by an `error` event.
   * @default the content as it came, whatever it is: a type is then a claim, which no peer has to keep
   */
  decode?(content: Content): M;
}

/** What a node takes to send: without a type of the application's own, anything; JSON and `bad-message` decide. */
export type Sendable<M> = Content extends M ? unknown : M;

/**
 * A message in bytes.
 * @throws NodeError `bad-message` when its codec throws, or it is neither JSON nor bytes
 */
export function encodeWith<M>({ encode }: Codec<M>, message: Sendable<M>): Body {
  if (encode === undefined) return encodeContent(message);
  let content: Content;
  try {
    content = encode(message as M);
  } catch (cause) {
    throw new NodeError('bad-message', `the codec cannot encode this message: ${textOf(cause)}`, { cause });
  }
  return encodeContent(content);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
