/** Labs that announce `ports`: what a peer asks for is reached from outside, and goes with the lab. */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { requireCapability } from '../../../capabilities/capability.ts';
import type { PublishedPort } from '../../../capabilities/publishes-ports.ts';
import { runToEnd } from '../../../execution/run-to-end.ts';
import type { Workbench } from '../../workbench.ts';

const PORT = 8080;

/** Answers each connection with what came, and says who answers. */
const SERVER = `
  require('node:net').createServer(socket => socket.on('data', data => socket.end('peer: ' + data)))
    .listen(${PORT}, () => console.log('listens'));
`;

async function asked({ hostAddress, hostPort }: PublishedPort, text: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: hostAddress, port: hostPort });
    let answer = '';
    socket.on('data', chunk => (answer += String(chunk)));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.write(text);
  });
}

/** Declares this part of the suite. */
export function describePorts(bench: Workbench): void {
  describe('ports', () => {
    it('are reached at this machine alone, while their peer stays without external access', async () => {
      const plan = bench.plan({ peers: 2, minimal: true });
      const peers = plan.peers.map(peer =>
        peer.index === 1 ? { ...peer, needs: { ports: [{ port: PORT, protocol: 'tcp' as const }] } } : peer,
      );
      const lab = await bench.up({ ...plan, peers });
      const exec = requireCapability(lab, 'exec');
      const server = await exec.exec(1, ['node', '-e', SERVER]);
      await new Promise<void>(resolve => server.listen(() => resolve()));
      const [published, ...more] = await requireCapability(lab, 'ports').published();
      expect(more).toEqual([]);
      expect(published).toMatchObject({ index: 1, port: PORT, protocol: 'tcp', hostAddress: '127.0.0.1' });
      if (published === undefined) throw new Error('nothing is published');
      expect(await asked(published, 'hello')).toBe('peer: hello');
      expect(lab.peers.map(({ index }) => index)).toEqual([0, 1]);
      // A second interface would lead beyond the lab's network.
      const names =
        "console.log(Object.keys(require('node:os').networkInterfaces()).filter(name => name !== 'lo').length)";
      const { stdout } = await runToEnd(await exec.exec(1, ['node', '-e', names]), { timeoutMs: bench.patienceMs });
      expect(String(stdout).trim()).toBe('1');
      await lab.down();
      await expect(asked(published, 'hello')).rejects.toThrow();
    });
  });
}
