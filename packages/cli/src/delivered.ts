/** The last thing that a command does: its output reaches its reader, or the exit status says that it did not. */
import { EXIT, tellUnwritten } from './exit.ts';
import { readersTimeOver } from './interrupt.ts';
import { outputFailure, outputTaken } from './output/standard-output.ts';

/**
 * Waits until what was printed is taken; a signal ends the waiting for a reader that is stalled.
 * @returns the status to end with: that of the work, unless its result did not get out
 */
export async function delivered(status: number): Promise<number> {
  const over = new AbortController();
  const isTaken = await Promise.race([outputTaken().then(() => true), readersTimeOver(over.signal).then(() => false)]);
  over.abort();
  if (status !== EXIT.ok) return status;
  if (!isTaken) return EXIT.interrupted;
  const failure = outputFailure();
  return failure === undefined ? status : tellUnwritten(failure);
}
