/** The hop clock within a message: no effect before its cause, whatever the order in which peers and streams tell of it. */
import { generateGraph, linksOf } from '@peerlab/graph';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compared, scoreText } from './comparison.ts';
import { Message } from './message.ts';
import { duplicatesAt, flightOf, framesAt, spanOf, stepFrom } from './moment.ts';
import { spaceTime } from './space-time.ts';
import { HOP_MS } from './timeline.ts';

const NO_LIMIT = 65_535;

/** A flood over a graph with a delay for each direction of each link, told as peers tell it. */
function flooded(
  peers: number,
  links: readonly (readonly [number, number])[],
  delayOf: (from: number, to: number) => number,
  isShaped: (from: number, to: number) => boolean = () => false,
  merged: (streams: (() => void)[][]) => (() => void)[] = inTime,
): Message {
  const message = new Message({
    id: 'm',
    kind: 'broadcast',
    origin: 0,
    start: { atMs: 0, shownMs: 0 },
    promised: { expected: [], distance: new Int32Array(peers), framesFor: () => 0, isShaped },
  });
  const around = (peer: number): number[] => links.flatMap(([a, b]) => (a === peer ? [b] : b === peer ? [a] : []));
  const streams: (() => void)[][] = [];
  let clock = 0;
  const tell = (by: number, word: () => void): void => {
    const stream = merged === inTime ? clock++ : by;
    streams[stream] = [...(streams[stream] ?? []), word];
  };
  const flying: { atMs: number; from: number; to: number; hops: number }[] = [];
  const send = (by: number, except: number, hops: number, atMs: number): void => {
    const to = around(by).filter(peer => peer !== except);
    tell(by, () => message.sent(by, to, NO_LIMIT - hops, except, atMs));
    for (const peer of to) flying.push({ atMs: atMs + delayOf(by, peer), from: by, to: peer, hops: hops + 1 });
  };
  send(0, -1, 0, 0);
  const has = new Set([0]);
  for (;;) {
    flying.sort((a, b) => a.atMs - b.atMs);
    const next = flying.shift();
    if (next === undefined) break;
    const { atMs, from, to, hops } = next;
    if (has.has(to)) {
      tell(to, () => message.duplicate(to, from, NO_LIMIT - hops + 1, atMs));
      continue;
    }
    has.add(to);
    tell(to, () => message.received(to, from, hops, atMs));
    send(to, from, hops, atMs);
  }
  for (const word of merged(streams)) word();
  return message;
}

/** By the order in which things happened. */
function inTime(streams: (() => void)[][]): (() => void)[] {
  return streams.flat();
}

/** Each peer's words in their order, peer by peer from the last: effects are told before their causes. */
function lastPeerFirst(streams: (() => void)[][]): (() => void)[] {
  return streams.toReversed().flat();
}

/** Every broken rule of causality, in words. */
function breaches(message: Message): string[] {
  return message.frames.flatMap(frame => {
    const { from, to, fate } = frame;
    const [startMs, endMs] = flightOf(message, frame, 'hops');
    const had = (peer: number): number =>
      peer === message.origin ? 0 : (message.receptions.get(peer)?.shownMs ?? NaN);
    return [
      startMs >= had(from) ? '' : `${from} sends to ${to} before it has it`,
      endMs - startMs >= HOP_MS ? '' : `${from} to ${to} takes less than a hop`,
      fate !== 'duplicate' || endMs >= had(to) ? '' : `${to} has a duplicate of ${from} before its first copy`,
    ].filter(text => text !== '');
  });
}

const ring = (peers: number): [number, number][] => Array.from({ length: peers }, (_, i) => [i, (i + 1) % peers]);

it('draws no duplicate at a peer of a ring before the copy that came round by 18 hops', () => {
  // The link from 0 to 1 is so slow that the other way round wins everywhere.
  const message = flooded(20, ring(20), (from, to) => (from === 0 && to === 1 ? 1000 : 1));
  expect(message.receptions.get(2)?.hops).toBe(18);
  expect(breaches(message)).toEqual([]);
  const [late] = message.frames.filter(({ from, to }) => from === 0 && to === 1);
  if (late === undefined) throw new Error('0 sends to 1');
  expect(late.fate).toBe('duplicate');
  expect(flightOf(message, late, 'hops')).toEqual([0, 19 * HOP_MS]);
  // Half-way round it is half-way on its link: that is how slow it is.
  const seen = framesAt(message, 'hops', 9.5 * HOP_MS).find(({ frame }) => frame === late);
  expect(seen?.progress).toBeCloseTo(0.5);
});

