/** `--driver NAME`: of the list, or of an installed package peerlab-driver-NAME. */
import { DRIVER_NAMES, outsideDriverNames } from '@peerlab/drivers';
import type { Argv } from 'yargs';

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
