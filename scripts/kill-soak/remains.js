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

/**
 * Each thing in a few words; none when nothing is left. A throw-away lab of a test has some letters after its name.
 * @param host of an engine. Default: as the environment says
 */
export async function remainsOf(lab, driver, host) {
  return driver === 'docker' ? await dockerRemains(lab, host) : localRemains(lab);
}

async function dockerRemains(lab, host) {
  const on = host === undefined ? [] : ['--host', host];
  const filter = ['--filter', 'label=dev.peerlab.lab'];
  const label = '{{.Label "dev.peerlab.lab"}}';
  const [containers, networks] = await Promise.all([
    execute('docker', [...on, 'ps', '--all', ...filter, '--format', `${label} container {{.Names}} ({{.Status}})`]),
    execute('docker', [...on, 'network', 'ls', ...filter, '--format', `${label} network {{.Name}}`]),
  ]);
  return `${containers.stdout}${networks.stdout}`.split('\n').flatMap(line => {
    const [owner = '', ...thing] = line.split(' ');
    return isOf(lab, owner) ? [thing.join(' ')] : [];
  });
}

function localRemains(lab) {
  const files = entriesOf(RUNTIME).filter(file => isOf(lab, file.replace(/\..*$/, '')));
  const processes = entriesOf('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .flatMap(pid => {
      const [, owner = ''] = /(?:^|\0)PEERLAB_LAB=([^\0]*)/.exec(read(`/proc/${pid}/environ`)) ?? [];
      if (isOf(lab, owner)) return [`peer, process ${pid}`];
      const title = read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
      const [, hosted = ''] = /(?:^peerlab-keeper|keeper(?:-main\.js|\.mjs)) (\S+)$/.exec(title) ?? [];
      return isOf(lab, hosted) ? [`host, process ${pid}`] : [];
    });
  return [...files.map(file => `file ${file}`), ...processes];
}

/** Whether a lab is that one: a throw-away lab has some letters after the name. */
export function isOf(lab, owner) {
  return owner === lab || (owner.startsWith(`${lab}-`) && /^[0-9a-f]+$/.test(owner.slice(lab.length + 1)));
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
