/**
 * One flood over a graph of up to tens of millions of peers. What each peer does with a copy is packages/protocol's own
 * `decideFlood` and `isNeeded`, and its TTL arithmetic; in place of frames' bytes, links' handshakes and seen-caches there are typed
 * arrays: the best TTL of each peer, the TTL that each neighbour has shown, and frames as three numbers in a queue. It is the
 * first flood of its origin: peers that have learned nothing of an origin hold no relay back. properties.test.ts holds it against whole
 * agents, frame by frame. The way in is simulate-flood.ts.
 */

import { Lanes, LOST, type Shaper } from '@peerlab/conditions';
import { frameKey, senderKey } from '@peerlab/graph';
import {
  DELIVER,
  decideFlood,
  hopsOf,
  IGNORE,
  isNeeded,
  OWN_MESSAGE,
  RELAY,
  REMEMBER,
  UNSEEN,
} from '@peerlab/protocol';
import type { FrameQueue } from '../queue/frame-queue.ts';
import { TimeWheel } from '../queue/time-wheel.ts';
import { TraceHash } from '../trace-hash.ts';
import type { CheckedFlood } from './flood-input.ts';
import { CoverClock, type FloodResult } from './flood-result.ts';
import { type LaneShapers, laneBetween, laneShapers } from './lane-shapers.ts';

const NOBODY = -1;

/** See the module's header. */
export class Flood {
  readonly #input: CheckedFlood;
  readonly #queue: FrameQueue;
  readonly #lanes: Lanes | undefined;
  readonly #shapers: LaneShapers;
  readonly #shaper: Shaper;
  /** The best TTL that each peer has taken the message with. */
  readonly #best: Uint16Array;
  /** The best TTL that came against each lane; undefined where no better copy can follow a first one. */
  readonly #shown: Uint16Array | undefined;
  readonly #hash: TraceHash = new TraceHash();
  readonly #clock: CoverClock;
  readonly #byHop: number[] = [1];
  #covered = 1;
  #delivered = 0;
  #frames = 0;
  #lost = 0;
  #duplicates = 0;
  #relayed = 0;
  #expired = 0;
  #endUs = 0;

