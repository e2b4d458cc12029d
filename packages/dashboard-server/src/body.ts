/** Reads the body of a request, within a bound. */
import type { IncomingMessage } from 'node:http';
import type { Refusal } from './guard.ts';

/** Bytes that a body may have: the largest action is a partition of a thousand peers, or a long message. */
export const MAX_BODY_BYTES: number = 64 * 1024;

/** Reads JSON. @returns the value, or why it is refused */
export async function readJson(request: IncomingMessage): Promise<{ readonly value: unknown } | Refusal> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return { status: 415, error: 'an action is JSON: content-type application/json' };
  const tooLarge = { status: 413, error: `an action has at most ${MAX_BODY_BYTES} bytes` };
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return tooLarge;
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) return tooLarge;
    chunks.push(chunk);
  }
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { status: 400, error: 'the body is not JSON' };
  }
}
