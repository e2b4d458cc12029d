/** The peers of a lab in a list: as the driver sees them, and whether they answer. */

import type { Driver, LabSummary } from '@peerlab/driver';
import { Lab, type LabPeer } from '@peerlab/lab';
import { timeoutSignal } from '@peerlab/timers';

/** How long a lab's peers may take to answer, in milliseconds: a list is not held up by one large or busy lab. */
const ASK_TIMEOUT_MS = 5000;

/** The peers of a lab; undefined where nobody could be asked in time, or the lab is damaged. */
export async function peersOf(
  { name, driver: owner }: Pick<LabSummary, 'driver' | 'name'>,
  drivers: readonly Driver[],
): Promise<readonly LabPeer[] | undefined> {
  const driver = drivers.find(one => one.name === owner);
  const signal = timeoutSignal(ASK_TIMEOUT_MS);
  try {
    const running = await driver?.find(name);
    if (running === undefined) return undefined;
    try {
      return (await Lab.attach(running, { isNew: false, signal })).peers;
    } finally {
      await running.close();
    }
  } catch {
    // The list shows what the driver said of it; lab inspect says why.
    return undefined;
  }
}
