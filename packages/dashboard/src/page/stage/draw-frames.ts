/** Draws frames on their links. */
import type { Message } from '../../model/message.ts';
import { activeAt, duplicatesAt, framesAt, type SeenFrame } from '../../model/moment.ts';
import type { Picture } from './picture.ts';
import { between, cross, diamond, disc, distance, ease, line } from './shapes.ts';

/** Frames that are drawn at most: more would only be a blur. */
const MAX_DRAWN_FRAMES = 1200;

/** From so many frames of a message on they are plain dots: nobody follows one of them. */
const MANY_FRAMES = 150;

/** Messages whose frames are looked at, beside the one that is shown. */
const MAX_OTHERS = 40;

/** The frames of other messages, small and pale. @returns how many there are beyond those that are drawn */
export function drawOthers(
  context: CanvasRenderingContext2D,
  { history, clock, ms, message, places, palette }: Picture,
): number {
  let drawn = 0;
  let left = 0;
  const dots = new Path2D();
  for (const other of activeAt(history, clock, ms, MAX_OTHERS)) {
    if (other === message) continue;
    for (const { frame, progress, strength } of framesAt(other, clock, ms)) {
      if (strength < 1 || progress >= 1) continue;
      if (drawn++ >= MAX_DRAWN_FRAMES) {
        left++;
        continue;
      }
      const [a, b] = [places[frame.from], places[frame.to]];
      if (a === undefined || b === undefined) continue;
      const at = between(a, b, progress);
      dots.moveTo(at.x + 2.5, at.y);
      dots.arc(at.x, at.y, 2.5, 0, 2 * Math.PI);
    }
  }
  context.fillStyle = palette.dim;
  context.globalAlpha = 0.7;
  context.fill(dots);
  context.globalAlpha = 1;
  return left;
}

/** The frames of the message that is shown. @returns how many there are beyond those that are drawn */
export function drawFrames(context: CanvasRenderingContext2D, picture: Picture, frames: readonly SeenFrame[]): number {
  if (frames.length > MANY_FRAMES) drawMany(context, picture, frames.slice(0, MAX_DRAWN_FRAMES));
  else for (const seen of frames) drawFrame(context, picture, seen, picture.message?.kind === 'dm');
  return Math.max(0, frames.length - MAX_DRAWN_FRAMES);
}

/**
 * The duplicates so far, each where it came to rest: they add up over the whole message.
 * @param seen frames that are drawn anyway, such as a duplicate that bounces off
 * @returns how many
 */
export function drawDuplicates(
  context: CanvasRenderingContext2D,
  picture: Picture,
  message: Message,
  seen: readonly SeenFrame[],
): number {
  const moving = new Set(seen.map(({ frame }) => frame));
  const { clock, ms, places, palette, radius } = picture;
  const size = Math.max(3, radius * 0.3);
  let total = 0;
  context.strokeStyle = palette.duplicate;
  context.fillStyle = palette.paper;
  context.lineWidth = 1.5;
  const signs = new Path2D();
  for (const { frame, count } of duplicatesAt(message, clock, ms)) {
    total += count;
    const [from, to] = [places[frame.from], places[frame.to]];
    if (from === undefined || to === undefined || moving.has(frame)) continue;
    const at = between(to, from, (radius + size * 2) / Math.max(1, distance(from, to)));
    signs.moveTo(at.x, at.y - size);
    signs.lineTo(at.x + size, at.y);
    signs.lineTo(at.x, at.y + size);
    signs.lineTo(at.x - size, at.y);
    signs.closePath();
  }
  context.fill(signs);
  context.stroke(signs);
  return total;
}

function drawMany(context: CanvasRenderingContext2D, picture: Picture, frames: readonly SeenFrame[]): void {
  const { places, palette, radius } = picture;
  const size = Math.max(2.5, radius * 0.4);
  const [dots, signs] = [new Path2D(), new Path2D()];
  for (const { frame, progress } of frames) {
    const [from, to] = [places[frame.from], places[frame.to]];
    if (from === undefined || to === undefined) continue;
    const at = between(from, to, ease(progress));
    if (frame.fate === 'first' || frame.fate === 'better') {
      dots.moveTo(at.x + size, at.y);
      dots.arc(at.x, at.y, size, 0, 2 * Math.PI);
    } else {
      signs.moveTo(at.x, at.y - size);
      signs.lineTo(at.x + size, at.y);
      signs.lineTo(at.x, at.y + size);
      signs.lineTo(at.x - size, at.y);
      signs.closePath();
    }
  }
  context.fillStyle = palette.first;
  context.fill(dots);
  context.lineWidth = 1.5;
  context.strokeStyle = palette.duplicate;
  context.stroke(signs);
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
    context.fillStyle = isDm || frame.fate === 'better' ? palette.picked : palette.first;
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
