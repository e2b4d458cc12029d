/** The drivers, made with what this installation brings: the peer's program, the version. Loaded when first needed. */
import { existsSync } from 'node:fs';
import type { Driver } from '@peerlab/driver';
import { INSTALLATION } from '@peerlab/installation';

/** The project's own node, bundled into one file. */
export function peerProgram(): string {
  const path = INSTALLATION.peerProgram;
  if (!existsSync(path)) throw new Error(`the peers' program is missing, npm run build makes it: ${path}`);
  return path;
}

/** Every driver that labs can outlive a command on, the preferred one first. */
export async function loadDrivers(): Promise<readonly Driver[]> {
  loaded ??= makeDrivers();
  return await loaded;
}

let loaded: Promise<readonly Driver[]> | undefined;

async function makeDrivers(): Promise<readonly Driver[]> {
  const [{ createDockerDriver }, { createLocalDriver }] = await Promise.all([
    import('@peerlab/driver-docker'),
    import('@peerlab/driver-local'),
  ]);
  return [
    createDockerDriver({ peerBundle: peerProgram(), version: INSTALLATION.version }),
    createLocalDriver({ peerProgram: [process.execPath, peerProgram()] }),
  ];
}
