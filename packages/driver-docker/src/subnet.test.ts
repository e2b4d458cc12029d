import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSubnet, freeSubnets, overlaps, parseSubnet, peerAddress, prefixFor, type Subnet } from './subnet.ts';

const subnet = fc
  .record({ address: fc.nat(2 ** 32 - 1), prefix: fc.integer({ min: 8, max: 32 }) })
  .map(({ address, prefix }): Subnet => ({ base: address - (address % 2 ** (32 - prefix)), prefix }));

const pool = { base: 10 * 2 ** 24 + 89 * 2 ** 16, prefix: 16 };

describe('CIDR notation', () => {
  test('is read back as it was written', () => {
    fc.assert(fc.property(subnet, value => void expect(parseSubnet(formatSubnet(value))).toEqual(value)));
  });

  test('host bits are cleared', () => {
    expect(parseSubnet('10.89.3.77/24')).toEqual(parseSubnet('10.89.3.0/24'));
  });

  test.each(['10.0.0.0', '10.0.0.256/24', '10.0.0.0/33', 'fd00::/64', ''])('%s is none', text => {
    expect(parseSubnet(text)).toBeUndefined();
  });
});

describe('overlap', () => {
  test('is that of the address sets: prefixes nest, or they are apart', () => {
    fc.assert(
      fc.property(subnet, subnet, (a, b) => {
        const shorter = Math.min(a.prefix, b.prefix);
        const size = 2 ** (32 - shorter);
        expect(overlaps(a, b)).toBe(Math.floor(a.base / size) === Math.floor(b.base / size));
      }),
    );
  });
});

describe('the size of a lab', () => {
  test.each([
    [1, 24],
    [253, 24],
    [254, 23],
    [509, 23],
    [510, 22],
    [1000, 22],
  ])('%i peers get a /%i', (peers, prefix) => {
    expect(prefixFor(peers)).toBe(prefix);
  });

  test('every peer has an address of its own inside, none the network, gateway or broadcast address', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.nat(1000), (peers, start) => {
        const [lab] = freeSubnets({ pools: [pool], peers, start, taken: [] });
        if (lab === undefined) throw new Error('the pool is empty');
        const addresses = Array.from(
          { length: peers },
          (_, index) => parseSubnet(`${peerAddress(lab, index)}/32`)?.base ?? 0,
        );
        expect(new Set(addresses).size).toBe(peers);
        expect(Math.min(...addresses)).toBe(lab.base + 2);
        expect(Math.max(...addresses)).toBeLessThan(lab.base + 2 ** (32 - lab.prefix) - 1);
      }),
    );
  });
});

describe('the choice of a subnet', () => {
  test('lies in the pool and overlaps with nothing that is taken', () => {
    fc.assert(
      fc.property(fc.array(subnet), fc.integer({ min: 1, max: 600 }), fc.nat(70000), (taken, peers, start) => {
        for (const chosen of freeSubnets({ pools: [pool], peers, start, taken })) {
          expect(overlaps(chosen, pool)).toBe(true);
          expect(taken.some(other => overlaps(other, chosen))).toBe(false);
        }
      }),
    );
  });

  test('misses no free subnet, wherever it begins', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(255), { maxLength: 255 }), fc.nat(70000), (places, start) => {
        const taken = places.map(place => ({ base: pool.base + place * 256, prefix: 24 }));
        expect([...freeSubnets({ pools: [pool], peers: 20, start, taken })]).toHaveLength(256 - places.length);
      }),
    );
  });

  test('sees what is taken while it goes on', () => {
    const taken: Subnet[] = [];
    const seen: Subnet[] = [];
    for (const chosen of freeSubnets({ pools: [pool], peers: 20, start: 7, taken })) {
      seen.push(chosen);
      taken.push({ base: pool.base, prefix: 17 });
    }
    expect(seen.slice(1).every(chosen => chosen.base >= pool.base + 2 ** 15)).toBe(true);
  });

  test('goes on to the next pool when the first is full', () => {
    const second = { base: 172 * 2 ** 24 + 30 * 2 ** 16, prefix: 16 };
    const [chosen] = freeSubnets({ pools: [pool, second], peers: 20, start: 0, taken: [pool] });
    expect(chosen).toEqual({ base: second.base, prefix: 24 });
  });
});
