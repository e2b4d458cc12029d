import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Packet } from './packet.ts';
import { readPcap } from './read-pcap.ts';
import { pcapFile } from './testing/pcap-file.ts';

async function* inChunks(file: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const at = [...new Set([0, ...cuts.map(cut => cut % file.length), file.length])].sort((a, b) => a - b);
  for (const [i, from] of at.entries()) if (at[i + 1] !== undefined) yield file.subarray(from, at[i + 1]);
}

async function read(file: Buffer, cuts: readonly number[] = []): Promise<{ linkType: number; packets: Packet[] }> {
  const found = { linkType: -1, packets: [] as Packet[] };
  await readPcap(inChunks(file, cuts), {
    onLinkType: linkType => {
      found.linkType = linkType;
    },
    onPacket: packet => found.packets.push(packet),
  });
  return found;
}

test('what was written is read, in whatever chunks and order of bytes', async () => {
  const packet = fc.record({
    timeNs: fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }),
    data: fc.uint8Array({ maxLength: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(packet), fc.array(fc.nat()), fc.boolean(), async (packets, cuts, isLittle) => {
      const { linkType, packets: seen } = await read(pcapFile(276, packets, isLittle), cuts);
      expect(linkType).toBe(276);
      expect(seen.map(({ timeNs, data }) => ({ timeNs, data: [...data] }))).toEqual(
        packets.map(({ timeNs, data }) => ({ timeNs, data: [...data] })),
      );
    }),
  );
});

test('a file that ends within a packet ends with the one before', async () => {
  const file = pcapFile(1, [
    { timeNs: 1n, data: Buffer.from('one') },
    { timeNs: 2n, data: Buffer.from('two'), length: 1500 },
  ]);
  expect((await read(file)).packets.map(({ length }) => length)).toEqual([3, 1500]);
  expect((await read(file.subarray(0, -1))).packets).toHaveLength(1);
});

test('what is no capture, or a damaged one, is refused', async () => {
  await expect(read(Buffer.alloc(24))).rejects.toThrow('no capture file');
  const file = pcapFile(1, [{ timeNs: 1n, data: Buffer.from('x') }]);
  file.writeUInt32LE(0xffffffff, 24 + 8);
  await expect(read(file)).rejects.toThrow('damaged');
});
