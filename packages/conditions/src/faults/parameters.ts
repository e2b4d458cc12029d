/** The parameters of faults, besides the targets: one row each. Bounds are those of quantity.ts. */

import type { LinkSettings } from '../link-settings.ts';
import type { QuantityName } from '../quantity.ts';

/** A parameter that every fault with it shares. */
export interface Parameter {
  /** Its kind of number; `flag`: true or false; `signal`: a name such as SIGTERM. */
  readonly takes: QuantityName | 'flag' | 'signal';
  /** As a topology file writes it. */
  readonly key: string;
  /** As a command's option writes it, without hyphens. */
  readonly option: string;
  /** What it does, in a clause. */
  readonly description: string;
  /** What chaos draws: a multiple of `step` from `from` to `to`, or true with this probability; left out: chaos leaves it out. */
  readonly chaos?: { readonly from: number; readonly to: number; readonly step: number } | { readonly chance: number };
}

/** The parameters of faults. */
export interface ParameterValues extends Pick<LinkSettings, 'jitterMs' | 'lossRatio' | 'bandwidthKbps'> {
  readonly oneWay?: boolean | undefined;
  /** @default SIGKILL */
  readonly signal?: string | undefined;
  /** In milliseconds, one way, in both directions. */
  readonly latencyMs?: number | undefined;
}

/** See {@link ParameterValues}. */
export type ParameterName = keyof ParameterValues;

/** See {@link Parameter}. */
export const PARAMETERS: Readonly<Record<ParameterName, Parameter>> = {
  oneWay: {
    takes: 'flag',
    key: 'one-way',
    option: 'one-way',
    description: 'the first group hears the others, but they do not hear it',
    chaos: { chance: 0.25 },
  },
  signal: { takes: 'signal', key: 'signal', option: 'signal', description: 'the signal; SIGKILL by default' },
  latencyMs: {
    takes: 'ms',
    key: 'latencyMs',
    option: 'latency',
    description: 'delay in one direction, such as 200ms; a bare number is milliseconds',
    chaos: { from: 5, to: 204, step: 1 },
  },
  jitterMs: {
    takes: 'ms',
    key: 'jitterMs',
    option: 'jitter',
    description: 'the delay varies by up to this much, such as 20ms',
    chaos: { from: 0, to: 4, step: 1 },
  },
  lossRatio: {
    takes: 'ratio',
    key: 'lossRatio',
    option: 'loss',
    description: 'the share of transmissions that are lost, 0 to 1 or 0% to 100%; on a stream a loss is a delay',
    chaos: { from: 0.02, to: 0.21, step: 0.01 },
  },
  bandwidthKbps: {
    takes: 'kbps',
    key: 'bandwidthKbps',
    option: 'kbps',
    description: 'bandwidth, such as 64kbit/s; a bare number is kilobits per second',
    chaos: { from: 100, to: 10_099, step: 1 },
  },
};

/** See {@link ParameterName}; in the order of the table. */
export const PARAMETER_NAMES: readonly ParameterName[] = Object.keys(PARAMETERS) as ParameterName[];
