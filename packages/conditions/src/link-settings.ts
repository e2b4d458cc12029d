/** What a link does to a frame: how long it takes, and whether it arrives. The arithmetic is shaper.ts. */
import { LinkSettingError } from './link-setting-error.ts';

/** How long a frame takes in one direction, all in milliseconds. Drawn anew for every frame. */
export type LatencyModel =
  | { readonly kind: 'constant'; readonly ms: number }
  /** Each microsecond from `minMs` to `maxMs` alike. */
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** The logarithm is normal, with deviation `sigma` around that of `medianMs`: the usual shape on the internet. */
  | { readonly kind: 'log-normal'; readonly medianMs: number; readonly sigma: number };

/** The settings of a link, alike in both directions. */
export interface LinkSettings {
  /**
   * @default constant 1 ms: no delay at all would make time stand still, and hops could not be told apart by it
   */
  readonly latency: LatencyModel;
  /**
   * The delay varies by up to this much in either direction, uniformly, in milliseconds; it never falls below zero.
   * @default 0
   */
  readonly jitterMs: number;
  /**
   * The share of transmissions that are lost, 0..1. On a stream a loss is a delay: the frame is sent again. At 1
   * nothing arrives, on either kind.
   * @default 0
   */
  readonly lossRatio: number;
  /**
   * Kilobits (1000 bits) per second, above 0. A frame takes its bytes' time to be sent, and waits for those before it.
   * @default Infinity
   */
  readonly bandwidthKbps: number;
  /**
   * `stream`: frames arrive in order and none is lost, as on TCP. `datagram`: they may overtake each other, and a lost
   * one is gone, as on UDP.
   * @default 'stream': it is what the peers of this project speak
   */
  readonly delivery: 'stream' | 'datagram';
}

/** See {@link LinkSettings} for the reasons. */
export const DEFAULT_LINK_SETTINGS: LinkSettings = {
  latency: { kind: 'constant', ms: 1 },
  jitterMs: 0,
  lossRatio: 0,
  bandwidthKbps: Number.POSITIVE_INFINITY,
  delivery: 'stream',
};

/** The longest latency and jitter that are taken, in milliseconds: ten minutes. */
export const MAX_LATENCY_MS = 600_000;

/**
 * Fills in the defaults and checks the ranges.
 * @throws {LinkSettingError}
 */
export function linkSettings(given: Partial<LinkSettings> = {}): LinkSettings {
  const settings: LinkSettings = { ...DEFAULT_LINK_SETTINGS, ...given };
  const { latency, jitterMs, lossRatio, bandwidthKbps } = settings;
  for (const [name, value] of [...Object.entries(latency), ['jitterMs', jitterMs] as const]) {
    if (name === 'kind') continue;
    const max = name === 'sigma' ? 10 : MAX_LATENCY_MS;
    if (typeof value !== 'number' || !(value >= 0 && value <= max)) refuse(name, value, `a number from 0 to ${max}`);
  }
  if (latency.kind === 'uniform' && latency.minMs > latency.maxMs) refuse('minMs', latency.minMs, 'at most maxMs');
  if (latency.kind === 'log-normal' && latency.medianMs === 0) refuse('medianMs', 0, 'above 0');
  if (!(lossRatio >= 0 && lossRatio <= 1)) refuse('lossRatio', lossRatio, 'a number from 0 to 1');
  if (!(bandwidthKbps > 0)) refuse('bandwidthKbps', bandwidthKbps, 'above 0');
  return settings;
}

/** The latency that is typical of a model, in milliseconds: its middle. */
export function typicalLatencyMs(latency: LatencyModel): number {
  switch (latency.kind) {
    case 'constant':
      return latency.ms;
    case 'uniform':
      return (latency.minMs + latency.maxMs) / 2;
    case 'exponential':
      return latency.meanMs;
    case 'log-normal':
      return latency.medianMs;
  }
}

function refuse(name: string, value: unknown, range: string): never {
  throw new LinkSettingError(`${name} is ${String(value)}`, `${name} must be ${range}`);
}
