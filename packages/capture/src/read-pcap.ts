/** Reads a capture file of libpcap as it grows: pcap-savefile(5). */
import type { Packet } from './packet.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** By the first four bytes, little-endian: the resolution of times, and the order of bytes. */
const MAGIC: ReadonlyMap<number, { readonly unitNs: bigint; readonly isLittle: boolean }> = new Map([
  [0xa1b2c3d4, { unitNs: 1000n, isLittle: true }],
  [0xa1b23c4d, { unitNs: 1n, isLittle: true }],
  [0xd4c3b2a1, { unitNs: 1000n, isLittle: false }],
  [0x4d3cb2a1, { unitNs: 1n, isLittle: false }],
]);

/** The most that a packet can be: beyond it the file is damaged. That of libpcap for most links, times 16. */
const MAX_PACKET_BYTES = 16 * 262_144;

/** What a file says of itself, and its packets. */
export interface PcapReading {
  /** Called once, when the header has come: also of a file without packets. */
  onLinkType(linkType: number): void;
  onPacket(packet: Packet): void;
}

/**
 * Hands on the packets as they come. A file that ends within a packet ends with the one before.
 * @throws {RangeError} for what is no such file
 */
export async function readPcap(bytes: AsyncIterable<Uint8Array>, reading: PcapReading): Promise<void> {
  const reader = new PcapReader(reading);
  for await (const chunk of bytes) reader.push(chunk);
}

class PcapReader {
  readonly #reading: PcapReading;
  #pending: Uint8Array = new Uint8Array();
  #format: { readonly unitNs: bigint; readonly isLittle: boolean; readonly linkType: number } | undefined;

  constructor(reading: PcapReading) {
    this.#reading = reading;
  }

  push(chunk: Uint8Array): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    for (let taken = this.#next(at); taken > 0; taken = this.#next(at)) at += taken;
    this.#pending = this.#pending.subarray(at);
  }

  /** Takes the next one, if it is whole. @returns how many bytes that were */
  #next(at: number): number {
    const left = this.#pending.length - at;
    const view = new DataView(this.#pending.buffer, this.#pending.byteOffset + at, left);
    if (this.#format === undefined) {
      if (left < FILE_HEADER_BYTES) return 0;
      const magic = MAGIC.get(view.getUint32(0, true));
      if (magic === undefined) throw new RangeError('this is no capture file of libpcap');
      const linkType = view.getUint32(20, magic.isLittle) & 0xffff;
      this.#format = { ...magic, linkType };
      this.#reading.onLinkType(linkType);
      return FILE_HEADER_BYTES;
    }
    if (left < RECORD_HEADER_BYTES) return 0;
    const { unitNs, isLittle, linkType } = this.#format;
    const captured = view.getUint32(8, isLittle);
    if (captured > MAX_PACKET_BYTES) throw new RangeError(`a packet of ${captured} bytes: the capture is damaged`);
    if (left < RECORD_HEADER_BYTES + captured) return 0;
    const timeNs = BigInt(view.getUint32(0, isLittle)) * 1_000_000_000n + BigInt(view.getUint32(4, isLittle)) * unitNs;
    const from = at + RECORD_HEADER_BYTES;
    const data = this.#pending.slice(from, from + captured);
    this.#reading.onPacket({ timeNs, linkType, data, length: view.getUint32(12, isLittle) });
    return RECORD_HEADER_BYTES + captured;
  }
}
