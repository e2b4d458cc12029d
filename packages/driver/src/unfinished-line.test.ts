import { LineSplitter, parsePeerLine } from '@peerlab/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UNFINISHED_MS, UnfinishedLine } from './unfinished-line.ts';

const READY = '{"event":"ready","contract":1}';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function reading(): { readonly lines: string[]; take(chunk: string): void } {
  const lines: string[] = [];
  const splitter = new LineSplitter(line => lines.push(line));
  const unfinished = new UnfinishedLine(splitter);
  return {
    lines,
    take: chunk => {
      splitter.push(chunk);
      unfinished.look();
    },
  };
}

test('a ready without a line end is told as what it is, once nothing came for a second', () => {
  const { lines, take } = reading();
  take(READY);
  vi.advanceTimersByTime(UNFINISHED_MS - 1);
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(lines).toHaveLength(1);
  expect(parsePeerLine(lines[0] ?? '')).toMatchObject({
    isBreach: true,
    problem: expect.stringContaining('no line end'),
  });
});

test('a line that comes in pieces, however slowly, is whole when its end comes', () => {
  const { lines, take } = reading();
  for (const piece of [READY.slice(0, 9), READY.slice(9, 20), `${READY.slice(20)}\n`]) {
    take(piece);
    vi.advanceTimersByTime(5 * UNFINISHED_MS);
  }
  expect(lines).toEqual([READY]);
});

test('log without a line end waits for it', () => {
  const { lines, take } = reading();
  take('Enter password: {}');
  vi.advanceTimersByTime(10 * UNFINISHED_MS);
  expect(lines).toEqual([]);
});
