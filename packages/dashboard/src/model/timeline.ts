/**
 * The two clocks of the page. On the lab's clock each event is at the time at which it happened. On the hop clock every
 * hop of a message takes the same time to see, however fast it was (hop-schedule.ts); what came after a message is shown
 * after it.
 */

/** How long a hop is shown, in milliseconds, at ordinary speed. @default 600: an eye follows it across a projector */
export const HOP_MS = 600;

/** Two things that are less apart than this, in milliseconds, are taken for simultaneous: streams differ by as much. */
const TOGETHER_MS = 1;

/** Nothing happened for longer than this: the gap is shown no longer, in milliseconds. */
const GAP_MS = 2000;

/** Which clock. */
export type Clock = 'hops' | 'time';

/** A moment on both clocks, in milliseconds. */
export interface Moment {
  readonly atMs: number;
  readonly shownMs: number;
}

/** A moment on one of the clocks. */
export function on(clock: Clock, { atMs, shownMs }: Moment): number {
  return clock === 'time' ? atMs : shownMs;
}

/** Something that takes a while to show: a message. */
export interface Shown {
  readonly start: Moment;
  /** The latest thing that is known of it, on the lab's clock. */
  readonly lastAtMs: number;
  /** How long it is shown on the hop clock as far as it is known, in milliseconds. */
  readonly shownForMs: number;
}

/** Tells where on the hop clock things stand. Fed in the order of the trace. */
export class Timeline {
  #last: Moment = { atMs: 0, shownMs: 0 };
  #front = 0;
  #active: Set<Shown> = new Set();
  #isEmpty = true;

  /** Where something that happens now stands. */
  moment(atMs: number): Moment {
    for (const shown of this.#active) {
      if (shown.lastAtMs >= atMs - TOGETHER_MS) continue;
      this.#front = Math.max(this.#front, shownEnd(shown));
      this.#active.delete(shown);
    }
    if (this.#isEmpty) this.#last = { atMs, shownMs: 0 };
    this.#isEmpty = false;
    const passedMs = Math.min(GAP_MS, Math.max(0, atMs - this.#last.atMs));
    const shownMs = Math.max(this.#last.shownMs + passedMs, this.#front);
    this.#last = { atMs, shownMs };
    return this.#last;
  }

  /** Something that takes a while to show begins, or goes on: a slow copy may come long after the others. */
  goesOn(shown: Shown): void {
    this.#active.add(shown);
  }
}

/** When the last of it has been shown, on the hop clock. */
export function shownEnd({ start, shownForMs }: Shown): number {
  return start.shownMs + shownForMs;
}
