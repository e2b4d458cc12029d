/** Names never cover anything, and are never cut off. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Labelled, type LabelRoom, placeLabels } from './labels.ts';

const ROOM: LabelRoom = { width: 400, height: 300, radius: 8, lineHeight: 14, lines: 2 };

function ring(count: number, radius: number): Labelled[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count;
    return {
      at: { x: 200 + radius * Math.cos(angle), y: 150 + radius * Math.sin(angle) },
      width: 24,
      isFirst: i === 3,
    };
  });
}

function overlaps(labelled: readonly Labelled[], room: LabelRoom): number {
  const spots = placeLabels(labelled, room);
  const boxes = spots.flatMap((spot, i) =>
    spot === undefined ? [] : [{ ...spot, w: (labelled[i]?.width ?? 0) / 2, h: (room.lineHeight * room.lines) / 2 }],
  );
  const discs = labelled.map(({ at }) => ({ ...at, w: room.radius, h: room.radius }));
  const isOver = (a: (typeof boxes)[number], b: (typeof boxes)[number]): boolean =>
    Math.abs(a.x - b.x) < a.w + b.w && Math.abs(a.y - b.y) < a.h + b.h;
  return boxes.filter(
    (box, i) =>
      boxes.some((other, j) => i !== j && isOver(box, other)) ||
      discs.some(disc => isOver(box, disc)) ||
      box.x < box.w ||
      box.x + box.w > room.width ||
      box.y < box.h ||
      box.y + box.h > room.height,
  ).length;
}

it('names every peer of a ring that has room, outside of it', () => {
  const peers = ring(16, 100);
  const spots = placeLabels(peers, ROOM);
  spots.forEach((spot, i) => {
    const { at } = peers[i] ?? { at: { x: 0, y: 0 } };
    if (spot === undefined) throw new Error(`peer ${i} has room`);
    expect(Math.hypot(spot.x - 200, spot.y - 150)).toBeGreaterThan(Math.hypot(at.x - 200, at.y - 150));
  });
});

it('leaves names out where peers crowd, but names who comes first', () => {
  const spots = placeLabels(ring(60, 100), ROOM);
  expect(spots.filter(spot => spot === undefined).length).toBeGreaterThan(10);
  expect(spots[3]).toBeDefined();
});

it('covers nothing and stays inside, wherever peers stand', () => {
  const peer = fc.record({
    at: fc.record({ x: fc.integer({ min: 0, max: 400 }), y: fc.integer({ min: 0, max: 300 }) }),
    width: fc.integer({ min: 5, max: 120 }),
    isFirst: fc.constant(false),
  });
  fc.assert(
    fc.property(fc.array(peer, { minLength: 1, maxLength: 60 }), peers => {
      expect(overlaps(peers, ROOM)).toBe(0);
    }),
    { numRuns: 50 },
  );
});
