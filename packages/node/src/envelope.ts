/**
 * The envelope around what is sent by a topic, a request or its answer, and around what neighbours tell each other: it is in the payload of an ordinary
 * message, whose flags say so, and relays know nothing of it. docs/PROTOCOL.md#envelopes has the layout.
 */
import { CONTENT, CONTENT_MASK, formatId, ID_BYTES, parseId } from '@peerlab/protocol';
import type { Body } from './content.ts';

/** The first byte. Kinds that a node does not know are ignored. */
const KIND = { topic: 1, request: 2, response: 3, failure: 4, news: 5 } as const;

/** The longest name of a topic, in bytes of UTF-8. */
export const MAX_TOPIC_BYTES = 255;

/** What an envelope is for. `request`: the message id of the request that is answered. */
export type EnvelopeHead =
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'request' }
  | { readonly kind: 'response' | 'failure'; readonly request: string }
  | { readonly kind: 'news' };

/** See the module's header. */
export type Envelope = EnvelopeHead & { readonly body: Body };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NOTHING = new Uint8Array(0);

/** An envelope as the content of a message. */
export function encodeEnvelope(head: EnvelopeHead, body: Body): Body {
  const fields = fieldsOf(head);
  const start = Uint8Array.of(KIND[head.kind], body.content);
  return { payload: Buffer.concat([start, fields, body.payload]), content: CONTENT.envelope };
}

/** Reads an envelope; its body is a view into the payload. @returns undefined when it is none, or of an unknown kind */
export function decodeEnvelope(payload: Uint8Array): Envelope | undefined {
  const [kind, content] = payload;
  if (kind === undefined || content === undefined || (content & ~CONTENT_MASK) !== 0) return undefined;
  const bodyAt = (at: number): { readonly body: Body } => ({ body: { payload: payload.subarray(at), content } });
  switch (kind) {
    case KIND.topic: {
      const end = 3 + (payload[2] ?? 0);
      const topic = textOf(payload.subarray(3, end));
      return topic === undefined || end === 3 || end > payload.length
        ? undefined
        : { kind: 'topic', topic, ...bodyAt(end) };
    }
    case KIND.request:
      return { kind: 'request', ...bodyAt(2) };
    case KIND.response:
    case KIND.failure: {
      const end = 2 + ID_BYTES;
      if (payload.length < end) return undefined;
      return { kind: kind === KIND.response ? 'response' : 'failure', request: formatId(payload, 2), ...bodyAt(end) };
    }
    case KIND.news:
      return { kind: 'news', ...bodyAt(2) };
    default:
      return undefined;
  }
}

function fieldsOf(head: EnvelopeHead): Uint8Array {
  switch (head.kind) {
    case 'topic': {
      const name = Buffer.from(head.topic, 'utf8');
      return Buffer.concat([Uint8Array.of(name.length), name]);
    }
    case 'response':
    case 'failure':
      return parseId(head.request) ?? NOTHING;
    default:
      return NOTHING;
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
