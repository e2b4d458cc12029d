/** Where the built page and the player are, in this installation. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the page's files. @throws when they are not built */
export function pageFolder(): string {
  return dirname(built('@peerlab/dashboard/page/index.html'));
}

/** The text of the player: a page of one file, with a place for a recording. @throws when it is not built */
export function playerText(): string {
  return readFileSync(built('@peerlab/dashboard/player.html'), 'utf8');
}

function built(name: string): string {
  const path = fileURLToPath(import.meta.resolve(name));
  if (!existsSync(path)) throw new Error(`the page is missing, npm run build makes it: ${path}`);
  return path;
}
