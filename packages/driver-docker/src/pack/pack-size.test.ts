/** How many peers share a container where nobody says a number. */
import { describe, expect, it } from 'vitest';
import { layOutPack } from './pack-layout.ts';
import { packSize } from './pack-size.ts';

describe('packSize', () => {
  it('is what was asked for, and none where nothing was', () => {
    expect([packSize(5, 20, 2), packSize(undefined, 20_000, 2)]).toEqual([5, undefined]);
  });

  it('leaves a small lab its containers', () => {
    expect(packSize('auto', 20, 8)).toBeUndefined();
  });

  it('uses every core, and never so many containers that they fill the table of neighbours', () => {
    const containers = [21, 100, 1000, 10_000, 30_000].map(
      peers => layOutPack(Array(peers).fill({}), packSize('auto', peers, 2) ?? 0).blocks.length,
    );
    expect(containers).toEqual([2, 2, 2, 20, 24]);
    expect(24 * 23).toBeLessThan(1024);
  });
});
