/** A checkout: each file is where the build of its package leaves it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installation.ts';

export type { Installation } from './installation.ts';

/** The same from src and from dist. */
const packages = join(import.meta.dirname, '../..');
const at = (path: string): string => join(packages, path);
const manifest: { version: string } = JSON.parse(readFileSync(at('peerlab/package.json'), 'utf8'));

/** The files of this checkout. `npm run build` makes them. */
export const INSTALLATION: Installation = {
  version: manifest.version,
  peerProgram: at('node/dist/peer.mjs'),
  keeperProgram: at('driver-local/dist/keeper.mjs'),
  largeThread: at('cli/dist/large-thread.js'),
  page: at('dashboard/dist/page'),
  player: at('dashboard/dist/player.html'),
  templates: at('cli/templates'),
  programs: at('../examples/programs'),
  driverFixtures: at('driver/fixtures'),
  topologySchema: at('topology/schema/topology.schema.json'),
};
