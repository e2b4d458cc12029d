/** Draws the links, and the horizon: the region that a TTL lets a message reach. */
import type { SecuritySetting } from '@peerlab/conditions';
import type { Message } from '../../model/message.ts';
import { isUpAt, securityAt } from '../../model/moment.ts';
import type { Picture } from './picture.ts';
import { bar, between, cross, disc, distance, line, type Pixel, padlock } from './shapes.ts';

/** Locks are drawn on links that are longer than that between the peers' rims, in pixels. */
const LOCKED_LENGTH = 14;
/** Half the width of a lock, in pixels. */
const LOCK_SIZE = 5;
/** On links with room for it, off the middle, where the bar of a horizon is. */
const LOCK_PLACE = 0.4;
const ROOMY_LENGTH = 40;

/** The links: those that the message came by, those that are cut, those where its TTL ends. */
export function drawLinks(
  context: CanvasRenderingContext2D,
  { history, clock, ms, places, palette, radius }: Picture,
  hops: ReadonlyMap<number, { readonly from: number }>,
  message: Message | undefined,
): void {
  // Links that look the same are one path: hundreds of them are one stroke.
  const [plain, ways, gone] = [new Path2D(), new Path2D(), new Path2D()];
  const ends: (readonly [Pixel, Pixel])[] = [];
  const cuts: Pixel[] = [];
  const locks: (readonly [Pixel, SecuritySetting])[] = [];
  for (const link of history.links) {
    const [a, b] = [places[link.a], places[link.b]];
    if (a === undefined || b === undefined) continue;
    const isUp = isUpAt(link, clock, ms);
    if (!isUp && !link.isDrawn) continue;
    const isWay = hops.get(link.a)?.from === link.b || hops.get(link.b)?.from === link.a;
    const path = isUp ? (isWay ? ways : plain) : gone;
    path.moveTo(a.x, a.y);
    path.lineTo(b.x, b.y);
    const security = securityAt(link, clock, ms);
    const gap = distance(a, b) - 2 * radius;
    if (security !== undefined && gap > LOCKED_LENGTH) {
      locks.push([between(a, b, gap > ROOMY_LENGTH ? LOCK_PLACE : 0.5), security]);
    }
    if (!isUp) cuts.push(between(a, b, 0.5));
    else if (message !== undefined && isAcrossHorizon(message, link.a, link.b)) ends.push([a, b]);
  }
  context.lineCap = 'round';
  context.lineWidth = 1.5;
  context.strokeStyle = palette.link;
  context.stroke(plain);
  context.setLineDash([3, 6]);
  context.stroke(gone);
  context.setLineDash([]);
  context.lineWidth = Math.max(2, radius / 4);
  context.strokeStyle = palette.first;
  context.stroke(ways);
  for (const [at, security] of locks) {
    const [isFilled, isShut] = [security === 'sealed', security !== 'open'];
    padlock(context, at, LOCK_SIZE, { colour: palette.dim, paper: palette.paper, isFilled, isShut });
  }
  for (const at of cuts) cross(context, at, 5, palette.dim);
  for (const [a, b] of ends) bar(context, a, b, Math.max(9, radius), palette.horizon);
}

/** True for a link that a flood with this TTL stops before. */
function isAcrossHorizon({ ttl, promised: { distance }, kind }: Message, a: number, b: number): boolean {
  if (ttl === undefined || kind !== 'broadcast') return false;
  const [near, far] = [distance[a] ?? -1, distance[b] ?? -1].sort((x, y) => x - y);
  return near === ttl && far === ttl + 1;
}

/** The region that the TTL lets the message reach: drawn whole, then laid under everything as one pale shape. */
export function drawHorizon(context: CanvasRenderingContext2D, picture: Picture, message: Message): void {
  const { history, places, palette, radius, width, height, isDark } = picture;
  if (message.ttl === undefined || message.kind !== 'broadcast') return;
  const inside = new Set([message.origin, ...message.expected]);
  if (inside.size > history.peers.length - 1) return;
  const ratio = context.getTransform().a;
  const layer = layerOf(Math.ceil(width * ratio), Math.ceil(height * ratio));
  const paint = layer.getContext('2d');
  if (paint === null) return;
  paint.setTransform(ratio, 0, 0, ratio, 0, 0);
  paint.clearRect(0, 0, width, height);
  paint.strokeStyle = palette.horizon;
  paint.fillStyle = palette.horizon;
  paint.lineCap = 'round';
  paint.lineWidth = radius * 4;
  for (const { a, b } of history.links) {
    const [from, to] = [places[a], places[b]];
    if (inside.has(a) && inside.has(b) && from !== undefined && to !== undefined) line(paint, from, to);
  }
  for (const peer of inside) disc(paint, places[peer], radius * 2);
  context.globalAlpha = isDark ? 0.24 : 0.16;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(layer, 0, 0);
  context.restore();
  context.globalAlpha = 1;
}

let layerCanvas: HTMLCanvasElement | undefined;

function layerOf(width: number, height: number): HTMLCanvasElement {
  layerCanvas ??= document.createElement('canvas');
  if (layerCanvas.width !== width) layerCanvas.width = width;
  if (layerCanvas.height !== height) layerCanvas.height = height;
  return layerCanvas;
}
