/** Draws the peers: who has the message with hop and remaining TTL, who is down, who was picked or guessed. */
import { placeLabels } from '../../model/labels.ts';
import type { Message } from '../../model/message.ts';
import { conditionAt } from '../../model/moment.ts';
import type { Picture } from './picture.ts';
import { cross, disc, pauseMark, pulse, ringOf, square } from './shapes.ts';

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
  const isCrowded = history.peers.length > CROWD;
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
  }
  drawNames(context, picture, place => (place === message?.origin ? message.ttl : hops.get(place)?.ttlLeft));
}

/** Peers of a lab that is too large to name them all: only those that have the message are. */
const CROWD = 150;

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

/** The names that have room, each beside its peer; what is left of the TTL beneath it. */
function drawNames(
  context: CanvasRenderingContext2D,
  { history, chosenPeer, picked, message, width, height, palette, radius, places, typePx }: Picture,
  ttlOf: (place: number) => number | undefined,
): void {
  const size = Math.max(typePx * 0.75, Math.min(typePx * 1.6, radius * 0.8));
  const hasTtl = message?.ttl !== undefined;
  const [nameFont, ttlFont] = [`600 ${size}px system-ui, sans-serif`, `500 ${size * 0.85}px system-ui, sans-serif`];
  context.font = nameFont;
  const isCrowded = history.peers.length > CROWD;
  const named = history.peers.filter(
    ({ place }) => !isCrowded || place === chosenPeer || picked.has(place) || place === message?.origin,
  );
  const spots = placeLabels(
    named.map(({ name, place }) => ({
      at: places[place] ?? { x: -1, y: -1 },
      width: Math.max(context.measureText(name).width, hasTtl ? size * 2.9 : 0),
      isFirst: place === chosenPeer || place === message?.origin,
    })),
    { width, height, radius, lineHeight: size * 1.1, lines: hasTtl ? 2 : 1 },
  );
  const write = (font: string, colour: string, text: string, x: number, y: number): void => {
    context.font = font;
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  };
  context.lineWidth = 4;
  context.strokeStyle = palette.paper;
  context.lineJoin = 'round';
  named.forEach(({ name, place }, i) => {
    const spot = spots[i];
    if (spot === undefined) return;
    const ttl = ttlOf(place);
    write(nameFont, palette.ink, name, spot.x, hasTtl ? spot.y - size * 0.55 : spot.y);
    if (ttl !== undefined) write(ttlFont, palette.dim, `TTL ${ttl}`, spot.x, spot.y + size * 0.55);
  });
}
