/** The drivers, made with what this installation brings: the peer's program, the version. Loaded when first needed. */
import { fileURLToPath } from 'node:url';
import type { Driver } from '@peerlab/orchestrator';
import { VERSION } from './version.ts';

/** The project's own node, bundled into one file. */
export function peerProgram(): string {
  return fileURLToPath(import.meta.resolve('@peerlab/node/peer'));
}

/** Every driver that labs can outlive a command on, the preferred one first. */
export async function loadDrivers(): Promise<Driver[]> {
  const [{ createDockerDriver }, { createLocalDriver }] = await Promise.all([
    import('@peerlab/orchestrator/drivers/docker'),
    import('@peerlab/orchestrator/drivers/local'),
  ]);
  return [
    createDockerDriver({ peerBundle: peerProgram(), version: VERSION }),
    createLocalDriver({ peerProgram: [process.execPath, peerProgram()] }),
  ];
}
