/** What an engine still has of a lab, as the `docker` command would list it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Containers, in any state, and networks of the lab. */
export async function dockerLeftovers(lab: string): Promise<readonly string[]> {
  const filter = ['--filter', `label=dev.peerlab.lab=${lab}`];
  const [containers, networks] = await Promise.all([
    run('docker', ['ps', '--all', ...filter, '--format', 'container {{.Names}} ({{.Status}})']),
    run('docker', ['network', 'ls', ...filter, '--format', 'network {{.Name}}']),
  ]);
  return `${containers.stdout}${networks.stdout}`.split('\n').filter(line => line !== '');
}
