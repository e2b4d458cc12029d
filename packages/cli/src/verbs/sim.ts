/** `lab sim ACTION FILE|GENERATOR`: floods in virtual time, up to millions of peers, without a lab. */

import { LinkSettingError } from '@peerlab/conditions';
import { LabError } from '@peerlab/driver';
import { GeneratorError } from '@peerlab/graph';
import { SimulationError } from '@peerlab/simulation';
import { UsageError } from '../exit.ts';
import { type ForceArgs, withForce } from '../output-file.ts';
import { type FloodOptions, readSimulated } from './sim-configuration.ts';
import { checkQuantity, checkWhole, type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface SimArgs extends FormatArgs, ForceArgs, FloodOptions {
  readonly action: 'flood' | 'sweep' | 'compare';
  readonly topology: string;
  readonly parameters: readonly string[];
  readonly seed: number | undefined;
  readonly seeds: number;
  readonly vary: string | undefined;
  readonly with: readonly string[];
  readonly svg: string | undefined;
  readonly metric: string;
}

/** The most seeds of a study. */
const MAX_SEEDS = 10_000;

/** The verb. */
export const sim: Verb<SimArgs> = {
  builder: args =>
    withForce(withFormat(args))
      .positional('action', { choices: ['flood', 'sweep', 'compare'] as const, demandOption: true })
      .positional('topology', { type: 'string', demandOption: true, describe: 'a topology file, or a generator' })
      .positional('parameters', {
        type: 'string',
        array: true,
        default: [],
        describe: 'parameters of the generator: peers=1000000',
      })
      .option('vary', {
        type: 'string',
        describe: 'sweep: ttl=1..12, peers=1000..1000000*10, degree=3,4, loss=0..0.5/0.1',
      })
      .option('with', {
        type: 'string',
        array: true,
        requiresArg: true,
        default: [],
        describe: 'compare: the setting of the other configuration, such as ttl=5',
      })
      .option('seed', { type: 'number', describe: "seed of all random choices, instead of the file's" })
      .option('seeds', {
        type: 'number',
        default: 5,
        describe: 'sweep, compare: number of seeds, counted up from the seed',
      })
      .option('ttl', { type: 'number', describe: 'hops; default: no limit' })
      .option('origin', {
        type: 'number',
        describe: 'number of the origin; studies draw it from the seed',
      })
      .option('latency', {
        type: 'string',
        describe: '20ms, uniform:1..100ms, exponential:20ms, log-normal:50ms,0.5; a bare number is milliseconds',
      })
      .option('jitter-ms', {
        type: 'string',
        requiresArg: true,
        describe: 'the latency varies by up to this much: 5ms, or 5',
      })
      .option('loss', { type: 'string', requiresArg: true, describe: 'the share of frames that are lost: 10%, or 0.1' })
      .option('bandwidth-kbps', {
        type: 'string',
        requiresArg: true,
        describe: 'bandwidth of each link, in each direction: 1Mbit/s, or 1000',
      })
      .option('payload-bytes', {
        type: 'string',
        requiresArg: true,
        describe: 'size of the message: 1KiB, or 1024; matters with a bandwidth',
      })
      .option('datagram', { type: 'boolean', default: false, describe: 'lost frames are not sent again' })
      .option('classic', { type: 'boolean', default: false, describe: 'plain first-copy flooding, whatever the TTL' })
      .option('svg', { type: 'string', describe: 'sweep: write a chart of the metric to this file' })
      .option('metric', { type: 'string', default: 'coverage', describe: 'metric of the chart, such as cover99Ms' })
      .example('lab sim flood random-choice peers=1000000 choices=4 --latency uniform:1..100', '')
      .example('lab sim sweep topologies/torus-10x10.yaml --vary ttl=1..12 --svg ttl.svg', ''),
  handler: async args =>
    await run(async () => {
      try {
        return await simulate(args);
      } catch (error) {
        throw inWordsOfTheLab(error);
      }
    }),
};

async function simulate(args: SimArgs): Promise<number> {
  checkQuantity('seed', args.seed, 'seed');
  checkWhole('seeds', args.seeds, 1, MAX_SEEDS);
  const { action, format } = args;
  const simulated = await readSimulated(args.topology, args.parameters, args, args.seed);
  const seed = args.seed ?? simulated.seed;
  if (action === 'flood') return await (await import('./sim-flood.ts')).simFlood(simulated, seed, format);
  const { simSweep, simCompare } = await import('./sim-study.ts');
  const seeds = Array.from({ length: args.seeds }, (_, i) => seed + i);
  if (action === 'compare') return await simCompare(simulated, { seeds, format, changes: args.with });
  if (args.vary === undefined) throw new UsageError('a sweep needs --vary', 'for example --vary ttl=1..12');
  return await simSweep(simulated, {
    seeds,
    format,
    variation: args.vary,
    svg: args.svg,
    metric: args.metric,
    force: args.force,
  });
}

function inWordsOfTheLab(error: unknown): unknown {
  const isKnown =
    error instanceof SimulationError || error instanceof LinkSettingError || error instanceof GeneratorError;
  if (!isKnown) return error;
  if (error.code === 'BAD_SETTING') return new UsageError(error.message, error.advice);
  return new LabError('CANNOT_CARRY', error.message, { advice: error.advice, cause: error });
}
