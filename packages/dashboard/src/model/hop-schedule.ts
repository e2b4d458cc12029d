/**
 * The hop clock within one message: when each frame is shown. A hop takes HOP_MS; nothing is shown before what caused it.
 * Every peer's copies keep the order in which they arrived, and a copy on a shaped, much slower link takes longer. Pure.
 */
import type { Frame } from './frame.ts';
import { HOP_MS } from './timeline.ts';

/** Where frames begin and end, in milliseconds of the hop clock after the message began. */
export interface HopSchedule {
  /** By frame. Where a frame never arrived, its end is where it would have arrived. */
  readonly flights: ReadonlyMap<Frame, readonly [startMs: number, endMs: number]>;
  /** By peer and the hop at which it used a copy: when it did. See {@link useKey}. */
  readonly uses: ReadonlyMap<number, number>;
  /** When the last of it has been shown. */
  readonly endMs: number;
}

/** What a schedule is made from. */
export interface Scheduled {
  readonly origin: number;
  readonly frames: readonly Frame[];
  /** True for a link whose latency, jitter or rate the lab set: only such a link is drawn as slow. */
  isShaped(from: number, to: number): boolean;
}

/** A copy is slow from so many milliseconds on. @default 40: an eye sees it, and no idle machine takes as long */
const SLOW_MS = 40;

/** A copy is slow from so many times the usual flight on. */
const SLOW_RATIO = 4;

/** A slow copy takes at most so many hops. */
const MAX_SLOWNESS = 4;

/** A key for a peer and the hop at which it used a copy. */
export function useKey(peer: number, depth: number): number {
  return depth * 2 ** 24 + peer;
}

/** See the module's header. */
export function hopSchedule(message: Scheduled): HopSchedule {
  const plan = new Plan(message);
  for (const frame of inOrder(message.frames)) plan.place(frame);
  return plan;
}

class Plan implements HopSchedule {
  readonly flights: Map<Frame, readonly [number, number]> = new Map();
  readonly uses: Map<number, number> = new Map();
  endMs = 0;
  readonly #message: Scheduled;
  readonly #usualMs: number;
  /** By peer: when it used the latest copy so far. */
  readonly #latest: Map<number, number> = new Map();
  /** By peer: what arrived there, in order, and has no place yet. */
  readonly #waiting: Map<number, Frame[]> = new Map();

  constructor(message: Scheduled) {
    this.#message = message;
    this.#usualMs = median(message.frames.map(flightMs).filter(ms => ms !== undefined));
    this.#use(message.origin, 0, 0);
    for (const frame of inOrder(message.frames).reverse()) {
      if (frame.arrival === undefined) continue;
      const waiting = this.#waiting.get(frame.to);
      if (waiting === undefined) this.#waiting.set(frame.to, [frame]);
      else waiting.push(frame);
    }
  }

  /** Places a frame, after whatever arrived at its receiver before it. */
  place(frame: Frame): void {
    if (frame.arrival === undefined) this.#place(frame);
    while (!this.flights.has(frame)) {
      const next = this.#waiting.get(frame.to)?.pop();
      if (next === undefined) return;
      this.#place(next);
    }
  }

  #place(frame: Frame): void {
    const { from, to, depth, fate } = frame;
    const startMs = this.#usedAt(from, depth - 1);
    const hops = this.#message.isShaped(from, to) ? slowness(flightMs(frame), this.#usualMs) : 1;
    const before = this.#latest.get(to);
    let endMs = startMs + hops * HOP_MS;
    // What is relayed again is told apart from what was relayed first.
    if (before !== undefined && fate === 'better') endMs = Math.max(endMs, before + HOP_MS);
    else if (before !== undefined && frame.arrival !== undefined) endMs = Math.max(endMs, before);
    this.flights.set(frame, [startMs, endMs]);
    this.endMs = Math.max(this.endMs, endMs);
    if (fate === 'first' || fate === 'better') this.#use(to, depth, endMs);
  }

  /** When a peer used the copy that it got by so many hops: told by another stream, it may have no place yet. */
  #usedAt(peer: number, depth: number): number {
    for (;;) {
      const atMs = this.uses.get(useKey(peer, depth));
      if (atMs !== undefined) return atMs;
      const next = this.#waiting.get(peer)?.pop();
      // The trace has a gap there.
      if (next === undefined) return this.#latest.get(peer) ?? depth * HOP_MS;
      this.#place(next);
    }
  }

  #use(peer: number, depth: number, atMs: number): void {
    this.#latest.set(peer, atMs);
    this.uses.set(useKey(peer, depth), atMs);
  }
}

/** By arrival; what has not arrived comes last, by its hop. */
function inOrder(frames: readonly Frame[]): Frame[] {
  return frames.toSorted((a, b) => arrivalOf(a) - arrivalOf(b) || a.depth - b.depth);
}

function arrivalOf({ arrival }: Frame): number {
  return arrival ?? Number.MAX_SAFE_INTEGER;
}

function flightMs({ sentAtMs, arrivedAtMs }: Frame): number | undefined {
  return sentAtMs === undefined || arrivedAtMs === undefined ? undefined : Math.max(0, arrivedAtMs - sentAtMs);
}

/** How many hops a copy on a shaped link takes to be shown: 1 for an ordinary one. One that flies yet may be slow. */
function slowness(ms: number | undefined, usualMs: number): number {
  if (ms === undefined) return MAX_SLOWNESS;
  const ratio = ms / Math.max(usualMs, SLOW_MS / SLOW_RATIO);
  if (ms < SLOW_MS || ratio < SLOW_RATIO) return 1;
  return Math.min(MAX_SLOWNESS, Math.floor(Math.log2(ratio)));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
