/** What a peer printed, from the engine's log. */
import type { LogOptions } from '@peerlab/driver';
import { LineDemultiplexer } from './demux.ts';
import { type Engine, tolerate } from './engine.ts';

/**
 * The lines of a container, oldest first. With `follow` it goes on until the container ends, the signal fires, or the
 * reader stops reading.
 * @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`.
 */
export async function* containerLogs(engine: Engine, containerId: string, options: LogOptions): AsyncGenerator<string> {
  const container = engine.docker.getContainer(containerId);
  const tail = options.tail === undefined ? {} : { tail: options.tail };
  const query = { stdout: true, stderr: true, ...tail, ...(await sinceStart(engine, containerId, options)) };
  if (options.follow !== true) {
    const bytes: unknown = await engine.call('read the log', abortSignal => container.logs({ ...query, abortSignal }));
    if (Buffer.isBuffer(bytes)) yield* tailOf(linesOf(bytes), options.tail);
    return;
  }
  if (options.signal?.aborted === true) return;
  const stream = await engine.call('follow the log', () => container.logs({ ...query, follow: true }));
  const wasCut = yield* follow(stream as unknown as AsyncIterable<Buffer> & { destroy(): void }, options.signal);
  // A container that was removed has no more lines; an engine that does not answer may have many.
  if (wasCut)
    await tolerate(
      [404],
      engine.call('follow the log', abortSignal => container.inspect({ abortSignal })),
    );
}

/** Leaves out what was printed before the latest start: an engine keeps the log of all runs of a container as one. */
async function sinceStart(
  engine: Engine,
  containerId: string,
  { latestRun }: LogOptions,
): Promise<{ readonly since?: string }> {
  if (latestRun !== true) return {};
  const { State } = await engine.call('read the log', abortSignal =>
    engine.docker.getContainer(containerId).inspect({ abortSignal }),
  );
  const [seconds = '', fraction = ''] = State.StartedAt.replace(/Z$/, '').split('.');
  // Finer than a Date: a container prints within the millisecond of its start.
  return { since: `${Math.floor(Date.parse(`${seconds}Z`) / 1000)}.${fraction.padEnd(9, '0')}` };
}

/** @returns true where the stream was cut, and not by the caller */
async function* follow(
  stream: AsyncIterable<Buffer> & { destroy(): void },
  signal: AbortSignal | undefined,
): AsyncGenerator<string, boolean> {
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
    return false;
  } catch (error) {
    if (signal?.aborted === true) return false;
    if (isCut(error)) return true;
    throw error;
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
