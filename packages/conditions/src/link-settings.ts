/** What a link does to a frame: how long it takes, and whether it arrives. The arithmetic is shaper.ts. */
import { LinkSettingError } from './link-setting-error.ts';
import { boundsText, isWithin, type QuantityName } from './quantity.ts';

/** A delay in one direction, drawn anew for each frame: a number of milliseconds, or a distribution of them. */
export type Latency =
  | number
  /** Each microsecond from `min` to `max` alike. */
  | { readonly uniform: { readonly min: number; readonly max: number } }
  | { readonly exponential: { readonly mean: number } }
  /** The logarithm is normal, with deviation `sigma` around that of `median`: the usual shape on the internet. */
  | { readonly logNormal: { readonly median: number; readonly sigma: number } };

/** The settings of a link, as files, commands and the contract write them. What is left out is as the network is. */
export interface LinkSettings {
  /**
   * In milliseconds, 0..600000.
   * @default 1: no delay at all would make virtual time stand still, and hops would have equal times
   */
  readonly latencyMs?: Latency | undefined;
  /**
   * The delay varies by up to this much in either direction, uniformly, in milliseconds, 0..600000; it never falls below zero.
   * @default 0
   */
  readonly jitterMs?: number | undefined;
  /**
   * The share of transmissions that are lost, 0..1. On a stream a loss is a delay: the frame is sent again. At 1
   * nothing arrives, on either kind.
   * @default 0
   */
  readonly lossRatio?: number | undefined;
  /**
   * Kilobits (1000 bits) per second, above 0. A frame takes its bytes' time to be sent, and waits for those before it.
   * @default Infinity
   */
  readonly bandwidthKbps?: number | undefined;
  /**
   * `stream`: frames arrive in order and none is lost, as on TCP. `datagram`: they may overtake each other, and a lost
   * one is gone, as on UDP.
   * @default 'stream': it is what the peers of this project speak
   */
  readonly delivery?: 'stream' | 'datagram' | undefined;
}

/** What a peer can be asked to do to what it sends on a link: the settings of a network, and faults. */
export interface LinkShape extends LinkSettings {
  /** The link is cut like a cable. No link to that peer comes up in either direction until this is lifted. */
  readonly down?: boolean | undefined;
  /** Data frames to that peer are dropped; the link itself stays, kept alive. */
  readonly mute?: boolean | undefined;
}

/** Settings with every default filled in. */
export type FullLinkSettings = { readonly [S in keyof LinkSettings]-?: Exclude<LinkSettings[S], undefined> };

/** See {@link LinkSettings} for the reasons. */
export const DEFAULT_LINK_SETTINGS: FullLinkSettings = {
  latencyMs: 1,
  jitterMs: 0,
  lossRatio: 0,
  bandwidthKbps: Number.POSITIVE_INFINITY,
  delivery: 'stream',
};

/**
 * Fills in the defaults and checks the ranges.
 * @param base what holds where nothing is given; @default {@link DEFAULT_LINK_SETTINGS}
 * @throws {LinkSettingError}
 */
export function fullLinkSettings(
  given: LinkSettings = {},
  base: FullLinkSettings = DEFAULT_LINK_SETTINGS,
): FullLinkSettings {
  const settings: FullLinkSettings = {
    latencyMs: given.latencyMs ?? base.latencyMs,
    jitterMs: given.jitterMs ?? base.jitterMs,
    lossRatio: given.lossRatio ?? base.lossRatio,
    bandwidthKbps: given.bandwidthKbps ?? base.bandwidthKbps,
    delivery: given.delivery ?? base.delivery,
  };
  checkLatency(settings.latencyMs);
  check('jitterMs', settings.jitterMs, 'ms');
  check('lossRatio', settings.lossRatio, 'ratio');
  check('bandwidthKbps', settings.bandwidthKbps, 'kbps');
  return settings;
}

/** The latency that is typical, in milliseconds: the middle of a distribution. */
export function typicalLatencyMs(latency: Latency): number {
  if (typeof latency === 'number') return latency;
  if ('uniform' in latency) return (latency.uniform.min + latency.uniform.max) / 2;
  return 'exponential' in latency ? latency.exponential.mean : latency.logNormal.median;
}

function checkLatency(latency: Latency): void {
  if (typeof latency === 'number') check('latencyMs', latency, 'ms');
  else if ('uniform' in latency) {
    const { min, max } = latency.uniform;
    check('min', min, 'ms');
    check('max', max, 'ms');
    if (min > max) refuse('min', min, 'at most max');
  } else if ('exponential' in latency) check('mean', latency.exponential.mean, 'ms');
  else {
    const { median, sigma } = latency.logNormal;
    check('median', median, 'ms');
    check('sigma', sigma, 'sigma');
    if (median === 0) refuse('median', 0, 'above 0');
  }
}

function check(name: string, value: unknown, quantity: QuantityName): void {
  if (typeof value !== 'number' || !isWithin(quantity, value)) refuse(name, value, boundsText(quantity));
}

function refuse(name: string, value: unknown, range: string): never {
  throw new LinkSettingError(`${name} is ${String(value)}`, `${name} must be ${range}`);
}
