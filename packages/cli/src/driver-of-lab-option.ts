/** `--driver NAME` of every verb that finds labs: the driver whose labs it means. */
import { DRIVER_NAMES, outsideDriverNames } from '@peerlab/drivers';
import type { Argv } from 'yargs';
import type { VerbEntry } from './verbs/index.ts';

/** Adds `--driver` to a verb that finds labs: then only labs of that driver are meant. */
export function withDriverOfLab<T>({ findsLabs }: VerbEntry, args: Argv<T>): Argv<T> {
  if (findsLabs !== true) return args;
  return args.option('driver', {
    choices: [...DRIVER_NAMES, ...outsideDriverNames()].filter(name => name !== 'simulation'),
    requiresArg: true,
    defaultDescription: 'each that comes with Peerlab',
    describe: 'only labs of this driver; the one way to those of a package peerlab-driver-NAME',
  }) as unknown as Argv<T>;
}
