/**
 * Where the names of peers go: outwards where there is room, else on another side, else nowhere. No name covers a
 * peer or another name, and none is cut off at the edge. Pure; the same picture gets the same names.
 */

/** A place on the picture, in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** What is to be named. */
export interface Labelled {
  readonly at: Spot;
  /** Of its name, in pixels. */
  readonly width: number;
  /** Named before others. */
  readonly isFirst: boolean;
}

/** The available room. */
export interface LabelRoom {
  readonly width: number;
  readonly height: number;
  /** Of a peer. */
  readonly radius: number;
  /** Of a line of a name. */
  readonly lineHeight: number;
  /** Lines of a name: a second one may come to stand beneath it. */
  readonly lines: number;
}

/** Between a peer and its name, in pixels. */
const GAP = 2;

/** A box by its middle. */
interface Box extends Spot {
  readonly halfWidth: number;
  readonly halfHeight: number;
}

/** The middle of each name's box; undefined for a name that has no room. */
export function placeLabels(labelled: readonly Labelled[], room: LabelRoom): readonly (Spot | undefined)[] {
  const taken = new Cells(Math.max(24, room.lineHeight * 2));
  labelled.forEach(({ at }) => {
    taken.add({ ...at, halfWidth: room.radius, halfHeight: room.radius });
  });
  const middle = middleOf(labelled);
  const spots: (Spot | undefined)[] = labelled.map(() => undefined);
  const order = labelled.map((_, i) => i).sort((a, b) => rank(labelled[a]) - rank(labelled[b]) || a - b);
  for (const i of order) {
    const one = labelled[i];
    if (one === undefined) continue;
    const inside = candidates(one, middle, room).filter(spot => isWithin(spot, room));
    // A selected peer is named even if that covers a part of a neighbour.
    const box = inside.find(spot => !taken.hits(spot)) ?? (one.isFirst ? inside[0] : undefined);
    if (box === undefined) continue;
    taken.add(box);
    spots[i] = { x: box.x, y: box.y };
  }
  return spots;
}

function rank(one: Labelled | undefined): number {
  return one?.isFirst === true ? 0 : 1;
}

function middleOf(labelled: readonly Labelled[]): Spot {
  const [xs, ys] = [labelled.map(({ at }) => at.x), labelled.map(({ at }) => at.y)];
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
}

/** Outwards first, then below, above, right, left. */
function candidates({ at, width }: Labelled, middle: Spot, { radius, lineHeight, lines }: LabelRoom): Box[] {
  const [halfWidth, halfHeight] = [width / 2, (lineHeight * lines) / 2];
  const away = Math.hypot(at.x - middle.x, at.y - middle.y);
  const sides = [
    ...(away < radius ? [] : [{ x: (at.x - middle.x) / away, y: (at.y - middle.y) / away }]),
    { x: 0, y: 1 },
    { x: 0, y: -1 },
    { x: 1, y: 0 },
    { x: -1, y: 0 },
  ];
  return sides.map(({ x, y }) => {
    // As far as the box clears the peer, to the side or above and below.
    const by = Math.min((halfWidth + radius + GAP) / Math.abs(x), (halfHeight + radius + GAP) / Math.abs(y));
    return { x: at.x + x * by, y: at.y + y * by, halfWidth, halfHeight };
  });
}

function isWithin({ x, y, halfWidth, halfHeight }: Box, { width, height }: LabelRoom): boolean {
  return x - halfWidth >= 0 && x + halfWidth <= width && y - halfHeight >= 0 && y + halfHeight <= height;
}

/** Boxes by the squares of a grid that they touch: hundreds of names are compared with their neighbours alone. */
class Cells {
  readonly #size: number;
  readonly #boxes: Map<string, Box[]> = new Map();

  constructor(size: number) {
    this.#size = size;
  }

  add(box: Box): void {
    for (const key of this.#keys(box)) this.#boxes.set(key, [...(this.#boxes.get(key) ?? []), box]);
  }

  hits(box: Box): boolean {
    return this.#keys(box).some(key => this.#boxes.get(key)?.some(other => overlap(box, other)));
  }

  #keys({ x, y, halfWidth, halfHeight }: Box): string[] {
    const cell = (value: number): number => Math.floor(value / this.#size);
    const keys: string[] = [];
    for (let i = cell(x - halfWidth); i <= cell(x + halfWidth); i++) {
      for (let j = cell(y - halfHeight); j <= cell(y + halfHeight); j++) keys.push(`${i} ${j}`);
    }
    return keys;
  }
}

function overlap(a: Box, b: Box): boolean {
  return Math.abs(a.x - b.x) < a.halfWidth + b.halfWidth && Math.abs(a.y - b.y) < a.halfHeight + b.halfHeight;
}
