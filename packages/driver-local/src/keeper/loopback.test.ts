import { afterEach, describe, expect, it } from 'vitest';
import { type LabAddresses, takeAddresses } from './loopback.ts';

const taken: LabAddresses[] = [];

async function take(lab: string, peers: number, kind: 'blocks' | 'ports' = 'blocks'): Promise<LabAddresses> {
  const addresses = await takeAddresses(lab, peers, kind);
  taken.push(addresses);
  return addresses;
}

function places(addresses: LabAddresses, peers: number): string[] {
  return Array.from({ length: peers }, (_, index) => addresses.of(index)).map(
    ({ address, port }) => `${address}:${port}`,
  );
}

function inSubnet(address: string, subnet: string): boolean {
  const [base = '', length] = subnet.split('/');
  const bits = (text: string): number => text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(length));
  return Math.floor(bits(address) / size) === Math.floor(bits(base) / size);
}

describe.runIf(process.platform === 'linux')('addresses of a lab', () => {
  afterEach(() => {
    for (const addresses of taken.splice(0)) addresses.release();
  });

  it.each([1, 20, 250, 251, 500, 501, 1000, 3000])(
    'are distinct and in the subnet that is told, for %i peers',
    async peers => {
      const addresses = await take('loopback-test-size', peers);
      const all = places(addresses, peers);
      expect(new Set(all).size).toBe(peers);
      for (const place of all) {
        const [address = ''] = place.split(':');
        expect(inSubnet(address, addresses.network.subnet)).toBe(true);
        expect(address).not.toMatch(/\.(0|1|255)$/);
      }
    },
  );

  it('are never shared by labs that take them at the same time, whatever their sizes', async () => {
    const sizes = [1, 20, 300, 600, 1, 20, 300, 600, 1, 20];
    const labs = await Promise.all(sizes.map(peers => take('loopback-test-race', peers)));
    const all = labs.flatMap((addresses, at) => places(addresses, sizes[at] ?? 0));
    expect(new Set(all).size).toBe(all.length);
  });

  it('are free again once released', async () => {
    const first = await take('loopback-test-again', 3);
    first.release();
    expect((await take('loopback-test-again', 3)).network.subnet).toBe(first.network.subnet);
  });

  it('are distinct ports, shared by no two labs, where there is one address', async () => {
    const sizes = [3, 300, 3, 300];
    const labs = await Promise.all(sizes.map(peers => take('loopback-test-ports', peers, 'ports')));
    const all = labs.flatMap((addresses, at) => places(addresses, sizes[at] ?? 0));
    expect(new Set(all).size).toBe(all.length);
    for (const place of all) {
      const port = Number(/^127\.0\.0\.1:(\d+)$/.exec(place)?.[1]);
      expect(port).toBeGreaterThanOrEqual(10_000);
      expect(port).toBeLessThan(32_000);
    }
  });

  it('are refused when there are not enough', async () => {
    await expect(take('loopback-test-many', 100_000, 'ports')).rejects.toMatchObject({ code: 'CANNOT_CARRY' });
  });
});
