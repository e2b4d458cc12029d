/** Notes on security: each is there when something is not as it seems, and only then. */
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import type { LabPeer } from '../lab.ts';
import { securityNotes } from './security-notes.ts';

const parse = (text: string) => parseTopology(text, { file: 'net.yaml' });
const peersWith = (...settings: readonly LabPeer['security'][]): LabPeer[] =>
  settings.map((security, index) => ({
    ...{ index, name: `n${index}`, nodeId: 'x', address: '10.0.0.2', port: 7946, state: 'running' as const },
    ...(security === undefined ? {} : { security }),
  }));
const MINE = 'kinds: { mine: { command: python3 peer.py, peers: [b] } }, peers: [a, b], links: [[a, b]]';

test("a lab that is open for a program's sake says so", () => {
  expect(securityNotes(parse(`{ ${MINE} }`), peersWith('open', undefined))).toEqual([
    'links are open, since the kind mine does not say what its program speaks (security:)',
  ]);
});

test.each([
  '{ peers: [a, b], links: [[a, b]] }',
  '{ security: open, peers: [a, b] }',
  `{ ${MINE.replace('peers: [b]', 'security: open, peers: [a, b]')} }`,
  // All of them are the user's: what their links are is theirs to say.
  `{ ${MINE.replace('peers: [b]', 'peers: [a, b]')} }`,
  '{ kinds: { k: { program: { run: serf } } }, peers: { a: { kind: k }, b: } }',
])('%s needs no note', text => {
  const topology = parse(text);
  expect(securityNotes(topology, peersWith(topology.security ?? 'open', topology.security ?? 'open'))).toEqual([]);
});

test('a program that was told to be sealed and does not say that it is, is named', () => {
  const topology = parse(`{ security: sealed, ${MINE} }`);
  expect(securityNotes(topology, peersWith('sealed', undefined))).toEqual([
    'b: told to be sealed, but does not say how it protects its links',
  ]);
  expect(securityNotes(topology, peersWith('sealed', 'signed'))).toEqual([
    'b: told to be sealed, but says that it is signed',
  ]);
  expect(securityNotes(topology, peersWith('sealed', 'sealed'))).toEqual([]);
  // A peer that does not run says nothing of itself.
  const [a, b] = peersWith('sealed', undefined);
  expect(securityNotes(topology, [a, { ...b, state: 'stopped' }] as LabPeer[])).toEqual([]);
});
