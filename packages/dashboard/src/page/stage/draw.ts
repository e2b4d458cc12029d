/**
 * Draws one moment of a lab over the graph: frames on their links, who has the message with hop and remaining TTL,
 * duplicates, the horizon, peers that are down. Shape as well as colour tells what is what.
 */
import type { LabHistory } from '../../model/history.ts';
import type { Message } from '../../model/message.ts';
import { activeAt, conditionAt, framesAt, isUpAt, litAt, type SeenFrame } from '../../model/moment.ts';
import type { Clock } from '../../model/timeline.ts';
import type { Comparison } from '../exercise.ts';
import type { Palette } from './palette.ts';

/** A place on the screen, in pixels. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** What is drawn. */
export interface Picture {
  readonly history: LabHistory;
  readonly clock: Clock;
  readonly ms: number;
  readonly message: Message | undefined;
  readonly chosenPeer: number | undefined;
  readonly picked: ReadonlySet<number>;
  /** What was guessed against what happened, where somebody guessed. */
  readonly comparison: Comparison | undefined;
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  readonly places: readonly Pixel[];
  /** Of a peer, in pixels. */
  readonly radius: number;
  readonly isDark: boolean;
}

/** What was drawn, for those who cannot see it, and for tests. */
export interface Drawn {
  readonly lit: number;
  readonly flying: number;
  readonly undrawn: number;
}

/** Frames that are drawn at most: more would only be a blur. */
const MAX_DRAWN_FRAMES = 1200;

/** Messages whose frames are looked at, beside the one that is shown. */
const MAX_OTHERS = 40;

/** Draws it. */
export function draw(context: CanvasRenderingContext2D, picture: Picture): Drawn {
  const { clock, ms, message, width, height } = picture;
  context.clearRect(0, 0, width, height);
  const lit = message === undefined ? [] : litAt(message, clock, ms);
  const hops = new Map(lit.map(reception => [reception.peer, reception]));
  if (message !== undefined) drawHorizon(context, picture, message);
  drawLinks(context, picture, hops, message);
  const undrawn = drawOthers(context, picture);
  const own = message === undefined ? [] : framesAt(message, clock, ms);
  for (const seen of own.slice(0, MAX_DRAWN_FRAMES)) drawFrame(context, picture, seen, message?.kind === 'dm');
  drawPeers(context, picture, hops, message);
  drawComparison(context, picture);
  const flying = own.filter(({ strength, progress }) => strength === 1 && progress < 1).length;
  return { lit: lit.length, flying, undrawn: undrawn + Math.max(0, own.length - MAX_DRAWN_FRAMES) };
}

function drawLinks(
  context: CanvasRenderingContext2D,
  { history, clock, ms, places, palette, radius }: Picture,
  hops: ReadonlyMap<number, { readonly from: number }>,
  message: Message | undefined,
): void {
  for (const link of history.links) {
    const [a, b] = [places[link.a], places[link.b]];
    if (a === undefined || b === undefined) continue;
    const isUp = isUpAt(link, clock, ms);
    if (!isUp && !link.isDrawn) continue;
    const isWay = hops.get(link.a)?.from === link.b || hops.get(link.b)?.from === link.a;
    context.lineWidth = isWay ? Math.max(2, radius / 4) : 1.5;
    context.strokeStyle = isWay ? palette.first : palette.link;
    context.globalAlpha = isUp ? 1 : 0.55;
    context.setLineDash(isUp ? [] : [3, 6]);
    line(context, a, b);
    context.setLineDash([]);
    context.globalAlpha = 1;
    const middle = between(a, b, 0.5);
    if (!isUp) cross(context, middle, 5, palette.dim);
    else if (message !== undefined && isAcrossHorizon(message, link.a, link.b)) {
      bar(context, a, b, Math.max(9, radius), palette.horizon);
    }
  }
}

/** True for a link that a flood with this TTL stops before. */
function isAcrossHorizon({ ttl, promised: { distance }, kind }: Message, a: number, b: number): boolean {
  if (ttl === undefined || kind !== 'broadcast') return false;
  const [near, far] = [distance[a] ?? -1, distance[b] ?? -1].sort((x, y) => x - y);
  return near === ttl && far === ttl + 1;
}

