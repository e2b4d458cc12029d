/**
 * How long one frame takes on a link, from its key alone (packages/graph's mix32.ts): whole microseconds, the same on every machine and
 * in whichever order frames are sent. What depends on the frames before it is lanes.ts.
 */
import { drawOf, exp, ln } from '@peerlab/graph';
import { type FullLinkSettings, type Latency, typicalLatencyMs } from './link-settings.ts';
import { normalQuantile } from './normal.ts';

/** What {@link Shaper.transitUs} gives for a frame that never arrives. */
export const LOST = -1;

/** The shortest time after which a lost frame is sent again, in milliseconds: Linux's TCP_RTO_MIN. */
const MIN_RETRANSMIT_MS = 200;
/** The longest, in milliseconds: TCP_RTO_MAX is 120 s, RFC 6298 wants at least 60 s. */
const MAX_RETRANSMIT_MS = 60_000;
/** A delay is never longer, in microseconds: a day. An exponential distribution has no upper limit. */
const MAX_DELAY_US = 86_400e6;
/** Losses in a row that are drawn for one frame at most: at a loss ratio of 0.5 once in 10^19 frames. */
const MAX_LOSSES = 64;

const TWO_32 = 2 ** 32;
const LATENCY_DRAW = 0;
const JITTER_DRAW = 1;
const FIRST_LOSS_DRAW = 2;

/** The settings of a link, made ready. */
export class Shaper {
  readonly settings: FullLinkSettings;
  readonly isStream: boolean;
  /** Microseconds that a byte takes; 0 without a bandwidth. */
  readonly byteUs: number;
  /** The same link for what must arrive, in order: itself where it is a stream. */
  readonly reliable: Shaper;
  readonly #lossBelow: number;
  readonly #jitterSpan: number;
  readonly #retransmitUs: number;

  constructor(settings: FullLinkSettings) {
    const { latencyMs, jitterMs, lossRatio, bandwidthKbps, delivery } = settings;
    this.settings = settings;
    this.isStream = delivery === 'stream';
    this.reliable = this.isStream ? this : new Shaper({ ...settings, delivery: 'stream' });
    this.byteUs = bandwidthKbps === Number.POSITIVE_INFINITY ? 0 : 8000 / bandwidthKbps;
    this.#lossBelow = Math.floor(lossRatio * TWO_32);
    this.#jitterSpan = 2 * Math.round(jitterMs * 1000) + 1;
    const roundTripMs = 2 * typicalLatencyMs(latencyMs) + 4 * jitterMs;
    this.#retransmitUs = Math.round(Math.max(MIN_RETRANSMIT_MS, roundTripMs) * 1000);
  }

  /** True when every frame takes the same time, whatever went before it: then no lane needs a memory (lanes.ts). */
  get isFixed(): boolean {
    const { latencyMs } = this.settings;
    return typeof latencyMs === 'number' && this.#jitterSpan === 1 && this.#lossBelow === 0 && this.byteUs === 0;
  }

  /** How long a frame of so many bytes is under way, as a rule, in microseconds: for sizing a queue. */
  usualLongestUs(sizeBytes: number): number {
    const { latencyMs, jitterMs, lossRatio } = this.settings;
    const losses = this.isStream && lossRatio > 0 ? 3 * this.#retransmitUs : 0;
    return (usualLongestMs(latencyMs) + jitterMs) * 1000 + losses + sizeBytes * this.byteUs;
  }

  /** From the last byte sent to the last byte there, in microseconds; {@link LOST} for a frame that never arrives. */
  transitUs(key: number): number {
    let us = this.#latencyUs(drawOf(key, LATENCY_DRAW));
    if (this.#jitterSpan > 1) {
      const offset = Math.floor((drawOf(key, JITTER_DRAW) / TWO_32) * this.#jitterSpan) - (this.#jitterSpan - 1) / 2;
      us = Math.max(0, us + offset);
    }
    return this.#lossBelow === 0 ? us : this.#withLosses(key, us);
  }

  #latencyUs(draw: number): number {
    const { latencyMs } = this.settings;
    if (typeof latencyMs === 'number') return Math.round(latencyMs * 1000);
    if ('uniform' in latencyMs) {
      const minUs = Math.round(latencyMs.uniform.min * 1000);
      return minUs + Math.floor((draw / TWO_32) * (Math.round(latencyMs.uniform.max * 1000) - minUs + 1));
    }
    if ('exponential' in latencyMs) {
      return Math.min(MAX_DELAY_US, Math.round(-latencyMs.exponential.mean * 1000 * ln((draw + 0.5) / TWO_32)));
    }
    const { median, sigma } = latencyMs.logNormal;
    return Math.min(MAX_DELAY_US, Math.round(median * 1000 * exp(sigma * normalQuantile((draw + 0.5) / TWO_32))));
  }

  #withLosses(key: number, us: number): number {
    const isLost = (index: number): boolean => drawOf(key, FIRST_LOSS_DRAW + index) < this.#lossBelow;
    if (!this.isStream) return isLost(0) ? LOST : us;
    if (this.#lossBelow === TWO_32) return LOST;
    let total = us;
    let timeout = this.#retransmitUs;
    for (let losses = 0; losses < MAX_LOSSES && isLost(losses); losses++) {
      total += timeout;
      timeout = Math.min(2 * timeout, MAX_RETRANSMIT_MS * 1000);
    }
    return Math.min(total, MAX_DELAY_US);
  }
}

/** A latency that is rarely exceeded, in milliseconds. */
function usualLongestMs(latency: Latency): number {
  if (typeof latency === 'number') return latency;
  if ('uniform' in latency) return latency.uniform.max;
  if ('exponential' in latency) return 20 * latency.exponential.mean;
  return latency.logNormal.median * exp(4 * latency.logNormal.sigma);
}
