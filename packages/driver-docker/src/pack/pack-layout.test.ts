/** Every peer has an address of its own, in a block that one route leads to, within what the lab asks for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps, parseSubnet, prefixFor, type Subnet } from '../subnet.ts';
import {
  addressCount,
  blockRange,
  containerAddress,
  layOutPack,
  type PackLayout,
  packedAddress,
} from './pack-layout.ts';

const OWN = {};
const subnetFor = (layout: PackLayout): Subnet => ({ base: 10 * 2 ** 24, prefix: prefixFor(addressCount(layout)) });
const numberOf = (address: string): number => parseSubnet(`${address}/32`)?.base ?? -1;

describe('layOutPack', () => {
  it('keeps peers in their order, at most so many together', () => {
    const { blocks } = layOutPack(Array(12).fill(OWN), 5);
    expect(blocks.map(({ peers }) => peers)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
      [10, 11],
    ]);
  });

  it('keeps peers of one image together', () => {
    const program = { program: ['node', 'x'] };
    const { blocks } = layOutPack([OWN, program, OWN, program, program], 2);
    expect(blocks.map(({ peers }) => peers)).toEqual([[0, 2], [1, 3], [4]]);
  });

  it('gives each peer and container an address of its own, and each block an aligned range of its own', () => {
    const lab = fc.record({
      size: fc.integer({ min: 1, max: 40 }),
      kinds: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 300 }),
    });
    fc.assert(
      fc.property(lab, ({ size, kinds }) => {
        const layout = layOutPack(
          kinds.map(kind => (kind === 0 ? OWN : { program: [String(kind)] })),
          size,
        );
        const subnet = subnetFor(layout);
        const end = subnet.base + 2 ** (32 - subnet.prefix);
        const peers = kinds.map((_, index) => packedAddress(layout, subnet, index));
        const containers = layout.blocks.map(({ number }) => containerAddress(subnet, number));
        const all = [...peers, ...containers];
        expect(new Set(all).size).toBe(all.length);
        for (const address of all) {
          // Not the network's own, the gateway's or the broadcast address.
          expect(numberOf(address)).toBeGreaterThan(subnet.base + 1);
          expect(numberOf(address)).toBeLessThan(end - 1);
        }
        const ranges = layout.blocks.map(({ number }) => blockRange(layout, subnet, number));
        for (const [i, range] of ranges.entries()) {
          expect(range.base % 2 ** (32 - range.prefix)).toBe(0);
          expect(ranges.slice(i + 1).some(other => overlaps(range, other))).toBe(false);
          expect(containers.some(address => overlaps(range, { base: numberOf(address), prefix: 32 }))).toBe(false);
          for (const peer of layout.blocks[i]?.peers ?? []) {
            expect(overlaps(range, { base: numberOf(peers[peer] ?? ''), prefix: 32 })).toBe(true);
          }
        }
      }),
    );
  });
});
