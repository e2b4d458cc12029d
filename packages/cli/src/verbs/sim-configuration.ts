/** What `lab sim` simulates: a topology file, or a generator with its parameters, and the options over them. */

import { existsSync } from 'node:fs';
import type { Latency, LinkSettings } from '@peerlab/conditions';
import { GENERATOR_NAMES, sizeOfGraph } from '@peerlab/graph';
import type { Configuration, LinkOverride } from '@peerlab/simulation';
import { didYouMean, graphOf, type Topology } from '@peerlab/topology';
import { UsageError } from '../exit.ts';
import { readQuantity } from '../quantities.ts';
import { readAnyTopology, withEveryPeer } from '../topology-file.ts';

/** The options that say how floods are sent and what links do. */
export interface FloodOptions {
  readonly ttl: number | undefined;
  readonly origin: number | undefined;
  readonly latency: string | undefined;
  readonly jitterMs: string | undefined;
  readonly loss: string | undefined;
  readonly bandwidthKbps: string | undefined;
  readonly datagram: boolean;
  readonly classic: boolean;
  readonly payloadBytes: string | undefined;
}

/** A configuration with where it came from. */
export interface Simulated {
  readonly name: string;
  /** The seed of the file, or 1. */
  readonly seed: number;
  readonly configuration: Configuration;
}

/**
 * Reads what is to be simulated.
 * @param fileSeed in place of the file's; a generator's graph follows from each seed, as that of `lab up` does
 * @throws {UsageError}, {TopologyError}, {SimulationError}
 */
export async function readSimulated(
  subject: string,
  parameters: readonly string[],
  options: FloodOptions,
  fileSeed: number | undefined,
): Promise<Simulated> {
  if (!/\.(ya?ml|json)$/.test(subject) && !existsSync(subject)) return ofGenerator(subject, parameters, options);
  const [extra] = parameters;
  if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"`, 'a file has its own parameters');
  const topology = await readAnyTopology(subject, { seed: fileSeed });
  const { name, seed, defaults } = topology;
  const flood = floodOf(options, defaults.links, defaults.ttl);
  const { generator } = topology;
  if (generator !== undefined) return { name, seed, configuration: { graph: generator, flood } };
  const drawn = withEveryPeer(topology, subject);
  return {
    name,
    seed,
    configuration: { graph: graphOf(drawn), flood: { ...flood, linkOverrides: overridesOf(drawn) } },
  };
}

/**
 * Reads `20ms`, `uniform:1..100ms`, `exponential:20ms` (the mean) or `log-normal:50ms,0.5` (median and sigma). A bare number is
 * milliseconds; of a range the unit of its end holds for both.
 */
export function parseLatency(text: string): Latency {
  const [kind = '', list = ''] = text.includes(':') ? text.split(':') : ['constant', text];
  const parts = list.split(/\.\.|,/);
  const [first = '', second = ''] = parts;
  const ms = (value: string): number => readQuantity('latency', value, 'ms') ?? Number.NaN;
  if (kind === 'constant' && parts.length === 1) return ms(first);
  if (kind === 'exponential' && parts.length === 1) return { exponential: { mean: ms(first) } };
  if (kind === 'uniform' && parts.length === 2) {
    const unit = /[a-zµ]*$/.exec(second.trim())?.[0] ?? '';
    return { uniform: { min: ms(/[a-zµ]\s*$/.test(first) ? first : `${first}${unit}`), max: ms(second) } };
  }
  if (kind === 'log-normal' && parts.length === 2 && second.trim() !== '' && Number.isFinite(Number(second))) {
    return { logNormal: { median: ms(first), sigma: Number(second) } };
  }
  throw new UsageError(
    `--latency ${text}: not understood`,
    'write 20ms, uniform:1..100ms, exponential:20ms or log-normal:50ms,0.5',
  );
}

function ofGenerator(generator: string, parameters: readonly string[], options: FloodOptions): Simulated {
  if (!GENERATOR_NAMES.includes(generator)) {
    const advice = didYouMean(generator, GENERATOR_NAMES) ?? `generators are ${GENERATOR_NAMES.join(', ')}`;
    throw new UsageError(`no file or generator is named "${generator}"`, advice);
  }
  const values = Object.fromEntries(
    parameters.map(text => {
      const [key = '', value = ''] = text.split('=');
      if (value.trim() === '' || !Number.isFinite(Number(value))) throw new UsageError(`${text}: not ${key}=NUMBER`);
      return [key, Number(value)];
    }),
  );
  sizeOfGraph({ generator, values });
  const name = [generator, ...Object.values(values)].join('-');
  return { name, seed: 1, configuration: { graph: { generator, values }, flood: floodOf(options, {}, undefined) } };
}

function floodOf(options: FloodOptions, links: LinkSettings, ttl: number | undefined): Configuration['flood'] {
  const { latency, datagram, classic, origin } = options;
  const jitterMs = readQuantity('jitter-ms', options.jitterMs, 'ms');
  const loss = readQuantity('loss', options.loss, 'ratio');
  const bandwidthKbps = readQuantity('bandwidth-kbps', options.bandwidthKbps, 'kbps');
  const payloadBytes = readQuantity('payload-bytes', options.payloadBytes, 'bytes');
  const own = {
    ...(latency === undefined ? {} : { latencyMs: parseLatency(latency) }),
    ...(jitterMs === undefined ? {} : { jitterMs }),
    ...(loss === undefined ? {} : { lossRatio: loss }),
    ...(bandwidthKbps === undefined ? {} : { bandwidthKbps }),
    ...(datagram ? { delivery: 'datagram' as const } : {}),
  };
  return {
    ttl: options.ttl ?? ttl,
    origin,
    payloadBytes,
    ...(classic ? { exactTtlMax: 0 } : {}),
    links: { ...links, ...own },
  };
}

function overridesOf({ links }: Topology): LinkOverride[] {
  return links.filter(({ settings }) => Object.keys(settings).length > 0);
}
