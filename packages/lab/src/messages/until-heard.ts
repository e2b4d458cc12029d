/** Waits until what programs receive is heard: what listens beside one may have ended, and is then started again. */
import { type PeerClient, untilAborted } from '@peerlab/driver';

/** See the module's header. One that is not heard for some seconds is not waited for: what it received is then not judged. */
export async function untilHeard(clients: readonly (PeerClient | undefined)[], signal?: AbortSignal): Promise<void> {
  const waits = clients.flatMap(client => client?.program?.hears ?? []);
  if (waits.length === 0) return;
  await untilAborted(Promise.all(waits.map(async hears => await hears())), signal);
}
