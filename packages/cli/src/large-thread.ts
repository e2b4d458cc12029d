/** The thread of large-aside.ts: floods the network that it is handed, and tells what came of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { LabError, type LabErrorCode } from '@peerlab/driver';
import { proveLarge } from '@peerlab/large-lab';
import type { ProveLarge } from '@peerlab/scenario';

/** What the thread tells. */
export type LargeAnswer =
  | { readonly result: Awaited<ReturnType<ProveLarge>> }
  | { readonly error: { readonly code: LabErrorCode; readonly message: string; readonly advice: string | undefined } };

parentPort?.postMessage(await answer());

async function answer(): Promise<LargeAnswer> {
  try {
    const { checks, passed, isPartial, traceHash } = await proveLarge(workerData);
    return { result: { checks, passed, isPartial, traceHash } };
  } catch (error) {
    // Of an error only its message would come through.
    if (!(error instanceof LabError)) throw error;
    const { code, message, advice } = error;
    return { error: { code, message, advice } };
  }
}
