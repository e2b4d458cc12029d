/** Waits for peers to say who they are, no longer than the others give reason to hope that one still will. */
import type { PeerClient } from '@peerlab/driver';

/**
 * How long nobody may answer, in milliseconds, before those who have not are taken as silent.
 * @default 2000: an answer takes a millisecond; where the machine is busy the others are slow too, and each answer counts
 */
const PATIENCE_MS = 2000;

/** Resolves when each has answered, has ended, or is taken as silent. */
export async function untilAnswered(clients: readonly PeerClient[], patienceMs: number = PATIENCE_MS): Promise<void> {
  const askedAtMs = performance.now();
  let movedAtMs = askedAtMs;
  const waiting = new Set(clients.filter(({ isReady, end }) => !isReady && end === undefined));
  const met = Promise.all(
    [...waiting].map(async client => {
      await client.introduced();
      waiting.delete(client);
      movedAtMs = performance.now();
    }),
  );
  let timer: NodeJS.Timeout | undefined;
  const impatient = new Promise<void>(resolve => {
    const look = (): void => {
      const leftMs = movedAtMs + patienceMs - performance.now();
      if (leftMs > 0) timer = setTimeout(lookAfterReading, leftMs);
      else resolve();
    };
    // Where this process itself was held up, the answers may be waiting to be read.
    const lookAfterReading = (): void => void setImmediate(() => setImmediate(look));
    timer = setTimeout(lookAfterReading, patienceMs);
  });
  await Promise.race([met, impatient]);
  clearTimeout(timer);
  for (const client of waiting) client.fallSilent(askedAtMs);
}
