/** What an engine still has of a lab, as the `docker` command would list it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Containers, in any state, networks and volumes of the lab. */
export async function dockerLeftovers(lab: string): Promise<readonly string[]> {
  const filter = ['--filter', `label=dev.peerlab.lab=${lab}`];
  const [containers, networks, volumes] = await Promise.all([
    run('docker', ['ps', '--all', ...filter, '--format', 'container {{.Names}} ({{.Status}})']),
    run('docker', ['network', 'ls', ...filter, '--format', 'network {{.Name}}']),
    run('docker', ['volume', 'ls', ...filter, '--format', 'volume {{.Name}}']),
  ]);
  return `${containers.stdout}${networks.stdout}${volumes.stdout}`.split('\n').filter(line => line !== '');
}