it('shows an even flood hop by hop', () => {
  const message = flooded(10, ring(10), () => 1);
  for (const { depth } of message.frames) expect(depth).toBeGreaterThan(0);
  for (const frame of message.frames) {
    expect(flightOf(message, frame, 'hops')).toEqual([(frame.depth - 1) * HOP_MS, frame.depth * HOP_MS]);
  }
});

it('adds the duplicates up over the whole message', () => {
  const message = flooded(6, ring(6), () => 1);
  const counts = [0, 1, 2, 3, 4, 20].map(hops =>
    duplicatesAt(message, 'hops', hops * HOP_MS).reduce((sum, { count }) => sum + count, 0),
  );
  expect(counts).toEqual([0, 0, 0, 1, 2, 2]);
  expect(message.duplicates).toBe(2);
});

it('shows a shaped link as slow, and an ordinary one never', () => {
  const links = [...ring(3), [2, 3] as const];
  const delay = (from: number, to: number): number => (from === 2 && to === 3 ? 150 : 1);
  const flightTo3 = (isShaped: boolean): readonly [number, number] => {
    const message = flooded(4, links, delay, (from, to) => isShaped && from + to === 5);
    const frame = message.frames.find(({ from, to }) => from === 2 && to === 3);
    if (frame === undefined) throw new Error('2 sends to 3');
    return flightOf(message, frame, 'hops');
  };
  expect(flightTo3(true)).toEqual([HOP_MS, 4 * HOP_MS]);
  expect(flightTo3(false)).toEqual([HOP_MS, 2 * HOP_MS]);
});

it('keeps what flies in flight until the message rests', () => {
  const message = flooded(6, ring(6), () => 1);
  message.dropped(2, 5, 'closed', 3);
  const [frame] = message.frames.filter(({ fate }) => fate === 'first');
  if (frame === undefined) throw new Error('there are first copies');
  frame.fate = 'flying';
  frame.arrivedAtMs = undefined;
  const at = 50 * HOP_MS;
  expect(framesAt(message, 'hops', at, false).some(seen => seen.frame === frame && seen.progress < 1)).toBe(true);
  expect(framesAt(message, 'hops', at, true).some(seen => seen.frame === frame)).toBe(false);
});

it('holds for any graph, any delays, and streams that are told out of order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 14 }),
      fc.integer({ min: 1, max: 1e6 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 300 })),
      (half, seed, delays) => {
        const graph = generateGraph({ generator: 'random-regular', values: { peers: half * 2, degree: 3 } }, seed);
        const message = flooded(
          half * 2,
          [...linksOf(graph)],
          () => delays.next().value ?? 1,
          () => seed % 2 === 0,
          seed % 3 === 0 ? lastPeerFirst : inTime,
        );
        expect(breaches(message)).toEqual([]);
        for (const { sentMs, arrivedMs } of spaceTime(message, 'hops').arrows)
          expect(arrivedMs).toBeGreaterThan(sentMs);
        const [startMs, endMs] = spanOf(message, 'hops');
        let at = startMs;
        for (let i = 0; at < endMs; i++) {
          expect(i).toBeLessThan(1000);
          at = stepFrom(message, 'hops', at, 1);
        }
      },
    ),
    { numRuns: 30 },
  );
});

it('says how right a prediction is, out of all that were reached', () => {
  const message = flooded(7, ring(7), () => 1);
  const score = (guessed: readonly number[]): string => scoreText(compared(new Set(guessed), message));
  expect(score([1, 2, 3, 4])).toBe('4 of 6 right');
  expect(score([0, 1, 2, 3, 4, 5, 6])).toBe('6 of 6 right');
  expect(score([1, 9])).toBe('1 of 6 right, 1 too many');
});
