/** Labs that announce `dial`: a peer's port is tried at its own address, wherever the lab is held. */
import { describe, expect, it } from 'vitest';
import { requireCapability } from '../../../capabilities/capability.ts';
import type { Workbench } from '../../workbench.ts';
import { expectPeerErrors } from './expect-peer-errors.ts';

const PORT = 17_946;

/** Declares this part of the suite. */
export function describeDial(bench: Workbench): void {
  describe('dial', () => {
    it('tells whether a port takes connections, and waits until it does', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const { dial } = requireCapability(lab, 'dial');
      expect(await dial(0, PORT, { timeoutMs: 100 })).toBe(false);
      const waits = dial(0, PORT, { timeoutMs: bench.patienceMs });
      const script = `require('node:net').createServer().listen(${PORT}, '${lab.peers[0]?.address}')`;
      const server = await requireCapability(lab, 'exec').exec(0, ['node', '-e', script]);
      expect(await waits).toBe(true);
      await server.kill();
    });

    it('refuses a peer that does not run, and one that is not there', async () => {
      await expectPeerErrors(bench, lab => {
        const { dial } = requireCapability(lab, 'dial');
        return [async index => await dial(index, PORT, { timeoutMs: 100 })];
      });
    });
  });
}
