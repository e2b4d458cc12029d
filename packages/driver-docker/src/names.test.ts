/** Two labs never want the same name in an engine. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containerName, networkName } from './names.ts';

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);

describe('the name of a container', () => {
  test('tells the lab and the peer apart wherever their hyphens are', () => {
    expect(containerName('x', 'y-z')).not.toBe(containerName('x-y', 'z'));
    fc.assert(
      fc.property(name, name, name, name, (lab, peer, otherLab, otherPeer) => {
        const isSame = lab === otherLab && peer === otherPeer;
        expect(containerName(lab, peer) === containerName(otherLab, otherPeer)).toBe(isSame);
      }),
    );
  });

  test('is one that an engine takes', () => {
    fc.assert(
      fc.property(name, name, (lab, peer) => void expect(containerName(lab, peer)).toMatch(/^[a-zA-Z0-9][\w.-]+$/)),
    );
  });
});

describe('the name of a network', () => {
  test('is one that a Swarm takes, and no two labs have the same', () => {
    const long = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,80}[a-z0-9])?$/);
    fc.assert(
      fc.property(long, long, (lab, other) => {
        // As swarmkit checks names: manager/controlapi/common.go.
        expect(networkName(lab)).toMatch(/^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/);
        expect(networkName(lab).length).toBeLessThanOrEqual(63);
        expect(networkName(lab) === networkName(other)).toBe(lab === other);
      }),
    );
    const [one, two] = ['a', 'b'].map(end => `${'x'.repeat(80)}${end}`);
    expect(networkName(one ?? '')).not.toBe(networkName(two ?? ''));
  });
});
