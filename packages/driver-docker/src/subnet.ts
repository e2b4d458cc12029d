/**
 * IPv4 arithmetic: which subnet a lab gets, and which address a peer. Pure; network.ts asks the engine.
 */

/** A range of IPv4 addresses. */
export interface Subnet {
  /** The network address as an unsigned 32-bit number. */
  readonly base: number;
  /** Length of the network prefix, 0 to 32. */
  readonly prefix: number;
}

/** Addresses of a subnet that no peer gets: the network's own, the gateway's, and the broadcast address. */
const RESERVED_ADDRESSES = 3;

/** The prefix of the range at the end of a subnet that a Swarm takes an address of for each of its machines: 16 of them. */
const MACHINES_PREFIX = 28;

/** Addresses at the end of a subnet that spans engines, which no peer gets. */
export const MACHINE_ADDRESSES: number = 2 ** (32 - MACHINES_PREFIX);

/** That range: the last addresses of the subnet. */
export function machineRange(subnet: Subnet): Subnet {
  return { base: subnet.base + sizeOf(subnet.prefix) - MACHINE_ADDRESSES, prefix: MACHINES_PREFIX };
}

/** The smallest network that a lab gets, so that lessons can count on `x.y.z.2` being the first peer. */
const LONGEST_PREFIX = 24;

/**
 * Parses CIDR notation; host bits are cleared. Undefined for anything else, IPv6 included.
 */
export function parseSubnet(text: string): Subnet | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  if (match === null) return undefined;
  const numbers = match.slice(1).map(Number);
  const prefix = numbers[4] ?? 33;
  if (prefix > 32 || numbers.slice(0, 4).some(octet => octet > 255)) return undefined;
  const address = numbers.slice(0, 4).reduce((sum, octet) => sum * 256 + octet, 0);
  return { base: address - (address % sizeOf(prefix)), prefix };
}

/** In CIDR notation. */
export function formatSubnet(subnet: Subnet): string {
  return `${formatAddress(subnet.base)}/${subnet.prefix}`;
}

/** A 32-bit number in dotted notation. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** The address of the peer with this index: the network's address plus 2, plus the index. The gateway has plus 1. */
export function peerAddress(subnet: Subnet, index: number): string {
  return formatAddress(subnet.base + 2 + index);
}

/** True when the two ranges share an address. */
export function overlaps(a: Subnet, b: Subnet): boolean {
  return a.base < b.base + sizeOf(b.prefix) && b.base < a.base + sizeOf(a.prefix);
}

/** The prefix of the smallest network for that many peers: /24 up to 253, /23 up to 509, /22 up to 1,021. @param kept addresses beyond the usual ones that no peer gets */
export function prefixFor(peers: number, kept = 0): number {
  let prefix = LONGEST_PREFIX;
  while (sizeOf(prefix) < peers + kept + RESERVED_ADDRESSES) prefix -= 1;
  return prefix;
}

/** What {@link freeSubnets} needs. */
export interface SubnetWish {
  readonly pools: readonly Subnet[];
  readonly peers: number;
  /** Addresses at the end that no peer gets. @default 0 */
  readonly kept?: number | undefined;
  /** Where in a pool to begin, any whole number; labs that begin at different places seldom meet. */
  readonly start: number;
  /** What is in use. Read anew before each subnet, so it may grow. */
  readonly taken: readonly Subnet[];
}

/**
 * The subnets of the pools that overlap with nothing that is taken, the best first: within a pool from `start` on, and
 * around.
 */
export function* freeSubnets(wish: SubnetWish): Generator<Subnet, void, undefined> {
  const prefix = prefixFor(wish.peers, wish.kept);
  for (const pool of wish.pools) {
    if (pool.prefix > prefix) continue;
    const count = 2 ** (prefix - pool.prefix);
    for (let step = 0; step < count; step += 1) {
      const place = (((wish.start + step) % count) + count) % count;
      const candidate = { base: pool.base + place * sizeOf(prefix), prefix };
      if (!wish.taken.some(other => overlaps(other, candidate))) yield candidate;
    }
  }
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}
