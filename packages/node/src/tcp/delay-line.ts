/**
 * What a shaped link holds back: frames, each until its time. Times come from packages/conditions, the same arithmetic by
 * which the simulation delays, loses and queues, so that the same settings mean the same everywhere.
 */
import { DEFAULT_LINK_SETTINGS, fullLinkSettings, Lanes, type LinkSettings, LOST, Shaper } from '@peerlab/conditions';

/** A frame that waits. */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** A network adds to what there is: without settings it takes no time. */
const NO_LATENCY = { ...DEFAULT_LINK_SETTINGS, latencyMs: 0 };

/** See the module's header. */
export class DelayLine {
  readonly #lanes: Lanes = new Lanes();
  readonly #lane: number = this.#lanes.add();
  readonly #key: number;
  readonly #nowMs: () => number;
  #shaper: Shaper;
  /** By time; what is due at the same time in the order in which it came. */
  #waiting: Waiting[] = [];
  #waitingBytes = 0;

  /**
   * @param key any 32 bits: what is drawn follows from them
   * @throws {LinkSettingError}
   */
  constructor(settings: LinkSettings, key: number, nowMs: () => number) {
    this.#key = key;
    this.#nowMs = nowMs;
    this.#shaper = shaperOf(settings);
  }

  /** Other settings for what comes from now on; what waits keeps its time, and on a stream its order. */
  set settings(settings: LinkSettings) {
    this.#shaper = shaperOf(settings);
  }

  /** Bytes that wait. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** When the next frame is due, on the clock of `nowMs`; Infinity: none waits. */
  get nextAtMs(): number {
    return this.#waiting[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  /** Takes a frame. @returns false when it is lost */
  take(bytes: Uint8Array, isData: boolean): boolean {
    const nowUs = Math.round(this.#nowMs() * 1000);
    const atUs = isData
      ? this.#lanes.sendData(this.#lane, this.#shaper, this.#key, 0, nowUs, bytes.length)
      : this.#lanes.sendControl(this.#lane, this.#shaper, this.#key, 0, nowUs, bytes.length);
    if (atUs === LOST) return false;
    this.#insert({ bytes, atMs: atUs / 1000 });
    this.#waitingBytes += bytes.length;
    return true;
  }

  /** The frames that are due, in order; they wait no more. */
  due(): Uint8Array[] {
    const nowMs = this.#nowMs();
    const next = this.#waiting.findIndex(({ atMs }) => atMs > nowMs);
    return this.#release(next === -1 ? this.#waiting.length : next);
  }

  /** Everything that waits, in order. */
  all(): Uint8Array[] {
    return this.#release(this.#waiting.length);
  }

  #insert(frame: Waiting): void {
    let at = this.#waiting.length;
    while (at > 0 && (this.#waiting[at - 1]?.atMs ?? 0) > frame.atMs) at--;
    if (at === this.#waiting.length) this.#waiting.push(frame);
    else this.#waiting.splice(at, 0, frame);
  }

  #release(count: number): Uint8Array[] {
    if (count === 0) return [];
    const released = this.#waiting.slice(0, count).map(({ bytes }) => bytes);
    this.#waiting = this.#waiting.slice(count);
    for (const { length } of released) this.#waitingBytes -= length;
    return released;
  }
}

function shaperOf(settings: LinkSettings): Shaper {
  return new Shaper(fullLinkSettings(settings, NO_LATENCY));
}
