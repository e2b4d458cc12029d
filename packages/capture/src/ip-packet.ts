/** From and to which address a packet goes, whatever link it was captured on. */
import type { Packet } from './packet.ts';

/** An IP packet. */
export interface IpPacket {
  /** As text: `10.89.0.3`. IPv6 addresses stand as bytes in hexadecimal digits, which no address of a peer is like. */
  readonly from: string;
  readonly to: string;
  /** With its IP header, in bytes. */
  readonly bytes: number;
}

/** Where the protocol's number and the packet stand, by link type: Ethernet, Linux cooked v1 and v2. */
const LINKS: ReadonlyMap<number, { readonly protocolAt: number; readonly headerBytes: number }> = new Map([
  [1, { protocolAt: 12, headerBytes: 14 }],
  [113, { protocolAt: 14, headerBytes: 16 }],
  [276, { protocolAt: 0, headerBytes: 20 }],
]);

/** `PACKET_OTHERHOST` of packet(7): a switch that knows no way brings a packet to everybody. */
const OTHER_HOST = 3;

/** True for a packet that an interface saw and that is for another one: nobody takes it there. */
export function isForAnother({ linkType, data }: Packet): boolean {
  if (linkType === 113) return data[1] === OTHER_HOST;
  return linkType === 276 && data[10] === OTHER_HOST;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;

/** Reads it; undefined for what is no IP packet (ARP), and for a link that is not known here. */
export function readIp({ linkType, data, length }: Packet): IpPacket | undefined {
  const link = LINKS.get(linkType);
  if (link === undefined || data.length < link.headerBytes + 20) return undefined;
  const { headerBytes } = link;
  const protocol = ((data[link.protocolAt] ?? 0) << 8) | (data[link.protocolAt + 1] ?? 0);
  const at = (offset: number, bytes: number): Uint8Array =>
    data.subarray(headerBytes + offset, headerBytes + offset + bytes);
  const bytes = length - headerBytes;
  if (protocol === IPV4) return { from: at(12, 4).join('.'), to: at(16, 4).join('.'), bytes };
  if (protocol !== IPV6) return undefined;
  return { from: Buffer.from(at(8, 16)).toString('hex'), to: Buffer.from(at(24, 16)).toString('hex'), bytes };
}
