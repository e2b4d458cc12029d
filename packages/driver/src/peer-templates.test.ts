/** What a peer starts with, once its templates are filled in. */
import { parseTopology, topologyToJson } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { PeerTemplates } from './peer-templates.ts';
import type { PlannedPeer } from './plan.ts';

const TOPOLOGY = topologyToJson(parseTopology('peers: [a, b, c]\nlinks: [[a, b], [b, c]]', { file: 'x.yaml' }));
const PEERS = ['a', 'b', 'c'].map(
  (name, index): PlannedPeer => ({
    index,
    name,
    nodeId: `id-${name}`,
    env: { FRIENDS: '{neighbours: %n ,}' },
    needs: {
      volumes: ['/data', '/data/more'],
      write: { '{data}/{name}.conf': '{all: %a ,} in {data}', '/data/more/sub/x': 'x' },
    },
    kind: { name: 'k', folder: '/', program: { run: ['run', '{first.address}', '{others: --join %a:%p}'] } },
  }),
);

function templates(data?: string): PeerTemplates {
  return new PeerTemplates({ name: 'lab', topology: TOPOLOGY }, PEERS, ({ index }) => ({
    address: `10.0.0.${index}`,
    port: 7000 + index,
    ...(data === undefined ? {} : { data }),
  }));
}

test('command and variables', () => {
  const [a, b] = PEERS.map(peer => templates().filled(peer));
  expect(a?.kind?.program?.run).toEqual(['run', '10.0.0.0', '--join', '10.0.0.1:7001', '--join', '10.0.0.2:7002']);
  expect(b?.env).toEqual({ FRIENDS: 'a,c' });
});

test('files are in the volume that their path names, whatever folder stands for it', () => {
  const [peer] = PEERS;
  if (peer === undefined) throw new Error('no peer');
  expect(templates('/labs/a-0').files(peer)).toEqual([
    { volume: 0, path: 'a.conf', content: '10.0.0.0,10.0.0.1,10.0.0.2 in /labs/a-0' },
    { volume: 1, path: 'sub/x', content: 'x' },
  ]);
  expect(templates().files(peer)[0]?.content).toBe('10.0.0.0,10.0.0.1,10.0.0.2 in /data');
});

test('a peer without a program keeps its variables as they are, and its lab is not read', () => {
  const plain: PlannedPeer = { index: 0, name: 'a', nodeId: 'id', env: { A: '{name}' } };
  const none = new PeerTemplates({ name: 'lab', topology: 'no topology' }, [plain], () => ({ address: 'x', port: 1 }));
  expect(none.filled(plain)).toBe(plain);
  expect(none.files(plain)).toEqual([]);
});

test('a file in no volume is refused by its name', () => {
  const lost: PlannedPeer = { index: 0, name: 'a', nodeId: 'id', env: {}, needs: { write: { '/etc/x': '' } } };
  expect(() => templates().files(lost)).toThrow('a: the file /etc/x is in none of its volumes');
});
