/**
 * Lanes: the directions of links, each with what its earlier frames leave behind: how many there were, until when they
 * occupy the line, and when the last one arrives. Struct of arrays, so that 10^7 lanes cost bytes each.
 */
import { frameKey } from '@peerlab/graph';
import { LOST, type Shaper } from './shaper.ts';

/** Counts of frames other than data frames start here. */
const CONTROL_FRAMES_FROM = 0x80000000;

/** See the module's header. */
export class Lanes {
  #counts: Uint32Array;
  #controlCounts: Uint32Array;
  /** When the line is free again, and when the last frame arrives, in microseconds. */
  #freeAtUs: Float64Array;
  #lastUs: Float64Array;
  #size: number;

  constructor(size = 0) {
    this.#size = size;
    this.#counts = new Uint32Array(size);
    this.#controlCounts = new Uint32Array(0);
    this.#freeAtUs = new Float64Array(size);
    this.#lastUs = new Float64Array(size);
  }

  /** Bytes for each lane, without control frames. */
  static readonly BYTES_PER_LANE = 20;

  /** Adds a lane and gives its number. */
  add(): number {
    const lane = this.#size++;
    if (lane >= this.#counts.length) {
      const capacity = Math.max(64, 2 * lane);
      this.#counts = grown(this.#counts, new Uint32Array(capacity));
      this.#freeAtUs = grown(this.#freeAtUs, new Float64Array(capacity));
      this.#lastUs = grown(this.#lastUs, new Float64Array(capacity));
    }
    return lane;
  }

  /**
   * Sends a data frame: when it arrives, in whole microseconds, or {@link LOST}.
   * @param sender the sender's key, see senderKey
   * @param to the receiver's index
   */
  sendData(lane: number, shaper: Shaper, sender: number, to: number, nowUs: number, sizeBytes: number): number {
    const count = this.#counts[lane] ?? 0;
    this.#counts[lane] = count + 1;
    return this.#send(lane, shaper, frameKey(sender, to, count), nowUs, sizeBytes);
  }

  /**
   * The same for a frame that is no data frame: it arrives in order, after everything before it, on every kind of link.
   * The frames of a handshake count apart, so that the data frames of a lane draw the same in both modes.
   */
  sendControl(lane: number, shaper: Shaper, sender: number, to: number, nowUs: number, sizeBytes: number): number {
    if (lane >= this.#controlCounts.length) {
      this.#controlCounts = grown(this.#controlCounts, new Uint32Array(this.#counts.length));
    }
    const count = this.#controlCounts[lane] ?? 0;
    this.#controlCounts[lane] = count + 1;
    return this.#send(lane, shaper.reliable, frameKey(sender, to, CONTROL_FRAMES_FROM + count), nowUs, sizeBytes);
  }

  /** Bytes that were taken and are not on the line yet. */
  queuedBytes(lane: number, shaper: Shaper, nowUs: number): number {
    if (shaper.byteUs === 0) return 0;
    return Math.max(0, Math.round(((this.#freeAtUs[lane] ?? 0) - nowUs) / shaper.byteUs));
  }

  #send(lane: number, shaper: Shaper, key: number, nowUs: number, sizeBytes: number): number {
    let leftUs = nowUs;
    if (shaper.byteUs > 0) {
      leftUs = Math.max(nowUs, this.#freeAtUs[lane] ?? 0) + Math.ceil(sizeBytes * shaper.byteUs);
      this.#freeAtUs[lane] = leftUs;
    }
    const transitUs = shaper.transitUs(key);
    if (transitUs === LOST) return LOST;
    const lastUs = this.#lastUs[lane] ?? 0;
    const arrivalUs = shaper.isStream ? Math.max(leftUs + transitUs, lastUs) : leftUs + transitUs;
    if (arrivalUs > lastUs) this.#lastUs[lane] = arrivalUs;
    return arrivalUs;
  }
}

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
