/** What of a lab is counted before it is made: without an engine. */
import type { LabPlan, PeerNeeds } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { describe, expect, test } from 'vitest';
import { ECHO_PEER, planOf } from '../test/plans.ts';
import { withDefaults } from './options.ts';
import { preflight } from './preflight.ts';

const MEBIBYTE = 1024 ** 2;
const settings = withDefaults({ peerBundle: ECHO_PEER, version: '0.0.0' });

/** A lab of so many peers, some of which need something. */
function plan(peers: number, needs: PeerNeeds, from = 0): LabPlan {
  const base = planOf(peers);
  const kind = { name: 'db', folder: '/' };
  return { ...base, peers: base.peers.map(peer => (peer.index < from ? peer : { ...peer, kind, needs })) };
}

/** The refusal of an engine with so much memory; undefined where it takes the lab. */
function refusal(lab: LabPlan, memoryBytes: number): LabError | undefined {
  try {
    preflight(lab, { osType: 'linux', architecture: 'x86_64', memoryBytes, cores: 2 }, settings);
    return undefined;
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
}

describe('the memory of a lab', () => {
  test('is what its kinds ask for above the default, and the footprint of the others', () => {
    const lab = plan(6, { memoryBytes: 1024 * MEBIBYTE }, 2);
    // Four of 1,024 MiB and two of 32: nine tenths of 4,623 MiB are too little by one.
    expect(refusal(lab, 4624 * MEBIBYTE)).toBeUndefined();
    expect(refusal(lab, 4622 * MEBIBYTE)).toMatchObject({
      code: 'CANNOT_CARRY',
      message: '6 peers need about 4.1 GiB of memory; the engine has 4.5 GiB',
      advice: expect.stringMatching(/^at most 5 such peers fit; memory: of the kind db is counted whole/),
    });
  });

  test('of a single peer that can never have what it asks for is refused', () => {
    const refused = refusal(plan(1, { memoryBytes: 64 * 1024 * MEBIBYTE }), 8 * 1024 * MEBIBYTE);
    expect(refused?.message).toBe('1 peer needs about 64.0 GiB of memory; the engine has 8.0 GiB');
    expect(refused?.advice).toMatch(/^not one such peer fits/);
  });

  test('is not more for a limit up to the default: that says only what is too much', () => {
    expect(refusal(plan(100, { memoryBytes: 256 * MEBIBYTE }), 4096 * MEBIBYTE)).toBeUndefined();
    expect(refusal(plan(100, { memoryBytes: 16 * MEBIBYTE }), 2048 * MEBIBYTE)).toBeUndefined();
    const plain = refusal(plan(100, {}), 2048 * MEBIBYTE);
    expect(plain?.advice).toBe('at most 57 peers fit; --driver simulation needs a thousandth of the memory');
  });
});
