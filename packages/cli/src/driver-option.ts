/** `--driver NAME`: of the list, or of an installed package peerlab-driver-NAME. */
import { DRIVER_NAMES, outsideDriverNames } from '@peerlab/drivers';
import type { Argv } from 'yargs';
import type { VerbEntry } from './verbs/index.ts';

/** What `--driver` takes: `auto`, or a driver's name. */
export type RequestedDriver = string;

/** Adds the option. @param except names that this verb cannot use */
export function withDriver<T>(
  args: Argv<T>,
  describe: string,
  except: readonly string[] = [],
): Argv<T & { driver: RequestedDriver }> {
  const names = ['auto', ...DRIVER_NAMES, ...outsideDriverNames()];
  return args.option('driver', {
    choices: names.filter(name => !except.includes(name)),
    default: 'auto',
    requiresArg: true,
    describe,
  });
}

/** Adds `--driver` to a verb that finds labs: then only labs of that driver are meant, also of one that is a package of its own. */
export function withDriverOfLab<T>({ findsLabs }: VerbEntry, args: Argv<T>): Argv<T> {
  if (findsLabs !== true) return args;
  return args.option('driver', {
    choices: [...DRIVER_NAMES, ...outsideDriverNames()].filter(name => name !== 'simulation'),
    requiresArg: true,
    defaultDescription: 'each that comes with Peerlab',
    describe: 'only labs of this driver; the one way to those of a package peerlab-driver-NAME',
  }) as unknown as Argv<T>;
}
