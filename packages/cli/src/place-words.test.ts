import { expect, it } from 'vitest';
import { readPlaces, readPlacesOfAll } from './place-words.ts';

const topology = { name: 'ring', peers: ['n0', 'n1', 'n2', 'n3'].map(name => ({ name })) };
const engines = ['a', 'lab-3'].map(name => ({ name, endpoint: `unix:///${name}` }));

it('takes peers as everywhere, by engine', () => {
  expect([...readPlaces(['n0..n1=lab-3', 'n3,n1=lab-3', 'n2=a'], topology, engines)]).toEqual([
    ['n0', 'lab-3'],
    ['n1', 'lab-3'],
    ['n3', 'lab-3'],
    ['n2', 'a'],
  ]);
  expect(readPlaces([], topology, undefined).size).toBe(0);
});

it.each([
  [['n0'], engines, /^--place n0: not PEERS=ENGINE$/],
  [['=a'], engines, /not PEERS=ENGINE/],
  [['n0='], engines, /not PEERS=ENGINE/],
  [['n0=lab-2'], engines, /^--place n0=lab-2: there is no engine "lab-2"$/],
  [['n9=a'], engines, /^ring has no peer "n9"$/],
  [['n0=a', 'all=lab-3'], engines, /^--place all=lab-3: n0 is placed on a already$/],
  [['n0=a'], undefined, /none are named/],
])('refuses %j', (words, among, message) => {
  expect(() => readPlaces(words, topology, among)).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
  );
});

it('places the peers of several labs at once, and refuses a name that would be on two engines', () => {
  const line = { name: 'line', peers: ['n0', 'n9'].map(name => ({ name })) };
  expect([...readPlacesOfAll(['n0=a'], [topology, line], engines)]).toEqual([['n0', 'a']]);
  const places = readPlacesOfAll(['all=lab-3'], [topology, line], engines);
  expect([...places.keys()]).toEqual(['n0', 'n1', 'n2', 'n3', 'n9']);
  expect(() => readPlacesOfAll(['n9=a'], [topology, line], engines)).toThrow('ring has no peer "n9"');
});
