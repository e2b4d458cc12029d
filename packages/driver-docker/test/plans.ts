/** Plans for the Docker driver's tests. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { LabPlan, Progress, WorkContext } from '@peerlab/driver';

/** The smallest peer that meets the contract. */
export const ECHO_PEER: string = fileURLToPath(new URL('./echo-peer.mjs', import.meta.url));

/** A plan with a name that no other test has. */
export function planOf(peers: number, over: Partial<LabPlan> = {}): LabPlan {
  return {
    name: `test-${randomUUID().slice(0, 8)}`,
    hash: 'hash-1',
    topology: JSON.stringify({ generator: 'ring', peers }),
    ephemeral: false,
    peers: Array.from({ length: peers }, (_, index) => ({
      index,
      name: `n${index}`,
      nodeId: randomUUID(),
      env: {},
    })),
    ...over,
  };
}

/** A context that keeps what is reported. */
export function contextOf(signal: AbortSignal = new AbortController().signal): WorkContext & {
  readonly reports: readonly Progress[];
} {
  const reports: Progress[] = [];
  return { signal, reports, report: progress => reports.push(progress) };
}
