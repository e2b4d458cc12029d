/**
 * One message as the trace reports it: its frames, its receptions, the prediction of the graph. Built by history.ts.
 */
import { QUANTITIES } from '@peerlab/conditions';
import type { Explanation, Verdict } from '@peerlab/finding';
import type { Frame } from './frame.ts';
import { type HopSchedule, hopSchedule, useKey } from './hop-schedule.ts';
import { HOP_MS, type Moment, type Shown } from './timeline.ts';

/** The TTL of a message that was sent without one. */
const NO_LIMIT = QUANTITIES.ttl.max;

/** A peer that took the message. */
export interface Reception extends Moment {
  readonly peer: number;
  readonly from: number;
  readonly hops: number;
  /** What is left of the TTL; undefined without limit. */
  readonly ttlLeft: number | undefined;
}

/** What the lab found of a message that it sent. */
export interface Outcome {
  readonly verdict: Verdict;
  /** Why it is not proven. */
  readonly reason: string | undefined;
  /** The peers that had to receive it. */
  readonly due: readonly number[];
  readonly frames: number | null;
  /** Null where the lab predicts none: some links go one way. */
  readonly predictedFrames: number | null;
  readonly explanations: readonly Explanation[];
}

/** What the graph promises of a message. */
export interface Promised {
  /** The peers that a broadcast without limit reaches, ascending. */
  readonly expected: readonly number[];
  /** Hops from the origin, by peer; -1: no path. */
  readonly distance: Int32Array;
  /** Frames of a flood with this TTL, under equal delays. */
  framesFor(ttl: number): number;
  /** True for a link that the lab made slow, lossy or narrow. */
  isShaped(from: number, to: number): boolean;
}

/** See the module's header. */
export class Message implements Shown {
  readonly id: string;
  readonly kind: 'broadcast' | 'dm';
  readonly origin: number;
  readonly start: Moment;
  readonly promised: Promised;
  lastAtMs: number;
  depth = 0;
  payload: string | undefined;
  /** The TTL that its origin chose; undefined until it is known. */
  initialTtl: number | undefined;
  target: number | undefined;
  outcome: Outcome | undefined;
  duplicates = 0;
  /** Frames that were sent or came, each counted once. */
  frameCount = 0;
  /** Empty once the history keeps only the totals of this message. */
  frames: Frame[] = [];
  isSummary = false;
  readonly receptions: Map<number, Reception> = new Map();
  /** Peers where it ended because its TTL expired. */
  readonly expired: Set<number> = new Set();
  /** Frames of each direction of a link, in the order in which they became known. */
  readonly #byLink: Map<number, Frame[]> = new Map();
  #early: (() => void)[] = [];
  #arrivals = 0;
  /** Undefined where something has come since. */
  #schedule: HopSchedule | undefined;
  #predicted: number | undefined;

  constructor(facts: Pick<Message, 'id' | 'kind' | 'origin' | 'start' | 'promised'>) {
    this.id = facts.id;
    this.kind = facts.kind;
    this.origin = facts.origin;
    this.start = facts.start;
    this.promised = facts.promised;
    this.lastAtMs = facts.start.atMs;
  }

  /** The TTL, undefined without limit. */
  get ttl(): number | undefined {
    return this.initialTtl === NO_LIMIT ? undefined : this.initialTtl;
  }

  /** Who had to receive it: by the lab's own word where there is one. */
  get expected(): readonly number[] {
    if (this.outcome !== undefined) return this.outcome.due;
    if (this.kind === 'broadcast') {
      const limit = this.ttl ?? Number.POSITIVE_INFINITY;
      return this.promised.expected.filter(peer => (this.promised.distance[peer] ?? 0) <= limit);
    }
    return this.target === undefined ? [] : [this.target];
  }

  /** Frames that it should cost; undefined where that is not known: for a direct message that nobody judged. */
  get predictedFrames(): number | undefined {
    if (this.outcome !== undefined) return this.outcome.predictedFrames ?? undefined;
    if (this.kind === 'dm') return undefined;
    this.#predicted ??= this.promised.framesFor(this.ttl ?? Number.POSITIVE_INFINITY);
    return this.#predicted;
  }

