/** The built page and the player. */
import { existsSync, readFileSync } from 'node:fs';
import { INSTALLATION } from '@peerlab/installation';

/** The folder of the page's files. @throws when they are not built */
export function pageFolder(): string {
  return built(INSTALLATION.page);
}

/** The text of the player: a page of one file, with a place for a recording. @throws when it is not built */
export function playerText(): string {
  return readFileSync(built(INSTALLATION.player), 'utf8');
}

function built(path: string): string {
  if (!existsSync(path)) throw new Error(`the page is missing; build it with npm run build: ${path}`);
  return path;
}
