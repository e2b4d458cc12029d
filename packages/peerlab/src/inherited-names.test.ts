/** Peers, kinds, variables and groups may have the names that every object inherits. */
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { lab } from './lab.ts';

const NAMES = ['constructor', 'valueof', 'tostring', 'hasownproperty', 'isprototypeof'];

const TOPOLOGY = `
name: constructor
peers:
  constructor: { env: { constructor: a, toString: b, hasOwnProperty: c, valueOf: d } }
  valueof: { kind: constructor }
  tostring:
  hasownproperty:
  isprototypeof:
links: [[constructor, valueof], [valueof, tostring], [tostring, hasownproperty], [hasownproperty, isprototypeof]]
kinds: { constructor: { env: { isPrototypeOf: e } } }
`;

test('a lab of such names is proven, broken and healed in the simulation', async () => {
  const topology = parseTopology(TOPOLOGY, { file: 'constructor.yaml' });
  expect(topology.peers[0]?.settings.env).toEqual({
    constructor: 'a',
    toString: 'b',
    hasOwnProperty: 'c',
    valueOf: 'd',
  });
  expect(topology.peers[1]?.settings.kind).toBe('constructor');
  expect(topology.kinds?.[0]?.env).toEqual({ isPrototypeOf: 'e' });

  await using net = await lab.up(topology, { driver: 'simulation' });
  expect((await net.verify()).map(({ verdict }) => verdict)).toEqual(['proven', 'proven', 'proven', 'proven']);
  const reached = async (): Promise<string[]> =>
    await net.reached(await net.peer('constructor').broadcast('hello', { ttl: 3 }));
  expect(await reached()).toEqual(['valueof', 'tostring', 'hasownproperty']);
  await net.fault({ verb: 'partition', groups: [NAMES.slice(0, 2), NAMES.slice(2)] });
  expect(await reached()).toEqual(['valueof']);
  await net.heal();
  await net.peer('valueof').kill();
  expect(await reached()).toEqual([]);
});

test('a key that would change an object itself is refused, with its place', () => {
  const read = (text: string): unknown => parseTopology(text, { file: 'x.yaml' });
  for (const text of [
    'peers: { a: , __proto__: }',
    'peers: { a: { env: { __proto__: b } } }',
    'kinds: { __proto__: {} }',
  ]) {
    expect(() => read(text)).toThrow(/the key "__proto__" is reserved/);
  }
});
