/** Commands of a program: what their templates stand for, and what their patterns find. */
import type { CanExec, PeerFacts } from '@peerlab/driver';
import { expect, test } from 'vitest';
import { FoundValues } from './found-values.ts';
import { ProgramCommands } from './program-commands.ts';

const peer = (index: number, more: Partial<PeerFacts> = {}): PeerFacts => ({
  index,
  name: `n${index}`,
  nodeId: `11111111-2222-4333-8444-55555555550${index}`,
  address: `10.0.0.${index + 2}`,
  port: 7946,
  state: 'running',
  ...more,
});

/** @param prints what every command prints */
function commandsOf(peers: readonly PeerFacts[], prints = ''): ProgramCommands {
  const exec: CanExec = {
    exec: async () => ({
      kill: async () => undefined,
      listen: listener => listener(Buffer.from(prints), 'stdout'),
      ended: Promise.resolve({ status: 0, reason: 'exited with status 0' }),
    }),
  };
  const volumeOf = (index: number): string => (index === 0 ? '/data' : '/var/lib/other');
  return new ProgramCommands({
    exec,
    lab: 'lab',
    index: 0,
    peers: () => peers,
    neighbours: [],
    volumeOf,
    values: new FoundValues(),
    timeoutMs: 1000,
  });
}

test('a volume is the folder that stands for it, where one does, and each peer has its own', () => {
  const words = ['{data}/socket', '{n1.data}'];
  expect(commandsOf([peer(0), peer(1)]).words(words)).toEqual(['/data/socket', '/var/lib/other']);
  const local = [peer(0, { data: '/run/lab.data/n0-0' }), peer(1, { data: '/run/lab.data/n1-0' })];
  expect(commandsOf(local).words(words)).toEqual(['/run/lab.data/n0-0/socket', '/run/lab.data/n1-0']);
});

test('a pattern finds all that it matches in a line, such as of JSON', async () => {
  const prints = '{"peers":[{"ip":"10.0.0.3"},{"ip":"10.0.0.4"}]}\n{"peers":[{"ip":"10.0.0.5"}]}\n';
  const { found } = await commandsOf([peer(0)], prints).run({ run: ['peers'], match: '"ip":"(?<peer>[\\d.]+)"' });
  expect(found.map(({ peer: ip }) => ip)).toEqual(['10.0.0.3', '10.0.0.4', '10.0.0.5']);
});
