/**
 * Which messages of each origin have been taken: a bounded window, so that one that has been taken is never taken again,
 * however many ids were seen since. What is forgotten is refused, not let in: an origin whose window had to go, or that was
 * never heard of, is taken only with messages that are newer than everything that was forgotten.
 */
import type { Stamp } from './signed-frame.ts';

/** Bounds of {@link OriginWindows}. */
export interface OriginWindowsOptions {
  /**
   * Origins that are remembered.
   * @default 4096: those of a large network, in at most 3 MB
   */
  readonly maxOrigins: number;
  /**
   * How far the clocks of two peers may be apart, in milliseconds: a message from further in the future is refused, and
   * after a start one from further in the past.
   * @default 120000: machines that ask a time server are within a second; one that is set by hand, within a minute or two
   */
  readonly maxClockSkewMs: number;
}

/** See {@link OriginWindowsOptions} for the reasons. */
export const DEFAULT_ORIGIN_WINDOWS_OPTIONS: OriginWindowsOptions = { maxOrigins: 4096, maxClockSkewMs: 120_000 };

/**
 * Messages of an origin, counted back from its newest, that may still come. 4096: what comes late by another way of a
 * burst, in 512 bytes.
 */
export const WINDOW_MESSAGES = 4096;

/** Of so many origins, one is forgotten when there is no room: rarely, so that looking for the oldest costs little. */
const FORGOTTEN_RATIO = 0.125;

/** What is remembered of an origin. */
export interface OriginWindow {
  /** The key that its node id was derived from. */
  readonly publicKey: Uint8Array;
  startMs: number;
  /** The newest time of its messages. */
  timeMs: number;
  highest: number;
  /** One bit for each message of the window, at its sequence number modulo {@link WINDOW_MESSAGES}. */
  readonly taken: Uint32Array;
}

/** See the module's header. Origins are given as text, whatever names them. */
export class OriginWindows {
  readonly #options: OriginWindowsOptions;
  readonly #clockMs: () => number;
  readonly #windows: Map<string, OriginWindow> = new Map();
  #floorMs: number;

  constructor(clockMs: () => number, options: OriginWindowsOptions = DEFAULT_ORIGIN_WINDOWS_OPTIONS) {
    this.#options = options;
    this.#clockMs = clockMs;
    this.#floorMs = clockMs() - options.maxClockSkewMs;
  }

  /** Origins that are remembered. */
  get size(): number {
    return this.#windows.size;
  }

  get(origin: string): OriginWindow | undefined {
    return this.#windows.get(origin);
  }

  /** Whether a message is to be taken: it is new, and not too old to know that. */
  admits(window: OriginWindow | undefined, { startMs, timeMs, sequence }: Stamp): boolean {
    if (sequence === 0 || startMs > timeMs || timeMs > this.#clockMs() + this.#options.maxClockSkewMs) return false;
    if (window === undefined) return timeMs > this.#floorMs;
    if (startMs !== window.startMs) return startMs > window.startMs;
    if (sequence > window.highest) return true;
    return sequence > window.highest - WINDOW_MESSAGES && !isTaken(window.taken, sequence);
  }

  /** Remembers a message that was admitted and is proven to be its origin's. */
  take(origin: string, publicKey: Uint8Array, { startMs, timeMs, sequence }: Stamp): void {
    const window = this.#windows.get(origin) ?? this.#add(origin, publicKey, startMs);
    if (startMs !== window.startMs) {
      window.startMs = startMs;
      window.highest = 0;
      window.taken.fill(0);
    }
    if (sequence > window.highest) {
      slide(window.taken, window.highest, sequence);
      window.highest = sequence;
    }
    const bit = sequence % WINDOW_MESSAGES;
    window.taken[bit >>> 5] = (window.taken[bit >>> 5] ?? 0) | (1 << (bit & 31));
    window.timeMs = Math.max(window.timeMs, timeMs);
  }

  #add(origin: string, publicKey: Uint8Array, startMs: number): OriginWindow {
    if (this.#windows.size >= this.#options.maxOrigins) this.#forget();
    const taken = new Uint32Array(WINDOW_MESSAGES / 32);
    const window: OriginWindow = { publicKey: publicKey.slice(), startMs, timeMs: 0, highest: 0, taken };
    this.#windows.set(origin, window);
    return window;
  }

  /** Forgets the origins that were silent for longest, and with them everything up to their newest message. */
  #forget(): void {
    const byTime = [...this.#windows].sort(([, a], [, b]) => a.timeMs - b.timeMs);
    for (const [origin, { timeMs }] of byTime.slice(0, Math.max(1, Math.floor(byTime.length * FORGOTTEN_RATIO)))) {
      this.#windows.delete(origin);
      this.#floorMs = Math.max(this.#floorMs, timeMs);
    }
  }
}

function isTaken(taken: Uint32Array, sequence: number): boolean {
  const bit = sequence % WINDOW_MESSAGES;
  return ((taken[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
}

/** Makes room for the messages after `from` up to `to`: their bits stand for older ones so far. */
function slide(taken: Uint32Array, from: number, to: number): void {
  if (to - from >= WINDOW_MESSAGES) {
    taken.fill(0);
    return;
  }
  for (let sequence = from + 1; sequence <= to; sequence++) {
    const bit = sequence % WINDOW_MESSAGES;
    taken[bit >>> 5] = (taken[bit >>> 5] ?? 0) & ~(1 << (bit & 31));
  }
}