  /** Where its frames stand on the hop clock. */
  get schedule(): HopSchedule {
    this.#schedule ??= hopSchedule({
      origin: this.origin,
      frames: this.frames,
      isShaped: (from, to) => this.promised.isShaped(from, to),
    });
    return this.#schedule;
  }

  /** How long the hop clock shows it, in milliseconds. */
  get shownForMs(): number {
    return this.schedule.endMs;
  }

  /** When a peer used the copy that it got by so many hops, on the hop clock. */
  usedShownMs(peer: number, hops: number): number {
    return this.start.shownMs + (this.schedule.uses.get(useKey(peer, hops)) ?? hops * HOP_MS);
  }

  /** When a copy arrived, on the hop clock. @param ttl what it carried */
  arrivedShownMs(from: number, to: number, ttl: number): number {
    const depth = (this.initialTtl ?? ttl) - ttl + 1;
    const frame = this.#byLink.get(directionOf(from, to))?.find(one => one.depth === depth);
    const flight = frame === undefined ? undefined : this.schedule.flights.get(frame);
    return this.start.shownMs + (flight?.[1] ?? depth * HOP_MS);
  }

  /** When a peer relayed a copy, on the hop clock. @param ttl what it sent */
  sentShownMs(by: number, ttl: number): number {
    return this.usedShownMs(by, (this.initialTtl ?? ttl) - ttl);
  }

  /** From its sending to its last delivery, in milliseconds of the lab's clock. */
  get coverMs(): number {
    let last = this.start.atMs;
    for (const { atMs } of this.receptions.values()) last = Math.max(last, atMs);
    return last - this.start.atMs;
  }

  /** A peer says that it sent copies. @param ttl what they carry @param from whose copy it relayed; -1 for its own */
  sent(by: number, to: readonly number[], ttl: number, from: number, atMs: number): void {
    const hops = by === this.origin ? 0 : this.receptions.get(by)?.hops;
    if (this.initialTtl === undefined && hops !== undefined) this.#learn(ttl + hops);
    this.#onceKnown(initialTtl => {
      for (const peer of to) this.#frame(by, peer, initialTtl - ttl + 1).sentAtMs ??= atMs;
      this.#used(from, by, atMs);
    });
    this.#touch(atMs);
  }

  /** A peer says that it delivered the message. */
  received(by: number, from: number, hops: number, atMs: number): void {
    const frame = this.#frame(from, by, hops);
    arrived(frame, atMs, ++this.#arrivals);
    if (frame.fate === 'flying') frame.fate = 'first';
    if (!this.receptions.has(by)) this.receptions.set(by, new Received(this, by, from, hops, atMs));
    this.#touch(atMs);
  }

  /** A peer says that a copy changed nothing. @param ttl what it carried */
  duplicate(by: number, from: number, ttl: number, atMs: number): void {
    this.duplicates++;
    const arrival = ++this.#arrivals;
    this.#onceKnown(initialTtl => {
      const frame = this.#frame(from, by, initialTtl - ttl + 1);
      arrived(frame, atMs, arrival);
      frame.fate = 'duplicate';
    });
    this.#touch(atMs);
  }

  /** A peer says that it gave a copy up. */
  dropped(by: number, to: number, reason: string, atMs: number): void {
    const hops = by === this.origin ? 0 : (this.receptions.get(by)?.hops ?? 0);
    const frame = this.#frame(by, to, hops + 1);
    frame.sentAtMs ??= atMs;
    frame.fate = 'dropped';
    frame.reason = reason;
    this.#touch(atMs);
  }

  /** A peer reports that the TTL expired. */
  expiredAt(by: number, from: number, atMs: number): void {
    this.expired.add(by);
    this.#used(from, by, atMs);
    this.#touch(atMs);
  }

  /** Lets go of the single frames; the totals stay. */
  summarise(): void {
    const { endMs } = this.schedule;
    this.#schedule = { endMs, flights: new Map(), uses: new Map() };
    this.frames = [];
    this.#byLink.clear();
    this.isSummary = true;
  }

  /** A copy that was used and not delivered could reach further than the one before it. */
  #used(from: number, by: number, atMs: number): void {
    const frame = this.#byLink.get(directionOf(from, by))?.findLast(({ fate }) => fate === 'flying');
    if (frame === undefined) return;
    frame.fate = 'better';
    arrived(frame, atMs, ++this.#arrivals);
  }

  #touch(atMs: number): void {
    if (!this.isSummary) this.#schedule = undefined;
    this.lastAtMs = Math.max(this.lastAtMs, atMs);
  }

  #learn(initialTtl: number): void {
    this.#predicted = undefined;
    this.initialTtl = initialTtl;
    const early = this.#early;
    this.#early = [];
    for (const work of early) work();
  }

  /** Streams of different peers are not in order: what came may be told before what was sent. */
  #onceKnown(work: (initialTtl: number) => void): void {
    const later = (): void => {
      if (this.initialTtl !== undefined) work(this.initialTtl);
    };
    if (this.initialTtl === undefined) this.#early.push(later);
    else later();
  }

  #frame(from: number, to: number, depth: number): Frame {
    const direction = directionOf(from, to);
    const same = this.#byLink.get(direction);
    const known = same?.find(frame => frame.depth === depth);
    if (known !== undefined) return known;
    const frame: Frame = {
      from,
      to,
      depth,
      sentAtMs: undefined,
      arrivedAtMs: undefined,
      arrival: undefined,
      fate: 'flying',
    };
    this.frameCount++;
    this.depth = Math.max(this.depth, depth);
    if (this.isSummary) return frame;
    this.frames.push(frame);
    if (same === undefined) this.#byLink.set(direction, [frame]);
    else same.push(frame);
    return frame;
  }
}

/** A reception whose place on the hop clock follows from what is known of the whole message. */
class Received implements Reception {
  readonly peer: number;
  readonly from: number;
  readonly hops: number;
  readonly atMs: number;
  readonly #message: Message;

  constructor(message: Message, peer: number, from: number, hops: number, atMs: number) {
    this.#message = message;
    this.peer = peer;
    this.from = from;
    this.hops = hops;
    this.atMs = atMs;
  }

  get ttlLeft(): number | undefined {
    return this.#message.ttl === undefined ? undefined : this.#message.ttl - this.hops;
  }

  get shownMs(): number {
    return this.#message.usedShownMs(this.peer, this.hops);
  }
}

function arrived(frame: Frame, atMs: number, arrival: number): void {
  frame.arrivedAtMs ??= atMs;
  frame.arrival ??= arrival;
}

/** A number for a direction of a link: ten thousand frames a second leave no time for words. */
function directionOf(from: number, to: number): number {
  return (from + 1) * 2 ** 24 + to + 1;
}
