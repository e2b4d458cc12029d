/** The space-time diagram of a message: when each peer had it, and when each frame was under way. Geometry only. */
import type { Frame } from './frame.ts';
import type { Message } from './message.ts';
import { flightOf, spanOf } from './moment.ts';
import { type Clock, on } from './timeline.ts';

/** Frames that are drawn at most. */
const MAX_ARROWS = 1500;

/** A peer's line. */
export interface Row {
  readonly peer: number;
  /** When it had the message; undefined for never. */
  readonly atMs: number | undefined;
}

/** A frame, from line to line. */
export interface Arrow {
  readonly fate: Frame['fate'];
  readonly fromRow: number;
  readonly toRow: number;
  readonly sentMs: number;
  readonly arrivedMs: number;
}

/** See the module's header. */
export interface SpaceTime {
  readonly startMs: number;
  readonly endMs: number;
  /** By distance from the origin; along a ring or a line in its order. */
  readonly rows: readonly Row[];
  readonly arrows: readonly Arrow[];
  /** Frames beyond those that are drawn. */
  readonly left: number;
}

/**
 * Lays it out on one of the clocks.
 * @param isChain the peers form a row or a ring in index order; they are then drawn in that order, the origin in the
 *   middle
 */
export function spaceTime(message: Message, clock: Clock, isChain = false): SpaceTime {
  const [startMs, endMs] = spanOf(message, clock);
  const { distance } = message.promised;
  const peers = new Set([message.origin, ...message.expected, ...message.receptions.keys()]);
  for (const { from, to } of message.frames) peers.add(from).add(to);
  const far = (peer: number): number => {
    const hops = distance[peer] ?? -1;
    return hops < 0 ? Number.MAX_SAFE_INTEGER : hops;
  };
  const byDistance = (a: number, b: number): number => far(a) - far(b) || a - b;
  const count = distance.length;
  const turned = (peer: number): number => (peer - message.origin + count + Math.floor(count / 2)) % count;
  const rows = [...peers].sort(isChain ? (a, b) => turned(a) - turned(b) : byDistance).map(peer => {
    const reception = message.receptions.get(peer);
    const atMs = peer === message.origin ? startMs : reception === undefined ? undefined : on(clock, reception);
    return { peer, atMs };
  });
  const rowOf = new Map(rows.map(({ peer }, row) => [peer, row]));
  const arrows = message.frames.slice(0, MAX_ARROWS).map(frame => {
    const [sentMs, arrived] = flightOf(message, frame, clock);
    const fromRow = rowOf.get(frame.from) ?? 0;
    const toRow = rowOf.get(frame.to) ?? 0;
    // What never arrived ends half-way.
    const isLost = !Number.isFinite(arrived) || frame.fate === 'dropped';
    return {
      fate: frame.fate,
      fromRow,
      toRow: isLost ? (fromRow + toRow) / 2 : toRow,
      sentMs: Number.isFinite(sentMs) ? sentMs : startMs,
      arrivedMs: Number.isFinite(arrived) ? arrived : endMs,
    };
  });
  return { startMs, endMs, rows, arrows, left: message.frames.length - arrows.length };
}
