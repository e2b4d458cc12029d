/** The key `security:` of topology files. */
import { describe, expect, it } from 'vitest';
import { parseTopology } from './parse.ts';
import { topologyFromJson, topologyHash, topologyToJson } from './resolved-json.ts';
import { isSilentOnSecurity, securityOf } from './security-of.ts';
import { topologyToYaml } from './to-yaml.ts';
import { TopologyError } from './topology-error.ts';

const FILE = 'net.yaml';
const MIX = `
security: sealed
kinds: { old: { command: python3 peer.py, security: open, peers: [c, d] } }
peers: [a, b, c, d]
links: [[a, b], [c, d]]`;

function problemsOf(text: string): string[] {
  try {
    parseTopology(text, { file: FILE });
  } catch (error) {
    if (error instanceof TopologyError) return error.message.split('\n');
  }
  throw new Error('nothing is wrong with it');
}

describe('security:', () => {
  it('is kept by JSON and YAML, and is part of what a lab is', () => {
    const topology = parseTopology(MIX, { file: FILE });
    expect(topology.peers.map((_, place) => securityOf(topology, place))).toEqual(['sealed', 'sealed', 'open', 'open']);
    expect(topologyFromJson(topologyToJson(topology))).toEqual(topology);
    expect(parseTopology(topologyToYaml(topology), { file: FILE })).toEqual(topology);
    expect(topologyHash(topology)).not.toBe(topologyHash({ ...topology, security: 'signed' }));
  });

  it('is overridden as a whole, not where a peer or a kind says otherwise', () => {
    const topology = parseTopology(MIX, { file: FILE, overrides: { security: 'signed' } });
    expect(topology.peers.map((_, place) => securityOf(topology, place))).toEqual(['signed', 'signed', 'open', 'open']);
  });

  it('must be the same at both ends of a link: the sentence names the link, at its place', () => {
    expect(problemsOf(MIX.replace('[[a, b], ', '[[a, b], [b, c], '))).toEqual([
      `${FILE}:5:17 links[1]: b (sealed) and c (open) refuse each other: both ends of a link need one security setting; give both the same security:, or remove the link`,
    ]);
    expect(
      problemsOf(
        '{ topology: { generator: ring, peers: 4 }, kinds: { old: { security: signed, peers: 1 } }, security: sealed }',
      ),
    ).toEqual([expect.stringContaining('n0 (signed) and n1 (sealed) refuse each other')]);
  });

  it.each([
    ['sealed where nothing is said', '{ peers: [a, b] }', 'sealed'],
    [
      "open where a user's program has not said what it speaks",
      '{ peers: [a, b], kinds: { k: { command: x, peers: [b] } } }',
      'open',
    ],
    ['sealed where it has', '{ peers: [a, b], kinds: { k: { command: x, security: sealed, peers: [b] } } }', 'sealed'],
    ['sealed where no peer is of that kind', '{ peers: [a, b], kinds: { k: { command: x } } }', 'sealed'],
    [
      'open where no peer speaks the contract',
      '{ peers: [a], kinds: { k: { program: { run: serf }, peers: [a] } } }',
      'open',
    ],
  ])('is %s', (_, text, setting) => {
    expect(parseTopology(text, { file: FILE }).security ?? 'open').toBe(setting);
  });

  it('is one of three words, and not for programs whose links are their own', () => {
    expect(problemsOf('{ peers: [a], security: secret }')).toEqual([expect.stringContaining('security')]);
    expect(problemsOf('{ peers: [a], kinds: { k: { program: { run: serf }, security: open, peers: [a] } } }')).toEqual([
      expect.stringContaining('the kind has a program:'),
    ]);
    const own = parseTopology(
      '{ security: sealed, peers: [a, b], links: [[a, b]], kinds: { k: { program: { run: serf, join: { run: j } }, peers: [a] } } }',
      { file: FILE },
    );
    expect(own.peers.map((_, place) => securityOf(own, place))).toEqual([undefined, 'sealed']);
  });

  it("is unknown of a user's program that speaks the contract and does not say", () => {
    expect(isSilentOnSecurity({ name: 'k', command: ['x'] })).toBe(true);
    expect(isSilentOnSecurity({ name: 'k', image: 'x', security: 'signed' })).toBe(false);
    expect(isSilentOnSecurity({ name: 'k', env: { A: 'b' } })).toBe(false);
  });
});
