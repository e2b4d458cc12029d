/** The drivers, made with what this installation brings: the peer's program, the version. Loaded when first needed. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Driver } from '@peerlab/driver';
import { VERSION } from './version.ts';

/** The project's own node, bundled into one file. */
export function peerProgram(): string {
  const path = fileURLToPath(import.meta.resolve('@peerlab/node/peer'));
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
    createDockerDriver({ peerBundle: peerProgram(), version: VERSION }),
    createLocalDriver({ peerProgram: [process.execPath, peerProgram()] }),
  ];
}
