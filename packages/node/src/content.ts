/** What an application sends and receives, to bytes and back: bytes as they are, text as UTF-8, anything else as JSON. */
import { CONTENT } from '@peerlab/protocol';
import { NodeError } from './node-error.ts';

/** A value that JSON can carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** What is received: JSON, or bytes. */
export type Content = JsonValue | Uint8Array;

/** Content in bytes. */
export interface Body {
  readonly payload: Uint8Array;
  /** A value of CONTENT, for the frame's flags or an envelope. */
  readonly content: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A value as a payload, and what it is, for the frame's flags.
 * @throws NodeError `bad-message` when it is neither JSON nor bytes
 */
export function encodeContent(value: unknown): Body {
  if (value instanceof Uint8Array) return { payload: value, content: CONTENT.bytes };
  if (typeof value === 'string') return { payload: Buffer.from(value, 'utf8'), content: CONTENT.text };
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new NodeError('bad-message', 'JSON cannot encode this message; send a JSON value or bytes', { cause });
  }
  if (text === undefined)
    throw new NodeError('bad-message', `a message cannot be a ${typeof value}; send a JSON value or bytes`);
  return { payload: Buffer.from(text, 'utf8'), content: CONTENT.json };
}

/** A payload as the sender meant it. What does not read as what it claims to be is handed on as bytes. */
export function decodeContent({ payload, content }: Body): Content {
  if (content === CONTENT.text || content === CONTENT.json) {
    try {
      const text = utf8.decode(payload);
      return content === CONTENT.text ? text : (JSON.parse(text) as JsonValue);
    } catch {
      // A peer may claim anything.
    }
  }
  return copyOf(payload);
}

/** Above so many bytes a separate array costs far more to make and to collect than a part of Node's buffer pool. */
const MAX_INLINE_BYTES = 64;

function copyOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_INLINE_BYTES) return bytes.slice();
  const copy = Buffer.from(bytes);
  return new Uint8Array(copy.buffer, copy.byteOffset, copy.length);
}
