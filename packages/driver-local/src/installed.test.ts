import type { PlannedKind } from '@peerlab/driver';
import { expect, test } from 'vitest';
import { requireInstalled } from './installed.ts';

function requireOf(kind: Omit<PlannedKind, 'name' | 'folder'>): void {
  const peer = { index: 0, name: 'n0', nodeId: 'x', env: {}, kind: { name: 'mine', folder: '/', ...kind } };
  requireInstalled({ name: 'x', hash: '', topology: '', ephemeral: false, peers: [peer] });
}

test('programs of packages that are missing are named, with what installs them', () => {
  const packages = ['serf', 'tools'];
  const program = {
    run: ['no-serf', 'agent'],
    members: { run: ['no-ctl'] },
    listen: ['{data}/x'],
    join: { run: ['node'] },
  };
  expect(() => requireOf({ packages, program })).toThrow(
    expect.objectContaining({
      code: 'CANNOT_CARRY',
      message: 'the programs no-serf, no-ctl are not installed on this machine; the kind mine runs them',
      advice: 'sudo apt-get install serf tools; or use --driver docker, which needs nothing installed',
    }),
  );
  requireOf({ packages, command: ['node', 'x'] });
  // Without packages: the start of the program tells.
  requireOf({ command: ['no-serf'] });
});