  constructor(input: CheckedFlood, queue?: FrameQueue) {
    const { graph, links, linkOverrides, origin, ttl } = input;
    this.#input = input;
    this.#shapers = laneShapers(graph, links, linkOverrides);
    this.#shaper = this.#shapers.shapers[0] as Shaper;
    this.#lanes = needsLanes(input, this.#shapers) ? new Lanes(graph.targets.length) : undefined;
    this.#queue = queue ?? new TimeWheel(wheelSpanUs(input, this.#shapers));
    this.#best = new Uint16Array(graph.peerCount);
    this.#best[origin] = OWN_MESSAGE;
    this.#shown = mayRelayAgain(input, this.#shapers) ? new Uint16Array(graph.targets.length) : undefined;
    this.#clock = new CoverClock(graph.peerCount);
    if (this.#covered >= this.#clock.nextCount) this.#clock.reached(this.#covered, 0);
    if (ttl > 0) this.#send(origin, NOBODY, ttl, 0);
  }

  /** Frames that arrived. */
  get arrived(): number {
    return this.#hash.events;
  }

  /** Frames under way. */
  get inFlight(): number {
    return this.#queue.size;
  }

  get covered(): number {
    return this.#covered;
  }

  /** True when the peer has the message: the origin, and each peer that received a copy. */
  has(peer: number): boolean {
    return this.#best[peer] !== UNSEEN;
  }

  /** Bytes of the queue. */
  get queueBytes(): number {
    return this.#queue.sizeBytes;
  }

  /** Lets up to so many frames arrive; false once none is under way. */
  run(maxFrames: number): boolean {
    const { graph, ttl: initialTtl, exactTtlMax, destination = NOBODY } = this.#input;
    const queue = this.#queue;
    const best = this.#best;
    const shown = this.#shown;
    for (let left = maxFrames; left > 0; left--) {
      if (!queue.pop()) return false;
      const { atUs, to, from, ttl } = queue;
      this.#hash.frame(atUs, from, to, ttl);
      this.#endUs = atUs;
      const known = best[to] ?? UNSEEN;
      if (shown !== undefined) {
        const back = laneBetween(graph, to, from);
        if (ttl > (shown[back] ?? UNSEEN)) shown[back] = ttl;
      }
      const decision = decideFlood(known, ttl, initialTtl, exactTtlMax);
      if (decision === IGNORE) {
        this.#duplicates++;
        continue;
      }
      if ((decision & REMEMBER) !== 0) best[to] = ttl;
      if (known === UNSEEN) this.#cover(hopsOf(ttl, initialTtl), atUs);
      const isDestination = to === destination;
      if ((decision & DELIVER) !== 0 && (isDestination || destination === NOBODY)) this.#delivered++;
      if (isDestination) continue;
      if ((decision & RELAY) !== 0) {
        this.#relayed++;
        this.#send(to, from, ttl - 1, atUs, known > 1 ? shown : undefined);
      } else {
        this.#expired++;
      }
    }
    return queue.size > 0;
  }

  /** What there is by now. */
  result(): FloodResult {
    const { graph, seed, origin, ttl } = this.#input;
    return {
      peers: graph.peerCount,
      links: graph.linkCount,
      seed,
      origin,
      ttl,
      covered: this.#covered,
      delivered: this.#delivered,
      coveredByHop: Array.from(this.#byHop, count => count ?? 0),
      frames: this.#frames,
      lost: this.#lost,
      duplicates: this.#duplicates,
      relayed: this.#relayed,
      expired: this.#expired,
      coverTimeMs: this.#clock.times,
      endMs: this.#endUs / 1000,
      traceHash: this.#hash.digest,
      inFlight: this.#queue.size,
      isPartial: this.#queue.size > 0,
    };
  }

  #cover(hops: number, atUs: number): void {
    this.#byHop[hops] = (this.#byHop[hops] ?? 0) + 1;
    if (++this.#covered >= this.#clock.nextCount) this.#clock.reached(this.#covered, atUs);
  }

  /** @param shown where the message was relayed before: only those who may need this copy get it */
  #send(from: number, except: number, ttl: number, nowUs: number, shown?: Uint16Array): void {
    const { graph, seed, frameBytes } = this.#input;
    const { shapers, ofLane } = this.#shapers;
    const { offsets, targets } = graph;
    const end = offsets[from + 1] ?? 0;
    const sender = senderKey(seed, from);
    for (let lane = offsets[from] ?? 0; lane < end; lane++) {
      const to = targets[lane] ?? 0;
      if (to === except || (shown !== undefined && !isNeeded(shown[lane] ?? UNSEEN, ttl))) continue;
      this.#frames++;
      const shaper = ofLane === undefined ? this.#shaper : (shapers[ofLane[lane] ?? 0] ?? this.#shaper);
      const atUs =
        this.#lanes === undefined
          ? onlyArrivalUs(shaper, frameKey(sender, to, 0), nowUs, frameBytes)
          : this.#lanes.sendData(lane, shaper, sender, to, nowUs, frameBytes);
      if (atUs === LOST) this.#lost++;
      else this.#queue.push(atUs, to, from, ttl);
    }
  }
}

/** When a frame arrives that is the only one of its lane. */
function onlyArrivalUs(shaper: Shaper, key: number, nowUs: number, frameBytes: number): number {
  const transitUs = shaper.transitUs(key);
  if (transitUs === LOST || shaper.byteUs === 0) return transitUs === LOST ? LOST : nowUs + transitUs;
  return nowUs + Math.ceil(frameBytes * shaper.byteUs) + transitUs;
}

/** A wheel of many more buckets than there can be frames costs more to lay out than its heap does to sort. */
const BUCKETS_PER_LANE = 16;

function wheelSpanUs({ graph, frameBytes }: CheckedFlood, { shapers }: LaneShapers): number {
  const longestUs = Math.max(...shapers.map(shaper => shaper.usualLongestUs(frameBytes)));
  return Math.min(longestUs, BUCKETS_PER_LANE * graph.targets.length);
}

/** Where every frame takes equally long a first copy is the best, and in a plain flood it is the only one relayed. */
function mayRelayAgain({ ttl, exactTtlMax }: CheckedFlood, { shapers }: LaneShapers): boolean {
  return ttl <= exactTtlMax && (shapers.length > 1 || shapers.some(shaper => !shaper.isFixed));
}

/** A plain flood sends one frame at most on each lane; an exact one may send several, and they may meet. */
export function needsLanes(input: Pick<CheckedFlood, 'ttl' | 'exactTtlMax'>, { shapers }: LaneShapers): boolean {
  return input.ttl <= input.exactTtlMax && shapers.some(shaper => !shaper.isFixed);
}
