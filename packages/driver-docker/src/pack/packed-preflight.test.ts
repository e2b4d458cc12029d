/** A packed lab that the machine cannot carry is refused before anything is made, with what to raise. */
import type { LabError } from '@peerlab/driver';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../test/plans.ts';
import { withDefaults } from '../options.ts';
import type { KernelLimits } from './kernel-limits.ts';
import { layOutPack } from './pack-layout.ts';
import { packedPreflight, packNeeds } from './packed-preflight.ts';

const settings = withDefaults({ peerBundle: '/peer.mjs', version: '0' });
const GIBIBYTE = 1024 ** 3;
const ring = (peers: number): string =>
  JSON.stringify({ links: Array.from({ length: peers }, (_, i) => [i, (i + 1) % peers, {}]) });

function refusal(peers: number, size: number, limits: KernelLimits, memoryBytes = 24 * GIBIBYTE): LabError | undefined {
  const plan = { ...planOf(peers), topology: ring(peers) };
  const facts = { osType: 'linux', architecture: 'x86_64', memoryBytes, cores: 2 };
  try {
    packedPreflight(plan, layOutPack(plan.peers, size), facts, settings, limits);
    return undefined;
  } catch (error) {
    return error as LabError;
  }
}

describe('packedPreflight', () => {
  it('counts what a lab takes: only links between containers are followed, each container knows each other', () => {
    const plan = { ...planOf(20), topology: ring(20) };
    expect(packNeeds(plan, layOutPack(plan.peers, 5), settings)).toMatchObject({ neighbours: 12, connections: 4 });
  });

  it('lets pass what fits', () => {
    expect(refusal(200, 50, { neighbours: 1024, connections: 65_536, files: 1e6 })).toBeUndefined();
    expect(refusal(200, 50, {})).toBeUndefined();
  });

  it('says what to raise', () => {
    expect(refusal(200, 2, { neighbours: 1024 })).toMatchObject({
      code: 'CANNOT_CARRY',
      advice: expect.stringContaining(
        'sysctl -w net.ipv4.neigh.default.gc_thresh3=16384, or more peers in a container',
      ),
    });
    expect(refusal(200, 10, { connections: 10 })?.advice).toContain('net.netfilter.nf_conntrack_max=32');
    expect(refusal(200, 50, { files: 100 })?.advice).toContain('fs.file-max');
  });

  it('refuses more memory than there is', () => {
    expect(refusal(200, 50, {}, GIBIBYTE / 8)?.message).toMatch(
      /need about 0\.3 GiB of memory; the engine has 0\.1 GiB/,
    );
  });
});
