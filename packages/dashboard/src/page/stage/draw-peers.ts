/** Draws the peers: who has the message with hop and remaining TTL, who is down, who was picked or guessed. */
import type { Message } from '../../model/message.ts';
import { conditionAt } from '../../model/moment.ts';
import type { Picture } from './picture.ts';
import { cross, disc, type Pixel, pauseMark, pulse, ringOf, square } from './shapes.ts';

export function drawPeers(
  context: CanvasRenderingContext2D,
  picture: Picture,
  hops: ReadonlyMap<
    number,
    { readonly hops: number; readonly ttlLeft: number | undefined; readonly shownMs: number; readonly atMs: number }
  >,
  message: Message | undefined,
): void {
  const { history, clock, ms, places, palette, radius, chosenPeer, picked } = picture;
  const isCrowded = history.peers.length > 150;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  if (isCrowded) drawCrowd(context, picture, hops);
  for (const peer of history.peers) {
    const at = places[peer.place];
    if (at === undefined) continue;
    const condition = conditionAt(peer, clock, ms);
    const reception = hops.get(peer.place);
    const isOrigin =
      message !== undefined &&
      peer.place === message.origin &&
      message.start.shownMs <= (clock === 'hops' ? ms : Number.POSITIVE_INFINITY);
    const isThere = condition === 'running' || condition === 'isolated';
    if (reception !== undefined && clock === 'hops' && !isCrowded)
      pulse(context, at, radius, (ms - reception.shownMs) / 500, palette.first);
    context.fillStyle = isOrigin ? palette.origin : reception !== undefined ? palette.first : palette.peer;
    context.strokeStyle = isOrigin || reception !== undefined ? palette.paper : palette.dim;
    context.lineWidth = 1.5;
    if (!isThere) {
      context.fillStyle = palette.paper;
      context.setLineDash([3, 3]);
    }
    if (isOrigin) square(context, at, radius * 0.95);
    else if (!isCrowded || !isThere) disc(context, at, radius);
    if (isOrigin || !isCrowded || !isThere) context.stroke();
    context.setLineDash([]);
    if (condition === 'stopped' || condition === 'missing') cross(context, at, radius * 0.5, palette.dim);
    if (condition === 'paused') pauseMark(context, at, radius * 0.5, palette.dim);
    if (condition === 'silent') ringOf(context, at, radius * 0.5, palette.dim, [1, 3]);
    if (condition === 'isolated') ringOf(context, at, radius + 4, palette.duplicate, [2, 4]);
    if (picked.has(peer.place)) ringOf(context, at, radius + 4, palette.picked, []);
    if (chosenPeer === peer.place) ringOf(context, at, radius + 7, palette.ink, []);
    if (isCrowded && reception === undefined && chosenPeer !== peer.place) continue;
    if (isThere && radius >= 7) {
      context.fillStyle = palette.paper;
      context.font = `700 ${Math.round(radius * 0.95)}px system-ui, sans-serif`;
      if (isOrigin) context.fillText('0', at.x, at.y + 1);
      else if (reception !== undefined) context.fillText(String(reception.hops), at.x, at.y + 1);
    }
    if (isCrowded && chosenPeer !== peer.place) continue;
    drawName(context, picture, peer.name, at, isOrigin ? message?.ttl : reception?.ttlLeft);
  }
}

/** Peers that run, by the hundred: two paths, one for those that have the message. */
function drawCrowd(
  context: CanvasRenderingContext2D,
  { history, places, palette, radius }: Picture,
  hops: ReadonlyMap<number, unknown>,
): void {
  const [lit, dark] = [new Path2D(), new Path2D()];
  for (const { place } of history.peers) {
    const at = places[place];
    if (at === undefined) continue;
    const path = hops.has(place) ? lit : dark;
    path.moveTo(at.x + radius, at.y);
    path.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  }
  context.lineWidth = 1.5;
  context.fillStyle = palette.peer;
  context.strokeStyle = palette.dim;
  context.fill(dark);
  context.stroke(dark);
  context.fillStyle = palette.first;
  context.fill(lit);
}

/** A tick where a guess was right, a cross where it was too much, a question mark at a peer that was overlooked. */
export function drawComparison(
  context: CanvasRenderingContext2D,
  { comparison, places, palette, radius }: Picture,
): void {
  if (comparison === undefined) return;
  const badge = (peers: readonly number[], sign: string, colour: string): void => {
    for (const peer of peers) {
      const place = places[peer];
      if (place === undefined) continue;
      const at = { x: place.x + radius * 0.9, y: place.y - radius * 0.9 };
      const size = Math.max(7, radius * 0.6);
      context.fillStyle = colour;
      disc(context, at, size);
      context.fillStyle = palette.paper;
      context.font = `800 ${Math.round(size * 1.5)}px system-ui, sans-serif`;
      context.fillText(sign, at.x, at.y + 1);
    }
  };
  badge(comparison.right, '✓', palette.picked);
  badge(comparison.tooMany, '×', palette.duplicate);
  badge(comparison.overlooked, '?', palette.duplicate);
}

/** The name beside the peer, away from the middle; what is left of the TTL beneath it. */
function drawName(
  context: CanvasRenderingContext2D,
  { width, height, palette, radius, places }: Picture,
  name: string,
  at: Pixel,
  ttl: number | undefined,
): void {
  const size = Math.max(11, Math.min(24, radius * 0.8));
  const [dx, dy] = [at.x - width / 2, at.y - height / 2];
  const length = Math.hypot(dx, dy);
  const isInside = length < 1 || places.length > 40;
  const away = radius + size * 1.05;
  const x = isInside ? at.x : at.x + (dx / length) * away * 1.15;
  const y = isInside ? at.y + away : at.y + (dy / length) * away;
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.lineWidth = 4;
  context.strokeStyle = palette.paper;
  context.lineJoin = 'round';
  context.strokeText(name, x, y);
  context.fillStyle = palette.ink;
  context.fillText(name, x, y);
  if (ttl === undefined) return;
  context.font = `500 ${size - 2}px system-ui, sans-serif`;
  context.strokeText(`TTL ${ttl}`, x, y + size);
  context.fillStyle = palette.dim;
  context.fillText(`TTL ${ttl}`, x, y + size);
}
