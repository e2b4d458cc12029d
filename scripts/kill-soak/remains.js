// What the machine still has of a lab: containers and networks, processes, sockets; looked up without the lab's own code.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Where local labs keep their sockets: the driver's own default. */
export const RUNTIME = process.env.XDG_RUNTIME_DIR
  ? join(process.env.XDG_RUNTIME_DIR, 'peerlab')
  : join(tmpdir(), `peerlab-${process.getuid()}`);

/** Each thing in a few words; none when nothing is left. */
export async function remainsOf(lab, driver) {
  return driver === 'docker' ? await dockerRemains(lab) : localRemains(lab);
}

async function dockerRemains(lab) {
  const filter = ['--filter', `label=dev.peerlab.lab=${lab}`];
  const [containers, networks] = await Promise.all([
    execute('docker', ['ps', '--all', ...filter, '--format', 'container {{.Names}} ({{.Status}})']),
    execute('docker', ['network', 'ls', ...filter, '--format', 'network {{.Name}}']),
  ]);
  return `${containers.stdout}${networks.stdout}`.split('\n').filter(line => line !== '');
}

function localRemains(lab) {
  const files = entriesOf(RUNTIME).filter(file => file.startsWith(`${lab}.`));
  const processes = entriesOf('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .flatMap(pid => {
      if (read(`/proc/${pid}/environ`).split('\0').includes(`PEERLAB_LAB=${lab}`)) return [`peer, process ${pid}`];
      const title = read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
      return title === `peerlab-host ${lab}` || title.endsWith(`host-main.js ${lab}`) ? [`host, process ${pid}`] : [];
    });
  return [...files.map(file => `file ${file}`), ...processes];
}

function entriesOf(directory) {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Empty for what has gone meanwhile. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
