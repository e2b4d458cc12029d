/** What `lab sim` simulates: a topology file, or a generator with its parameters, and the options over them. */

import { existsSync } from 'node:fs';
import type { Latency } from '@peerlab/conditions';
import { GENERATOR_NAMES, sizeOfGraph } from '@peerlab/graph';
import type { Configuration, LinkOverride } from '@peerlab/simulation';
import { didYouMean, graphOf, type LinkSpec, type Topology } from '@peerlab/topology';
import { UsageError } from '../exit.ts';
import { readAnyTopology, withEveryPeer } from '../topology-file.ts';

/** The options that say how floods are sent and what links do. */
export interface FloodOptions {
  readonly ttl: number | undefined;
  readonly origin: number | undefined;
  readonly latency: string | undefined;
  readonly jitterMs: number | undefined;
  readonly loss: number | undefined;
  readonly bandwidthKbps: number | undefined;
  readonly datagram: boolean;
  readonly classic: boolean;
  readonly payloadBytes: number | undefined;
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

/** Reads `20`, `uniform:1..100`, `exponential:20` (the mean) or `log-normal:50,0.5` (median and sigma), in ms. */
export function parseLatency(text: string): Latency {
  const [kind = '', list = ''] = text.includes(':') ? text.split(':') : ['constant', text];
  const [first = Number.NaN, second = Number.NaN] = list.split(/\.\.|,/).map(Number);
  if (kind === 'constant') return first;
  if (kind === 'uniform') return { uniform: { min: first, max: second } };
  if (kind === 'exponential') return { exponential: { mean: first } };
  if (kind === 'log-normal') return { logNormal: { median: first, sigma: second } };
  throw new UsageError(
    `--latency ${text}: not understood`,
    'write 20, uniform:1..100, exponential:20 or log-normal:50,0.5',
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

function floodOf(options: FloodOptions, links: LinkSpec['settings'], ttl: number | undefined): Configuration['flood'] {
  const { latency, jitterMs, loss, bandwidthKbps, datagram, classic, payloadBytes, origin } = options;
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
