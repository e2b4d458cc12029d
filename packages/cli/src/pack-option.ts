/** `--pack N|auto`: how many peers share a container. */
import { MAX_PACK, type PackWish } from '@peerlab/topology';
import type { Argv } from 'yargs';
import { UsageError } from './exit.ts';

/** Adds the option. */
export function withPack<T>(args: Argv<T>): Argv<T & { pack: string | undefined }> {
  return args.option('pack', {
    type: 'string',
    requiresArg: true,
    describe: 'peers that share a container, each with its own address: a number, or auto; docker only',
  });
}

/** What was asked for. @throws {UsageError} for what is neither a number of peers nor `auto` */
export function packWish(text: string | undefined): PackWish | undefined {
  if (text === undefined || text === 'auto') return text;
  const size = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (size >= 1 && size <= MAX_PACK) return size;
  throw new UsageError(`--pack must be auto, or a whole number from 1 to ${MAX_PACK}`);
}
