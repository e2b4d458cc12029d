/** The package `peerlab`: scripts/publish/ lays its files out like this, all bundled code flat in dist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installation.ts';

export type { Installation } from './installation.ts';

const root = join(import.meta.dirname, '..');
const at = (path: string): string => join(root, path);
const manifest: { version: string } = JSON.parse(readFileSync(at('package.json'), 'utf8'));

/** The files of the installed package. */
export const INSTALLATION: Installation = {
  version: manifest.version,
  peerProgram: at('dist/peer.mjs'),
  keeperProgram: at('dist/keeper-main.js'),
  largeThread: at('dist/large-thread.js'),
  page: at('page'),
  player: at('player.html'),
  templates: at('templates'),
  programs: at('programs'),
  driverFixtures: at('fixtures'),
  topologySchema: at('schema/topology.schema.json'),
};
