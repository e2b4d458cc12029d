/** What reports say of the needs of peers. */
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { neededBy, needsInWords, needsNotes } from './needs-notes.ts';

const TOPOLOGY = parseTopology(
  `topology: { generator: ring, peers: 6 }
kinds:
  ygg: { image: ygg, user: root, capabilities: [NET_ADMIN], devices: [/dev/net/tun], memory: 512MiB, peers: 4 }
  small: { memory: 64MiB, pids: 20, volumes: [/data], peers: 1 }`,
  { file: 'x.yaml' },
);

test('what lowers the isolation is told, of those who asked for it', () => {
  expect(needsNotes(TOPOLOGY, { driver: 'docker' })).toEqual([
    'less isolation than by default: runs as root, capability NET_ADMIN, device /dev/net/tun (n0, n1, n3 and 1 more)',
  ]);
});

test('what has no effect is told with the reason, and lowers nothing', () => {
  const withoutEffect = { needs: ['memoryBytes', 'pids', 'capabilities', 'devices', 'user'], why: 'so it is' } as const;
  expect(needsNotes(TOPOLOGY, { driver: 'local', withoutEffect })).toEqual([
    'no effect on local: memory:, capabilities:, devices:, user: (n0, n1, n3 and 1 more); so it is',
    'no effect on local: memory:, pids: (n2); so it is',
  ]);
});

test('peers that need nothing are told nothing of', () => {
  expect(neededBy(TOPOLOGY).map(({ name }) => name)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
  expect(neededBy(TOPOLOGY).map(({ needs }) => needsInWords(needs).join('; '))[2]).toBe(
    'volumes /data; memory 64 MiB; pids 20',
  );
});

test('ports are told where they are reached from outside, and why not where nothing is published', () => {
  const topology = parseTopology('peers: { a: { ports: [80, "8080:81"] }, b: }\nlinks: [[a, b]]', { file: 'x.yaml' });
  expect(needsNotes(topology, { driver: 'docker' })).toEqual([
    'less isolation than by default: port 80 is reached from outside, port 8080:81 is reached from outside (a)',
  ]);
  const withoutEffect = {
    needs: ['user', 'ports'],
    why: 'so it is',
    whyOf: { ports: 'it is reached anyway' },
  } as const;
  expect(needsNotes(topology, { driver: 'local', withoutEffect })).toEqual([
    'no effect on local: ports: (a); it is reached anyway',
  ]);
});
