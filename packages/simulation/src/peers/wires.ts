/**
 * Time and wires of a world in virtual time: what happens when, and how what is sent between two places travels. It knows no
 * peer; world.ts puts peers on it.
 */
import {
  type DrawnLinkSettings,
  type FullLinkSettings,
  fullLinkSettings,
  Lanes,
  type LinkSettings,
  LOST,
  oneWay,
  Shaper,
  typicalLatencyMs,
  type Way,
} from '@peerlab/conditions';
import { senderKey } from '@peerlab/graph';
import { EventHeap } from '../queue/event-heap.ts';
import { TraceHash } from '../trace-hash.ts';

/** What wires are made from. */
export interface WiresOptions {
  /** An integer; its low 32 bits count. */
  readonly seed: number;
  /** Settings of links without their own; see LinkSettings for the defaults. */
  readonly links?: LinkSettings | undefined;
  /** Sees every frame as it arrives. */
  readonly onFrame?: ((atUs: number, from: number, to: number, frame: Uint8Array) => void) | undefined;
}

/**
 * What an event is: `network` events come to an end by themselves, once nothing is sent any more; a `timer` always has
 * another one behind it, since peers look after their links for ever.
 */
export type EventKind = 'network' | 'timer';

interface WireEvent {
  readonly kind: EventKind;
  readonly run: () => void;
}

/** Pairs of peers as one number: both are below 2^26. */
const PAIR = 2 ** 26;

/** See the module's header. */
export class Wires {
  /** Microseconds since the world began. */
  nowUs = 0;
  /** Data frames that were sent and have not arrived. */
  framesInFlight = 0;
  /** Data frames that were lost for good. */
  framesLost = 0;
  readonly seed: number;
  readonly #defaults: FullLinkSettings;
  readonly #defaultShaper: Shaper;
  readonly #shapers: Map<number, Shaper> = new Map();
  readonly #events: EventHeap<WireEvent> = new EventHeap();
  readonly #lanes: Lanes = new Lanes();
  readonly #laneOf: Map<number, number> = new Map();
  readonly #shaperOfLane: Shaper[] = [];
  readonly #isolated: Set<number> = new Set();
  /** What cannot arrive while a peer is off the network. */
  #held: { readonly from: number; readonly to: number; readonly arrive: () => void }[] = [];
  readonly #hash: TraceHash = new TraceHash();
  readonly #onFrame: WiresOptions['onFrame'];
  #networkEvents = 0;

  constructor(options: WiresOptions) {
    this.seed = options.seed;
    this.#defaults = fullLinkSettings(options.links);
    this.#defaultShaper = new Shaper(this.#defaults);
    this.#onFrame = options.onFrame;
  }

