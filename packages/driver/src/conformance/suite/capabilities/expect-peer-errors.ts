/** What every operation on a peer refuses. */
import { expect } from 'vitest';
import type { RunningLab } from '../../../running-lab.ts';
import type { Workbench } from '../../workbench.ts';

/** Expects `NO_SUCH_PEER` for an index outside the topology, and `PEER_FAILED` for a peer that was killed. */
export async function expectPeerErrors(
  bench: Workbench,
  operationsOf: (lab: RunningLab) => readonly ((index: number) => Promise<unknown>)[],
): Promise<void> {
  const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
  await lab.kill(0);
  for (const operation of operationsOf(lab)) {
    await expect(operation(7), operation.name).rejects.toMatchObject({ code: 'NO_SUCH_PEER' });
    await expect(operation(0), operation.name).rejects.toMatchObject({ code: 'PEER_FAILED' });
  }
}
