/** Capture files for tests, written from pcap-savefile(5) alone. */

/** A packet to write. */
export interface WrittenPacket {
  readonly timeNs: bigint;
  readonly data: Uint8Array;
  /** @default that of the data */
  readonly length?: number;
}

/** A file of nanoseconds, in the order of bytes of this machine's tcpdump, or in the other one. */
export function pcapFile(linkType: number, packets: readonly WrittenPacket[], isLittle = true): Buffer {
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (isLittle) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const versions = isLittle ? Buffer.from([2, 0, 4, 0]) : Buffer.from([0, 2, 0, 4]);
  return Buffer.concat([
    u32(0xa1b23c4d),
    versions,
    u32(0),
    u32(0),
    u32(262_144),
    u32(linkType),
    ...packets.flatMap(({ timeNs, data, length = data.length }) => [
      u32(Number(timeNs / 1_000_000_000n)),
      u32(Number(timeNs % 1_000_000_000n)),
      u32(data.length),
      u32(length),
      Buffer.from(data),
    ]),
  ]);
}

/** An IPv4 packet as Linux' cooked capture, version 2 (link type 276), has it. @param type of packet(7): 3 is for another host */
export function cookedIp(from: string, to: string, payloadBytes = 8, type = 0): Buffer {
  const link = Buffer.alloc(20);
  link[10] = type;
  link.writeUInt16BE(0x0800, 0);
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(20 + payloadBytes, 2);
  Buffer.from(from.split('.').map(Number)).copy(ip, 12);
  Buffer.from(to.split('.').map(Number)).copy(ip, 16);
  return Buffer.concat([link, ip, Buffer.alloc(payloadBytes, 7)]);
}
