/** The options of `lab fault` and the fault that they ask for, both from the table of faults. */
import {
  boundsText,
  type Fault,
  type FaultRow,
  type FaultVerb,
  faultRow,
  isWithin,
  ownValue,
  PARAMETER_NAMES,
  PARAMETERS,
  type ParameterName,
  parametersOf,
  verbsTaking,
} from '@peerlab/conditions';
import type { Topology } from '@peerlab/topology';
import type { Argv } from 'yargs';
import { UsageError } from './exit.ts';
import { namedTargets, readGroups, readTargets } from './fault-words.ts';
import { readQuantity } from './quantities.ts';
import { checkQuantity } from './verbs/verb.ts';

/** What yargs makes of a fault's words; the parameters stand under their options' names. */
export interface FaultArgs {
  readonly targets: readonly string[];
  readonly random: number | undefined;
  readonly seed: number | undefined;
  readonly [option: string]: unknown;
}

/** Adds an option for each parameter of a fault, and those that draw targets. */
export function withFaultOptions(args: Argv): Argv {
  let all = args;
  for (const name of PARAMETER_NAMES) {
    const { option, description } = PARAMETERS[name];
    const type = TYPES[name];
    const describe = `${verbsTaking(name).join(', ')}: ${description}`;
    all = all.option(option, { type, describe, ...(type === 'boolean' ? { default: false } : { requiresArg: true }) });
  }
  return all
    .option('random', { type: 'number', requiresArg: true, describe: 'how many of the targets, drawn with the seed' })
    .option('seed', { type: 'number', requiresArg: true, describe: "seed of --random; default: the topology's seed" });
}

/** What has a unit is read as text. */
const TYPES: Readonly<Record<ParameterName, 'boolean' | 'string' | 'number'>> = Object.fromEntries(
  PARAMETER_NAMES.map(name => {
    const { takes } = PARAMETERS[name];
    if (takes === 'flag') return [name, 'boolean'];
    return [name, takes === 'signal' || isUnit(takes) ? 'string' : 'number'];
  }),
) as Record<ParameterName, 'boolean' | 'string' | 'number'>;

/** The fault that the words ask for. @throws {UsageError} */
export function readFault(verb: FaultVerb, args: FaultArgs, topology: Topology): Fault {
  checkQuantity('random', args.random, 'count');
  checkQuantity('seed', args.seed, 'seed');
  const values = readParameters(verb, args);
  const targets = READ_TARGETS[faultRow(verb).targets](verb, args, topology);
  // Targets and parameters are those of the verb's row.
  return { verb, ...targets, ...values } as Fault;
}

function readParameters(verb: FaultVerb, args: FaultArgs): Partial<Record<ParameterName, unknown>> {
  const values: Partial<Record<ParameterName, unknown>> = {};
  for (const name of PARAMETER_NAMES) {
    const { option } = PARAMETERS[name];
    const given = ownValue(args, option);
    if (given === undefined || given === false) continue;
    if (!parametersOf(verb).includes(name)) {
      throw new UsageError(`${verb} takes no --${option}`, `options of ${verbsTaking(name).join(', ')}`);
    }
    values[name] = readParameter(name, given);
  }
  const { settings } = faultRow(verb);
  if (settings.length > 0 && settings.every(name => values[name] === undefined)) {
    throw new UsageError(`${verb} needs ${settings.map(name => `--${PARAMETERS[name].option}`).join(' or ')}`);
  }
  return values;
}

/** @throws {UsageError} */
function readParameter(name: ParameterName, given: unknown): unknown {
  const { option, takes } = PARAMETERS[name];
  if (takes === 'flag') return given;
  if (takes === 'signal') return String(given).startsWith('SIG') ? given : `SIG${given}`;
  const value = isUnit(takes) ? readQuantity(option, String(given), takes) : Number(given);
  if (value === undefined || !isWithin(takes, value)) {
    throw new UsageError(`--${option} ${given}: must be ${boundsText(takes)}`);
  }
  return value;
}

/** A kind that is written with its unit. */
function isUnit(takes: string): takes is 'ms' | 'ratio' | 'kbps' {
  return takes === 'ms' || takes === 'ratio' || takes === 'kbps';
}

type ReadTargets = (verb: FaultVerb, args: FaultArgs, topology: Topology) => object;

const READ_TARGETS: Readonly<Record<FaultRow['targets'], ReadTargets>> = {
  groups: (verb, { targets, random }, topology) => {
    if (random !== undefined) throw new UsageError(`${verb} takes no --random`, 'name its groups');
    const groups = readGroups(targets, topology);
    if (groups.length === 0) throw new UsageError(`a ${verb} of what?`, `such as: lab fault ${verb} LAB n0..n4`);
    return { groups };
  },
  peers: (verb, args, topology) => {
    const { peers, links } = readTargets(args.targets, topology);
    if (links.length > 0) throw new UsageError(`${verb} takes peers, not links`, 'lab link down cuts a link');
    return drawnOrNamed(verb, args, { peers, links }, 'peers');
  },
  links: (verb, args, topology) => drawnOrNamed(verb, args, readTargets(args.targets, topology), 'peers or links'),
};

function drawnOrNamed(
  verb: FaultVerb,
  { random, seed }: FaultArgs,
  targets: ReturnType<typeof readTargets>,
  what: string,
): object {
  if (targets.peers.length + targets.links.length === 0 && random === undefined) {
    throw new UsageError(`${verb} of what?`, `name ${what}, or draw some: --random 3`);
  }
  return {
    ...namedTargets(targets),
    ...(random !== undefined && { random }),
    ...(seed !== undefined && { seed }),
  };
}
