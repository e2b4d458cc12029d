/** What cannot be had where peers share a container is refused, with the peer and the reason. */
import type { LabError, PlannedPeer } from '@peerlab/driver';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../test/plans.ts';
import { requirePackable } from './can-be-packed.ts';

function refusal(change: Partial<PlannedPeer>): string | undefined {
  const plan = planOf(3);
  const peers = plan.peers.map(peer => (peer.index === 1 ? { ...peer, ...change } : peer));
  try {
    requirePackable({ name: 'x', peers });
    return undefined;
  } catch (error) {
    return (error as LabError).message;
  }
}

describe('requirePackable', () => {
  it('takes the project’s peers, and programs that keep the contract', () => {
    expect(refusal({})).toBeUndefined();
    expect(refusal({ env: { A: 'b' } })).toBeUndefined();
    expect(refusal({ kind: { name: 'mine', command: ['node', 'peer.mjs'], folder: '/' } })).toBeUndefined();
  });

  it('refuses what a peer alone would have: rights, bounds, volumes, an image, a program', () => {
    expect(refusal({ needs: { memoryBytes: 1e6 } })).toBe(
      'n1 of x cannot share a container: it asks for its own memoryBytes',
    );
    expect(refusal({ needs: { volumes: ['/data'] } })).toContain('volumes');
    expect(refusal({ kind: { name: 'go', image: 'go:1', folder: '/' } })).toContain('has its own image (image:)');
    expect(refusal({ kind: { name: 'serf', program: { run: ['serf'] }, folder: '/' } })).toContain('is a program');
  });
});
