/** Standard output as what it is: a stream that may fail, and whose reader may be slow, stalled or gone. */

/** What the system says when nobody reads any more: no error of this program, as `| head` has it. */
const READER_GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

let failure: Error | undefined;

/** Takes note of what cannot be written from now on, in place of ending by it: what is being done is done to its end. */
export function heedOutput(): void {
  failure = undefined;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!READER_GONE.has(error.code)) failure ??= error;
  });
  // What accompanies the result is no part of it.
  process.stderr.on('error', () => undefined);
}

/** Why a part of the result could not be written: a full disk, say. Undefined where all was, or where its reader left. */
export function outputFailure(): Error | undefined {
  return failure;
}

/** Resolves when the system has taken all that was printed, or when nobody will take it. */
export async function outputTaken(): Promise<void> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  // A file is written at once; that it could not be is heard a moment later.
  await new Promise(resolve => setImmediate(resolve));
}

/**
 * Has a terminal that does not read hold up what is printed, and not this process: Node waits for a terminal in every write,
 * and hears no signal meanwhile.
 */
export function letTerminalsStall(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const { _handle: handle } = stream as { readonly _handle?: { readonly setBlocking?: (on: boolean) => void } };
    if (stream.isTTY) handle?.setBlocking?.(false);
  }
}

async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0 || stream.destroyed) return;
  await new Promise<void>(resolve => stream.write('', () => resolve()));
}
