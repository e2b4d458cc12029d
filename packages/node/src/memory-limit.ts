/** The memory that this process may take. */
import { totalmem } from 'node:os';

/** Where nothing limits it. @default 256 MiB: what a lab gives a container; an application has other uses for the rest */
const UNLIMITED_BYTES: number = 256 * 1024 * 1024;

/** The limit of its control group, of version 1 or 2, in bytes; a fixed value where there is none. */
export function memoryLimitBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : UNLIMITED_BYTES;
}
