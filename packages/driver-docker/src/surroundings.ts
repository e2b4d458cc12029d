/** What the search for an engine looks at, of this process and its machine; tests hand in their own. */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';

/** See the module's header. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Empty for a user that the system does not know, without HOME. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** A file's text; undefined when it is not there. @throws what the system says when it cannot be read */
  readonly readFile: (path: string) => string | undefined;
  /** False only for what is certain not to be there: what this user may not look at may well be. */
  readonly exists: (path: string) => boolean;
}

/** The surroundings of this process. */
export function theseSurroundings(): Surroundings {
  return {
    env: process.env,
    home: homeFolder(),
    platform: process.platform,
    readFile: path => whereThere(() => readFileSync(path, 'utf8')),
    exists: path => {
      try {
        return whereThere(() => statSync(path)) !== undefined;
      } catch {
        return true;
      }
    },
  };
}

function homeFolder(): string {
  try {
    return homedir();
  } catch {
    // Neither HOME nor an entry in the system's list of users, as for a container's numeric user.
    return '';
  }
}

function whereThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
