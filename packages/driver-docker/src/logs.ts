/** What a peer printed, from the engine's log. */
import type { LogOptions } from '@peerlab/driver';
import { LineDemultiplexer } from './demux.ts';
import type { Engine } from './engine.ts';

/**
 * The lines of a container, oldest first. With `follow` it goes on until the container ends, the signal fires, or the
 * reader stops reading.
 * @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`.
 */
export async function* containerLogs(engine: Engine, containerId: string, options: LogOptions): AsyncGenerator<string> {
  const container = engine.docker.getContainer(containerId);
  const query = { stdout: true, stderr: true, ...(options.tail === undefined ? {} : { tail: options.tail }) };
  if (options.follow !== true) {
    const bytes: unknown = await engine.call('read the log', abortSignal => container.logs({ ...query, abortSignal }));
    if (Buffer.isBuffer(bytes)) yield* tailOf(linesOf(bytes), options.tail);
    return;
  }
  if (options.signal?.aborted === true) return;
  const stream = await engine.call('follow the log', () => container.logs({ ...query, follow: true }));
  yield* follow(stream as unknown as AsyncIterable<Buffer> & { destroy(): void }, options.signal);
}

async function* follow(
  stream: AsyncIterable<Buffer> & { destroy(): void },
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  let lines: string[] = [];
  const demultiplexer = new LineDemultiplexer(line => lines.push(line));
  const stop = (): void => stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stream) {
      demultiplexer.push(chunk);
      const ready = lines;
      lines = [];
      yield* ready;
    }
    demultiplexer.end();
    yield* lines;
  } catch (error) {
    // A stream that was cut, by the caller or by the engine's end, has no more lines; that is how following ends.
    if (signal?.aborted !== true && !isCut(error)) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stream.destroy();
  }
}

function isCut(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function linesOf(bytes: Buffer): readonly string[] {
  const lines: string[] = [];
  const demultiplexer = new LineDemultiplexer(line => lines.push(line));
  demultiplexer.push(bytes);
  demultiplexer.end();
  return lines;
}

/** The engine counts its own entries, and a long line has several. */
function tailOf(lines: readonly string[], tail: number | undefined): readonly string[] {
  return tail === undefined ? lines : lines.slice(-tail);
}
