/** What a Linux machine still has of a local lab: processes, by what /proc tells of them, and files. */
import { readdirSync, readFileSync } from 'node:fs';

/** Processes of the lab's peers and keeper, and files of its directory that carry its name. */
export async function localLeftovers(directory: string, lab: string): Promise<readonly string[]> {
  const files = readdirSync(directory).filter(file => file.startsWith(`${lab}.`));
  return [...files.map(file => `file ${file}`), ...processesOf(lab)];
}

function processesOf(lab: string): readonly string[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .flatMap(pid => {
      const environment = read(`/proc/${pid}/environ`).split('\0');
      if (environment.includes(`PEERLAB_LAB=${lab}`)) return [`peer, process ${pid}`];
      const title = read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
      return title === `peerlab-keeper ${lab}` || title.endsWith(`keeper.mjs ${lab}`) ? [`keeper, process ${pid}`] : [];
    });
}

/** A process that has ended has neither. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
