/** What helps drivers to run programs beside peers, and callers to take their answers: without a program. */
import { describe, expect, test, vi } from 'vitest';
import type { ExecListener, Execution, ExecutionEnd } from '../capabilities/can-exec.ts';
import { ChunkKeeper } from './chunk-keeper.ts';
import { feedInput } from './feed-input.ts';
import { runToEnd } from './run-to-end.ts';

function program(kill: (end: (how: ExecutionEnd) => void) => Promise<void> = async () => undefined) {
  const source = { pause: vi.fn(), resume: vi.fn() };
  const chunks = new ChunkKeeper(source);
  let end = (_: ExecutionEnd): void => undefined;
  const ended = new Promise<ExecutionEnd>(resolve => {
    end = resolve;
  });
  const execution: Execution = {
    listen: (listener: ExecListener) => chunks.listen(listener),
    ended,
    kill: async () => await kill(end),
  };
  const print = (text: string | Buffer, stream: 'stdout' | 'stderr' = 'stdout'): void =>
    chunks.take(Buffer.from(text), stream);
  return { execution, print, end, source };
}

describe('what a program prints', () => {
  test('is kept for the first listener, and its source waits past 1 MiB', () => {
    const { execution, print, source } = program();
    print('early');
    print('x'.repeat(1024 * 1024));
    expect(source.pause).toHaveBeenCalledOnce();
    const heard: string[] = [];
    execution.listen(chunk => heard.push(Buffer.from(chunk).toString()));
    print('late', 'stderr');
    expect(heard.map(text => text.slice(0, 5))).toEqual(['early', 'xxxxx', 'late']);
    expect(source.resume).toHaveBeenCalledOnce();
  });
});

describe('a run to its end', () => {
  test('gives both streams, characters cut in the middle included, up to the bound, and says what is left out', async () => {
    const { execution, print, end } = program();
    const run = runToEnd(execution, { maxBytes: 6 });
    print('12345', 'stderr');
    for (const byte of Buffer.from('üb')) print(Buffer.from([byte]));
    print('cdefgh');
    end({ reason: 'exited with status 4', status: 4 });
    expect(await run).toEqual({
      stdout: 'übcde',
      stderr: '12345',
      status: 4,
      reason: 'exited with status 4',
      isTruncated: true,
      isTimedOut: false,
    });
  });

  test('is ended when it takes too long, and given up where that cannot be done', async () => {
    const ends = program(async end => end({ reason: 'killed by SIGKILL', signal: 'SIGKILL' }));
    ends.print('so far');
    const { isTimedOut, reason, stdout, status } = await runToEnd(ends.execution, { timeoutMs: 1 });
    expect({ isTimedOut, reason, stdout, status }).toEqual({
      isTimedOut: true,
      reason: 'did not end within 1 ms',
      stdout: 'so far',
      status: undefined,
    });
    const runsOn = program(async () => await Promise.reject(new Error('the engine is gone')));
    expect(await runToEnd(runsOn.execution, { timeoutMs: 1 })).toMatchObject({
      isTimedOut: true,
      reason: expect.stringContaining('cannot be ended: Error: the engine is gone'),
    });
  });
});

describe('input', () => {
  const never = new Promise(() => undefined);
  const sink = () => {
    const taken: string[] = [];
    const write = vi.fn(async (chunk: Uint8Array) => void taken.push(Buffer.from(chunk).toString()));
    return { taken, write, end: vi.fn() };
  };

  test('is handed on in pieces, each when the one before is taken, and then ends', async () => {
    const to = sink();
    await feedInput('x'.repeat(300_000), to, never);
    expect(to.taken.map(({ length }) => length)).toEqual([262_144, 37_856]);
    expect(to.end).toHaveBeenCalledOnce();
  });

  test('of a program that has ended, or takes no more, is read no further', async () => {
    let read = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        read += 1;
        yield Buffer.from('x');
      }
    };
    const to = sink();
    to.write.mockRejectedValueOnce(new Error('EPIPE'));
    await feedInput(endless(), to, never);
    expect(read).toBe(1);
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => never as Promise<IteratorResult<Uint8Array>> }) };
    const closed = sink();
    await feedInput(silent, closed, Promise.resolve());
    expect(closed.end).not.toHaveBeenCalled();
  });
});
