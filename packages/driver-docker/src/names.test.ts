/** Two labs never want the same name in an engine. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containerName } from './names.ts';

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
