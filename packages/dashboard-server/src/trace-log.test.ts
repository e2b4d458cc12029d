/** What a log lets go of stays true in its header. */
import type { TraceEvent, TraceHeader } from '@peerlab/trace';
import { describe, expect, it } from 'vitest';
import { createTestTrace, HEADER, lineOf, nodeIdOf } from '../test/test-trace.ts';

function link(event: 'link-up' | 'link-down', by: number, to: number, session: string): TraceEvent {
  const name = HEADER.peers[by]?.name ?? '';
  const common = { atMs: 0, by: name, session, peer: nodeIdOf(to) };
  if (event === 'link-down') return { ...common, event, reason: 'closed' };
  return { ...common, event, direction: 'in', address: '127.0.0.9:1' };
}

function headerAfter(events: readonly TraceEvent[]): { header: TraceHeader; rest: unknown[] } {
  const trace = createTestTrace({ maxCharacters: 20_000 });
  for (const event of events) trace.add(event);
  trace.happen(1000, 'x'.repeat(100));
  const [first = '', ...rest] = trace.log.opening;
  return { header: JSON.parse(first), rest: rest.map(line => JSON.parse(line)) };
}

describe('a log', () => {
  it('keeps everything while there is room', () => {
    const { log, happen } = createTestTrace();
    happen(1000);
    expect([log.first, log.next, log.line(1), log.line(1000), log.line(1001)]).toEqual([
      1,
      1001,
      lineOf(1),
      lineOf(1000),
      undefined,
    ]);
  });

  it('stays within its bound, whatever comes, and keeps the latest', () => {
    const { log, happen } = createTestTrace({ maxCharacters: 10_000 });
    for (let i = 1; i <= 500; i++) {
      happen(1, 'x'.repeat((i * 37) % 900));
      let size = 0;
      for (let n = log.first; n < log.next; n++) size += log.line(n)?.length ?? 0;
      expect(size).toBeLessThanOrEqual(10_000);
      expect(log.next).toBe(i + 1);
    }
    expect(log.first).toBeGreaterThan(400);
    expect(log.line(log.first - 1)).toBeUndefined();
  });

  it('says in its header which links are up: those that both ends say are', () => {
    const { header } = headerAfter([
      link('link-up', 2, 0, 's1'),
      link('link-up', 0, 2, 's1'),
      link('link-down', 0, 1, 'from before'),
      link('link-up', 1, 2, 's2'),
      link('link-down', 1, 2, 's2'),
    ]);
    expect(header.linksUp).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it('says in its header which peers run, and after it who is off the network', () => {
    const { header, rest } = headerAfter([
      { atMs: 1, event: 'peer-state', name: 'b', state: 'stopped' },
      { atMs: 2, event: 'peer-state', name: 'c', state: 'running', isolated: true },
    ]);
    expect(header.peers.map(({ state }) => state)).toEqual(['running', 'stopped', 'running']);
    expect(header.linksUp).toEqual([]);
    expect(rest).toEqual([{ atMs: 2, event: 'peer-state', name: 'c', state: 'running', isolated: true }]);
  });
});
