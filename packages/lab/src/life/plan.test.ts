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

test("a secured peer's id is that of its key, and follows from the seed and the names", () => {
  const ids = (head: string, name = 'one'): string[] =>
    planOf(parseTopology(`{ ${head}, peers: [a, b], links: [[a, b]] }`, { file: `${name}.yaml` })).peers.map(
      peer => peer.nodeId,
    );
  const sealed = ids('security: sealed, seed: 3');
  expect(sealed).toEqual(ids('security: signed, seed: 3'));
  expect(sealed[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const others = [ids('security: sealed, seed: 4'), ids('security: sealed, seed: 3', 'two'), ids('security: open')];
  expect(new Set([...sealed, ...others.flat()]).size).toBe(8);
});

test('each peer is told its own setting: its own, that of its kind, that of the topology', () => {
  const text = `
security: signed
kinds: { old: { security: open, peers: [b] } }
peers: { a: { security: sealed }, b: , c: }`;
  const { peers } = planOf(parseTopology(text, { file: 'mix.yaml' }));
  expect(peers.map(({ security }) => security?.setting)).toEqual(['sealed', undefined, 'signed']);
});
