import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type LabFacts,
  labLabels,
  networkLabels,
  ownerFate,
  peerLabels,
  readIdentities,
  readLabFacts,
  readPeer,
  readPlannedPeers,
  readTopology,
  thisOwner,
} from './labels.ts';

const word = fc.string({ minLength: 1 });
const facts: fc.Arbitrary<LabFacts> = fc.record({
  lab: word,
  hash: word,
  version: word,
  owner: word,
  process: word,
  ephemeral: fc.boolean(),
  createdAtMs: fc.nat(2 ** 48),
  run: word,
});

describe('labels', () => {
  test('say of a lab what was put in', () => {
    fc.assert(fc.property(facts, lab => void expect(readLabFacts(labLabels(lab))).toEqual(lab)));
  });

  test('say of a peer what was put in', () => {
    const peer = fc.record({ name: word, index: fc.nat(), nodeId: fc.uuid() });
    fc.assert(fc.property(facts, peer, (lab, one) => void expect(readPeer(peerLabels(lab, one))).toEqual(one)));
  });

  test('bring the topology and the peers back', () => {
    const peers = fc.array(fc.record({ name: word, index: fc.nat(), nodeId: fc.uuid() }));
    fc.assert(
      fc.property(facts, fc.json(), peers, (lab, topology, many) => {
        const planned = many.map((peer, index) => ({ ...peer, index, env: { A: topology } }));
        const image = 'peers:1';
        const labels = networkLabels(lab, { topology, peers: planned }, ({ env }) => ({ image, settings: { env } }));
        expect(readTopology(labels)).toBe(topology);
        expect(readIdentities(labels)).toEqual(many.map(peer => [peer.name, peer.nodeId]));
        expect(readPlannedPeers(labels).map(({ peer }) => peer)).toEqual(planned);
        expect(readPlannedPeers(labels).every(({ recipe }) => recipe.image === image)).toBe(true);
      }),
    );
  });

  test('of something else are no lab', () => {
    expect(readLabFacts(undefined)).toBeUndefined();
    expect(readLabFacts({ 'com.docker.compose.project': 'x' })).toBeUndefined();
  });

  test('that are damaged are read as far as they go', () => {
    expect(readTopology({ 'dev.peerlab.topology': '!' })).toBe('');
    expect(readIdentities({ 'dev.peerlab.peers': '!' })).toEqual([]);
  });
});

describe('the owner', () => {
  test('is told for people, and can be asked for', () => {
    expect(thisOwner().owner).toMatch(new RegExp(`^.+@.+:${process.pid}$`));
    expect(ownerFate(thisOwner())).toBe('alive');
  });

  test('that no label names as a process cannot be asked', () => {
    expect(ownerFate({ process: '' })).toBe('unknown');
  });
});
