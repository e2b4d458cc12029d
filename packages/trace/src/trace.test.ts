/** What a recorder writes, a reader reads; what is cut off or foreign is said so, with its line. */
import { describe, expect, it } from 'vitest';
import type { TraceHeader } from './format.ts';
import { readTrace } from './reader.ts';
import { TraceRecorder } from './recorder.ts';
import { TraceError } from './trace-error.ts';

const A = '11111111-2222-4333-8444-555555555501';
const B = '11111111-2222-4333-8444-555555555502';
const MESSAGE = '3e55a6e0-0000-4000-8000-000000000001';

const HEADER: TraceHeader = {
  trace: 2,
  lab: 'pair',
  driver: 'local',
  seed: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  clock: 'wall',
  topology: {
    name: 'pair',
    seed: 1,
    peers: [
      ['a', {}],
      ['b', {}],
    ],
    links: [[0, 1, {}]],
    defaults: { links: {} },
  },
  peers: [
    { name: 'a', nodeId: A, address: '127.0.0.2', state: 'running' },
    { name: 'b', nodeId: B, address: '127.0.0.3', state: 'running' },
  ],
  linksUp: [[0, 1]],
};

function record(isEnded = true): string {
  let text = '';
  let nowMs = 0;
  const recorder = new TraceRecorder(
    HEADER,
    () => nowMs++,
    line => (text += `${line}\n`),
  );
  recorder.heard('a', { event: 'sent', id: MESSAGE, kind: 'broadcast', to: [B], ttl: 65535 }, 12.3456);
  recorder.heard('b', { event: 'link-down', session: 's', peer: A, reason: 'hangup' });
  recorder.note({ event: 'peer-state', name: 'a', state: 'stopped' });
  recorder.note({ event: 'fault', kind: 'kill', text: 'a killed', peers: ['a'] });
  if (isEnded) recorder.end();
  recorder.note({ event: 'note', text: isEnded ? 'too late' : 'in time' });
  return text;
}

describe('a trace', () => {
  it('is read as it was written', () => {
    const { header, events, cutOff } = readTrace(record());
    expect(header).toEqual(HEADER);
    expect(cutOff).toBeUndefined();
    expect(events).toEqual([
      { atMs: 12.346, by: 'a', event: 'sent', id: MESSAGE, kind: 'broadcast', to: [B], ttl: 65535 },
      { atMs: 0, by: 'b', event: 'link-down', session: 's', peer: A, reason: 'hangup' },
      { atMs: 1, event: 'peer-state', name: 'a', state: 'stopped' },
      { atMs: 2, event: 'fault', kind: 'kill', text: 'a killed', peers: ['a'] },
    ]);
  });

  it('is read as far as it goes wherever it was cut off', () => {
    const whole = record(false);
    const ends = [...whole.matchAll(/\n/g)].map(({ index }) => index + 1);
    for (let at = ends[0] ?? 0; at <= whole.length; at++) {
      const { events, cutOff } = readTrace(whole.slice(0, at));
      // The last line counts without its line end, too, once it is whole.
      const lines = ends.filter(end => end - 1 <= at).length;
      expect([at, events.length]).toEqual([at, lines - 1]);
      expect(cutOff).toContain(`cut off after ${lines - 1} events`);
    }
  });

  it.each([
    ['', 'not a recording of a lab', 1],
    ['hello\n', 'not a recording of a lab', 1],
    ['{"name":"ring"}\n', 'not a recording of a lab', 1],
    ['{"trace":3}\n', 'trace version 3, but this lab reads version 2', 1],
    ['{"trace":2}\n', 'a broken header: lab', 1],
    [`${record()}{"atMs":1,"event":"note","text":"x"}\n`, 'continues after its closing line', 7],
    [record().replace(/^.*"stopped".*\n/m, ''), 'should have 4 events, and has 3', 0],
    [record().replace('"kind":"broadcast"', '"kind":"gossip"'), 'not an event of a peer: kind', 2],
    [record().replace('"event":"fault"', '"event":"earthquake"'), 'not an event of a lab: event', 5],
    [record().replace('"atMs":1,', ''), 'it has no time', 4],
    [record().replace(/^.*"stopped".*$/m, 'oops'), 'not a JSON object: oops', 4],
  ])('is refused with its line: %#', (text, message, line) => {
    let error: unknown;
    try {
      readTrace(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TraceError);
    expect(error).toMatchObject({ message: expect.stringContaining(message), line });
  });

  it('refuses links to peers that are not there', () => {
    const text = JSON.stringify({ ...HEADER, linksUp: [[0, 2]] });
    expect(() => readTrace(text)).toThrow('a link to an unknown peer');
  });
});
