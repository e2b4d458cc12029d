/** What a program is to read, handed to it piece by piece as it takes it. */
import type { ExecInput } from '../capabilities/can-exec.ts';

/** Where it goes. */
export interface InputSink {
  /** Resolves when it is taken; rejects when nobody takes it any more. */
  write(chunk: Uint8Array): Promise<void>;
  /** Nothing more comes. */
  end(): void;
}

const PIECE_BYTES = 256 * 1024;

/** Feeds a program until its input, or the program, has ended. Never rejects: a program need not read to the end. */
export async function feedInput(input: ExecInput, sink: InputSink, ended: Promise<unknown>): Promise<void> {
  let isOver = false;
  const over = ended.then((): IteratorResult<Uint8Array> => {
    isOver = true;
    return { done: true, value: undefined };
  });
  const pieces = piecesOf(input)[Symbol.asyncIterator]();
  try {
    while (!isOver) {
      const next = await Promise.race([pieces.next(), over]);
      if (next.done === true || isOver) break;
      await Promise.race([sink.write(next.value), over]);
    }
  } catch {
    // Nobody reads any more, or what was to be read cannot be: the program's end tells.
  } finally {
    if (!isOver) sink.end();
    // One that still waits for its source ends with that.
    void pieces.return?.(undefined)?.catch(() => undefined);
  }
}

async function* piecesOf(input: ExecInput): AsyncGenerator<Uint8Array> {
  if (typeof input !== 'string' && !(input instanceof Uint8Array)) {
    yield* input;
    return;
  }
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
