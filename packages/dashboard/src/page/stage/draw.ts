/**
 * Draws one moment of a lab over the graph: frames on their links, who has the message with hop and remaining TTL,
 * duplicates, the horizon, peers that are down. Shape as well as colour tells what is what.
 */
import { framesAt, litAt } from '../../model/moment.ts';
import { drawDuplicates, drawFrames, drawOthers } from './draw-frames.ts';
import { drawHorizon, drawLinks } from './draw-links.ts';
import { drawComparison, drawPeers } from './draw-peers.ts';
import type { Picture } from './picture.ts';

/** What was drawn, for those who cannot see it, and for tests. */
export interface Drawn {
  /** Peers that have the message, of those that must receive it. */
  readonly lit: number;
  readonly flying: number;
  /** Duplicates that arrived so far. */
  readonly duplicates: number;
  readonly undrawn: number;
}

/** Draws it. */
export function draw(context: CanvasRenderingContext2D, picture: Picture): Drawn {
  const { clock, ms, message, width, height } = picture;
  context.clearRect(0, 0, width, height);
  const lit = message === undefined ? [] : litAt(message, clock, ms);
  const hops = new Map(lit.map(reception => [reception.peer, reception]));
  if (message !== undefined) drawHorizon(context, picture, message);
  drawLinks(context, picture, hops, message);
  const own = message === undefined ? [] : framesAt(message, clock, ms, picture.isAtRest);
  const duplicates = message === undefined ? 0 : drawDuplicates(context, picture, message, own);
  const undrawn = drawFrames(context, picture, own) + (picture.hasOthers ? drawOthers(context, picture) : 0);
  drawPeers(context, picture, hops, message);
  drawComparison(context, picture);
  const flying = own.filter(({ strength, progress }) => strength === 1 && progress < 1).length;
  const expected = new Set(message?.expected);
  return { lit: lit.filter(({ peer }) => expected.has(peer)).length, flying, duplicates, undrawn };
}