/** The region that the TTL lets the message reach: drawn whole, then laid under everything as one pale shape. */
function drawHorizon(context: CanvasRenderingContext2D, picture: Picture, message: Message): void {
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

/** The frames of other messages, small and pale. @returns how many there are beyond those that are drawn */
function drawOthers(
  context: CanvasRenderingContext2D,
  { history, clock, ms, message, places, palette }: Picture,
): number {
  let drawn = 0;
  let left = 0;
  context.fillStyle = palette.dim;
  context.globalAlpha = 0.7;
  for (const other of activeAt(history, clock, ms, MAX_OTHERS)) {
    if (other === message) continue;
    for (const { frame, progress, strength } of framesAt(other, clock, ms)) {
      if (strength < 1 || progress >= 1) continue;
      if (drawn++ >= MAX_DRAWN_FRAMES) {
        left++;
        continue;
      }
      const [a, b] = [places[frame.from], places[frame.to]];
      if (a !== undefined && b !== undefined) disc(context, between(a, b, progress), 2.5);
    }
  }
  context.globalAlpha = 1;
  return left;
}

function drawFrame(
  context: CanvasRenderingContext2D,
  { places, palette, radius }: Picture,
  { frame, progress, strength }: SeenFrame,
  isDm: boolean,
): void {
  const [from, to] = [places[frame.from], places[frame.to]];
  if (from === undefined || to === undefined) return;
  const size = Math.max(4, radius * 0.45);
  const at = between(from, to, ease(progress));
  context.globalAlpha = Math.max(0, Math.min(1, strength));
  if (frame.fate === 'duplicate') {
    // It bounces off the peer that has the message already.
    const place = progress >= 1 ? between(to, from, (radius + size * 2) / Math.max(1, distance(from, to))) : at;
    diamond(context, place, size * 1.35, palette.duplicate, palette.paper);
  } else if (frame.fate === 'dropped' || (frame.fate === 'flying' && strength < 1)) {
    cross(context, at, size, palette.duplicate);
  } else {
    context.fillStyle = isDm ? palette.picked : palette.first;
    const trail = between(from, to, Math.max(0, ease(progress) - 0.18));
    context.strokeStyle = context.fillStyle;
    context.lineWidth = size;
    context.lineCap = 'round';
    context.globalAlpha *= 0.3;
    line(context, trail, at);
    context.globalAlpha = Math.max(0, Math.min(1, strength));
    disc(context, at, size);
    context.lineWidth = 1.5;
    context.strokeStyle = palette.paper;
    context.stroke();
  }
  context.globalAlpha = 1;
}

function drawPeers(
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
    if (reception !== undefined && clock === 'hops')
      pulse(context, at, radius, (ms - reception.shownMs) / 500, palette.first);
    context.fillStyle = isOrigin ? palette.origin : reception !== undefined ? palette.first : palette.peer;
    context.strokeStyle = isOrigin || reception !== undefined ? palette.paper : palette.dim;
    context.lineWidth = 1.5;
    if (!isThere) {
      context.fillStyle = palette.paper;
      context.setLineDash([3, 3]);
    }
    if (isOrigin) square(context, at, radius * 0.95);
    else disc(context, at, radius);
    context.stroke();
    context.setLineDash([]);
    if (condition === 'stopped' || condition === 'missing') cross(context, at, radius * 0.5, palette.dim);
    if (condition === 'paused') pauseMark(context, at, radius * 0.5, palette.dim);
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

/** A tick where a guess was right, a cross where it was too much, a question mark at a peer that was overlooked. */
function drawComparison(context: CanvasRenderingContext2D, { comparison, places, palette, radius }: Picture): void {
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
  const size = Math.max(11, Math.min(15, radius));
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

function pulse(context: CanvasRenderingContext2D, at: Pixel, radius: number, age: number, colour: string): void {
  if (age < 0 || age > 1) return;
  context.globalAlpha = 0.5 * (1 - age);
  ringOf(context, at, radius + age * radius * 1.4, colour, []);
  context.globalAlpha = 1;
}

function between(a: Pixel, b: Pixel, share: number): Pixel {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

function distance(a: Pixel, b: Pixel): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Gently off and gently on. */
function ease(share: number): number {
  return share * share * (3 - 2 * share);
}

function line(context: CanvasRenderingContext2D, a: Pixel, b: Pixel): void {
  context.beginPath();
  context.moveTo(a.x, a.y);
  context.lineTo(b.x, b.y);
  context.stroke();
}

function disc(context: CanvasRenderingContext2D, at: Pixel | undefined, radius: number): void {
  if (at === undefined) return;
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.fill();
}

function square(context: CanvasRenderingContext2D, at: Pixel, radius: number): void {
  context.beginPath();
  context.roundRect(at.x - radius, at.y - radius, radius * 2, radius * 2, radius * 0.35);
  context.fill();
}

function diamond(context: CanvasRenderingContext2D, at: Pixel, size: number, colour: string, inside: string): void {
  context.beginPath();
  context.moveTo(at.x, at.y - size);
  context.lineTo(at.x + size, at.y);
  context.lineTo(at.x, at.y + size);
  context.lineTo(at.x - size, at.y);
  context.closePath();
  context.fillStyle = inside;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.stroke();
}

function cross(context: CanvasRenderingContext2D, at: Pixel, size: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  line(context, { x: at.x - size, y: at.y - size }, { x: at.x + size, y: at.y + size });
  line(context, { x: at.x - size, y: at.y + size }, { x: at.x + size, y: at.y - size });
}

function pauseMark(context: CanvasRenderingContext2D, at: Pixel, size: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  for (const x of [-0.5, 0.5]) {
    line(context, { x: at.x + x * size, y: at.y - size }, { x: at.x + x * size, y: at.y + size });
  }
}

function ringOf(
  context: CanvasRenderingContext2D,
  at: Pixel,
  radius: number,
  colour: string,
  dash: readonly number[],
): void {
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.setLineDash([...dash]);
  context.stroke();
  context.setLineDash([]);
}

/** A short bar across a link: the message goes no further. */
function bar(context: CanvasRenderingContext2D, a: Pixel, b: Pixel, length: number, colour: string): void {
  const middle = between(a, b, 0.5);
  const size = Math.max(1, distance(a, b));
  const [nx, ny] = [(-(b.y - a.y) / size) * length, ((b.x - a.x) / size) * length];
  context.strokeStyle = colour;
  context.lineWidth = 3.5;
  context.lineCap = 'round';
  line(context, { x: middle.x - nx, y: middle.y - ny }, { x: middle.x + nx, y: middle.y + ny });
}
