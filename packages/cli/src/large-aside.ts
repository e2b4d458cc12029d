/** Floods a large network in a separate thread, next to the labs of `lab test`. */
import { Worker } from 'node:worker_threads';
import { LabError } from '@peerlab/driver';
import { INSTALLATION } from '@peerlab/installation';
import type { ProveLarge } from '@peerlab/scenario';
import type { LargeAnswer } from './large-thread.ts';

/** As the simulation driver's `proveLarge`. @throws {LabError} what that throws; `ABORTED` */
export const proveLargeAside: ProveLarge = async (topology, { signal }) => {
  const worker = new Worker(INSTALLATION.largeThread, { workerData: topology });
  const onAbort = (): void => void worker.terminate();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const answer = await new Promise<LargeAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new LabError('ABORTED', 'cancelled')));
      if (signal?.aborted) onAbort();
    });
    if ('result' in answer) return answer.result;
    const { code, message, advice } = answer.error;
    throw new LabError(code, message, advice === undefined ? {} : { advice });
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
};
