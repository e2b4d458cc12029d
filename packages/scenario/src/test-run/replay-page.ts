/** The page that plays what happened in a lab that did not pass, in its artifacts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Its name in the folder. */
export const REPLAY_PAGE = 'replay.html';

/** Its path; undefined where the folder has none. */
export function replayPageIn(folder: string): string | undefined {
  const path = join(folder, REPLAY_PAGE);
  return existsSync(path) ? path : undefined;
}