  /** Sets the link between two peers, drawn from the first to the second; call it before they are connected. */
  setLink(a: number, b: number, settings: DrawnLinkSettings): void {
    const shaperOf = (way: Way): Shaper => new Shaper(fullLinkSettings(oneWay(settings, way), this.#defaults));
    this.#shapers.set(a * PAIR + b, shaperOf('there')).set(b * PAIR + a, shaperOf('back'));
  }

  /** True when nothing is under way: nothing more happens until a command, or a timer. */
  get isQuiet(): boolean {
    return this.#networkEvents === 0;
  }

  /** When the next timer is due; Infinity: never. Of use while it is quiet. */
  get nextTimerUs(): number {
    return this.#events.nextUs;
  }

  /** Hash of every frame that arrived, with its time: equal for worlds that went the same way. */
  get traceHash(): string {
    return this.#hash.digest;
  }

  /** Takes a peer off the network: nothing comes from it or gets to it; a stream sends again until somebody gives it up. */
  isolate(index: number): void {
    this.#isolated.add(index);
  }

  /** Brings a peer back: frames that did not time out meanwhile arrive. */
  rejoin(index: number): void {
    if (!this.#isolated.delete(index)) return;
    const held = this.#held;
    this.#held = [];
    for (const { from, to, arrive } of held) this.arrives(from, to, this.nowUs, arrive);
  }

  isIsolated(index: number): boolean {
    return this.#isolated.has(index);
  }

  /** Lets things happen until it is quiet. @returns false when it is not after so many events */
  runUntilQuiet(maxEvents: number = Number.POSITIVE_INFINITY): boolean {
    for (let left = maxEvents; this.#networkEvents > 0; left--) {
      if (left <= 0) return false;
      this.step();
    }
    return true;
  }

  /** Lets things happen up to this time, and sets the clock to it. */
  runUntil(atUs: number): void {
    while (this.#events.nextUs <= atUs) this.step();
    this.nowUs = Math.max(this.nowUs, atUs);
  }

  /** Lets one thing happen; false when there is none. */
  step(): boolean {
    const atUs = this.#events.nextUs;
    const event = this.#events.pop();
    if (event === undefined) return false;
    this.nowUs = atUs;
    if (event.kind === 'network') this.#networkEvents--;
    event.run();
    return true;
  }

  /** Lets something happen at this time, or now if it is past. */
  later(atUs: number, kind: EventKind, run: () => void): void {
    if (kind === 'network') this.#networkEvents++;
    this.#events.push(Math.max(atUs, this.nowUs), { kind, run });
  }

  /** Lets something of one peer arrive at another: at this time, or once both are on the network. */
  arrives(from: number, to: number, atUs: number, arrive: () => void): void {
    this.later(atUs, 'network', () => {
      if (this.#isolated.has(from) || this.#isolated.has(to)) this.#held.push({ from, to, arrive });
      else arrive();
    });
  }

  /** How long it takes to learn that nobody listens, in microseconds: a round trip. */
  get refusalUs(): number {
    return Math.round(2000 * typicalLatencyMs(this.#defaults.latencyMs));
  }

  /** The lane from one peer to another. */
  laneBetween(from: number, to: number): number {
    const pair = from * PAIR + to;
    const known = this.#laneOf.get(pair);
    if (known !== undefined) return known;
    const lane = this.#lanes.add();
    this.#laneOf.set(pair, lane);
    this.#shaperOfLane[lane] = this.#shapers.get(pair) ?? this.#defaultShaper;
    return lane;
  }

  /** What is sent on a lane from now on is as these settings say; without them, as the link between these peers is. */
  shapeLane(lane: number, from: number, to: number, settings: LinkSettings | undefined): void {
    const own = this.#shapers.get(from * PAIR + to) ?? this.#defaultShaper;
    this.#shaperOfLane[lane] = settings === undefined ? own : new Shaper(fullLinkSettings(settings, own.settings));
  }

  /** When a data frame sent now arrives; LOST is counted here. */
  sendData(lane: number, from: number, to: number, sizeBytes: number): number {
    const sender = senderKey(this.seed, from);
    const atUs = this.#lanes.sendData(lane, this.#shaper(lane), sender, to, this.nowUs, sizeBytes);
    if (atUs === LOST) this.framesLost++;
    return atUs;
  }

  /** When anything else sent now arrives. */
  sendControl(lane: number, from: number, to: number, sizeBytes: number): number {
    const sender = senderKey(this.seed, from);
    return this.#lanes.sendControl(lane, this.#shaper(lane), sender, to, this.nowUs, sizeBytes);
  }

  /** Bytes that wait on a lane. */
  queuedBytes(lane: number): number {
    return this.#lanes.queuedBytes(lane, this.#shaper(lane), this.nowUs);
  }

  /** A frame has arrived. */
  trace(from: number, to: number, frame: Uint8Array): void {
    this.#hash.frame(this.nowUs, from, to, frame.length);
    this.#hash.bytes(frame);
    this.#onFrame?.(this.nowUs, from, to, frame);
  }

  #shaper(lane: number): Shaper {
    return this.#shaperOfLane[lane] ?? this.#defaultShaper;
  }
}
