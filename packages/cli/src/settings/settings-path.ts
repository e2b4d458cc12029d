/** Where the user's settings are: what is of this user and this machine, and not of a topology. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The path that PEERLAB_SETTINGS names, else `peerlab/settings.yaml` in the folder of configurations; undefined for a user
 * without a home.
 * @param env of the process
 */
export function settingsPath(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.PEERLAB_SETTINGS) return env.PEERLAB_SETTINGS;
  const folder = env.XDG_CONFIG_HOME || inHome(env.HOME);
  return folder === undefined ? undefined : join(folder, 'peerlab', 'settings.yaml');
}

function inHome(home: string | undefined): string | undefined {
  try {
    return join(home || homedir(), '.config');
  } catch {
    // Neither HOME nor an entry in the system's list of users, as for a container's numeric user.
    return undefined;
  }
}
