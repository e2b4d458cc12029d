/** What processes take of the machine. */

import type { PeerUsage } from '@peerlab/driver';
import pidusage from 'pidusage';

/** In the order of the ids; undefined where there is no such process. */
export async function processUsage(
  processIds: readonly (number | undefined)[],
): Promise<readonly (PeerUsage | undefined)[]> {
  return await Promise.all(
    processIds.map(async processId => {
      if (processId === undefined) return undefined;
      // A process that has gone is an error to the library.
      const found = await pidusage(processId).catch(() => undefined);
      return found === undefined ? undefined : { memoryBytes: found.memory, cpuMs: found.ctime };
    }),
  );
}
