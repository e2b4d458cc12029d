/** Copies that appear under their name as a whole, or not at all. */
import { randomUUID } from 'node:crypto';
import { lstat, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CopyOptions } from '../capabilities/carries-files.ts';
import { LabError } from '../lab-error.ts';

/** Has a copy written beside its target, and gives it the target's name. @throws {LabError} `NAME_TAKEN` where that is in use */
export async function freshPath<T>(
  target: string,
  { isReplacing = false }: CopyOptions,
  write: (beside: string) => Promise<T>,
): Promise<T> {
  if (!isReplacing) await requireFree(target);
  const beside = join(dirname(target), `.${basename(target)}.${randomUUID().slice(0, 8)}`);
  try {
    const result = await write(beside);
    if (isReplacing) await rm(target, { recursive: true, force: true });
    else await requireFree(target);
    await rename(beside, target);
    return result;
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
}

async function requireFree(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  throw new LabError('NAME_TAKEN', `${path} already exists`, { advice: 'choose another name, or use --force' });
}
