/** `--engine NAME=ENDPOINT`, of every verb that makes or finds labs: the engines that they span. */
import { type EngineSpec, parseEngineSpec, requireDistinctEngines } from '@peerlab/driver';
import type { Argv } from 'yargs';
import type { VerbEntry } from './verbs/index.ts';

/** Adds the option to a verb that uses engines. */
export function withEngineOption<T>({ usesEngines, namesEngines }: VerbEntry, args: Argv<T>): Argv<T> {
  if (usesEngines !== true) return args;
  return args.option('engine', {
    type: 'string',
    array: true,
    requiresArg: true,
    default: [],
    defaultDescription: 'those of the settings file, else the one that the environment names',
    describe: `NAME=ENDPOINT of an engine that labs span, such as b=ssh://user@host; once for each. NAME alone: ${namesEngines === true ? 'the peers that it has' : 'that of the settings file'}`,
  }) as unknown as Argv<T>;
}

/**
 * The engines that the words name.
 * @param known those of the settings file, which a name alone stands for
 * @throws {LabError} `NOT_SUPPORTED`
 */
export function readEngines(words: readonly string[], known: readonly EngineSpec[]): readonly EngineSpec[] {
  const specs = words.map(word => known.find(({ name }) => name === word) ?? parseEngineSpec(word));
  requireDistinctEngines(specs);
  return specs;
}
