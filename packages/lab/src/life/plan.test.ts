/** Plans: what of a kind reaches the drivers. */
import { join } from 'node:path';
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { planOf } from './plan.ts';

const TEXT = `
kinds:
  mine: { command: python3 peer.py, env: { MODE: slow, LEVEL: "1" }, peers: [a] }
  loud: { env: { LOUD: "1" }, peers: [b] }
peers: { a: { env: { LEVEL: "2" } }, b: , c: }`;

test("a kind comes with the file's folder, and its variables under those of the peer", () => {
  const { peers } = planOf(parseTopology(TEXT, { file: join('some', 'where', 'lab.yaml') }));
  expect(peers[0]).toMatchObject({
    env: { MODE: 'slow', LEVEL: '2' },
    kind: { name: 'mine', command: ['python3', 'peer.py'], folder: join(process.cwd(), 'some', 'where') },
  });
});

test("a kind without a program is the project's own peer with other variables", () => {
  const { peers } = planOf(parseTopology(TEXT, { file: 'lab.yaml' }));
  expect(peers[1]).toMatchObject({ env: { LOUD: '1' } });
  expect(peers.map(peer => 'kind' in peer)).toEqual([true, false, false]);
});
