/** What is at a place of the picture, and what a line drawn by hand encloses. Geometry only. */
import type { Spot } from './labels.ts';

/** Of a link, so much at either end belongs to its peers, as a share of its length. */
const ENDS = 0.15;

/** The place in `ends` of the link that runs nearest to a spot; -1 where none is within reach. */
export function linkAt(
  spot: Spot,
  ends: readonly (readonly [a: number, b: number])[],
  places: readonly Spot[],
  reach: number,
): number {
  let nearest = -1;
  let least = reach;
  ends.forEach(([from, to], i) => {
    const [a, b] = [places[from], places[to]];
    if (a === undefined || b === undefined) return;
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const along = ((spot.x - a.x) * dx + (spot.y - a.y) * dy) / Math.max(1e-9, dx * dx + dy * dy);
    if (along < ENDS || along > 1 - ENDS) return;
    const away = Math.hypot(a.x + along * dx - spot.x, a.y + along * dy - spot.y);
    if (away > least) return;
    least = away;
    nearest = i;
  });
  return nearest;
}

/** Which spots a closed line encloses; by the even-odd rule. */
export function enclosed(places: readonly Spot[], line: readonly Spot[]): number[] {
  return places.flatMap((spot, i) => (isInside(spot, line) ? [i] : []));
}

function isInside({ x, y }: Spot, line: readonly Spot[]): boolean {
  let inside = false;
  line.forEach((a, i) => {
    const b = line[(i + 1) % line.length];
    if (b === undefined || a.y > y === b.y > y) return;
    if (x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
  });
  return inside;
}
