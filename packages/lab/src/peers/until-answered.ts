/** Waits for peers to say who they are, no longer than the others give reason to hope that one still will. */

import type { PeerClient } from '@peerlab/driver';
import { PROGRAM_ANSWER_TIMEOUT_MS } from '@peerlab/program';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';

const PATIENCE_MS = 2000;

/** A peer that was asked who it is. */
export interface Greeted {
  readonly client: PeerClient;
  /** Resolves once it has answered, or will not. */
  readonly answered: Promise<void>;
}

/**
 * Resolves when each has answered, has ended, or is taken as silent.
 * @param patienceMs how long none of them may answer; its default is that of `ReplyBounds`
 */
export async function untilAnswered(greeted: readonly Greeted[], patienceMs?: number): Promise<void> {
  const askedAtMs = performance.now();
  let movedAtMs = askedAtMs;
  const waiting = new Set(greeted);
  const all = Promise.all(
    greeted.map(async one => {
      await one.answered;
      waiting.delete(one);
      movedAtMs = performance.now();
    }),
  );
  let timer: Timer | undefined;
  const patienceWith = ({ client: { program } }: Greeted): number =>
    patienceMs ?? (program === undefined ? PATIENCE_MS : PROGRAM_ANSWER_TIMEOUT_MS);
  const impatient = new Promise<void>(resolve => {
    const look = (): void => {
      const leftMs = movedAtMs + Math.max(...[...waiting].map(patienceWith)) - performance.now();
      if (leftMs > 0) timer = startTimer(lookAfterReading, leftMs);
      else resolve();
    };
    // Where this process itself was held up, the answers may be waiting to be read.
    const lookAfterReading = (): void => void setImmediate(() => setImmediate(look));
    look();
  });
  await Promise.race([all, impatient]);
  stopTimer(timer);
  for (const { client } of waiting) client.fallSilent(askedAtMs);
}
