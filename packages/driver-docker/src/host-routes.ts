/** The address ranges that this machine routes itself: a lab's subnet must not shadow one of them. */
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { parseSubnet, type Subnet } from './subnet.ts';

/**
 * The ranges of this machine's interfaces and, on Linux, of its routing table. The default route is left out: it
 * overlaps with everything.
 */
export async function hostSubnets(): Promise<readonly Subnet[]> {
  const interfaces = Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .map(address => (address.cidr === null ? undefined : parseSubnet(address.cidr)))
    .filter(subnet => subnet !== undefined);
  const table = await readFile('/proc/net/route', 'utf8').catch(() => '');
  return [...interfaces, ...parseRouteTable(table)];
}

/** Parses the text of `/proc/net/route`: destination and mask are hexadecimal, lowest byte first. */
export function parseRouteTable(text: string): readonly Subnet[] {
  const routes: Subnet[] = [];
  for (const line of text.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    const destination = littleEndian(columns[1]);
    const mask = littleEndian(columns[7]);
    if (destination === undefined || mask === undefined || mask === 0) continue;
    const prefix = 32 - Math.round(Math.log2(2 ** 32 - mask));
    routes.push({ base: destination, prefix });
  }
  return routes;
}

function littleEndian(hexadecimal: string | undefined): number | undefined {
  if (hexadecimal === undefined || !/^[0-9A-Fa-f]{8}$/.test(hexadecimal)) return undefined;
  return Buffer.from(hexadecimal, 'hex').readUInt32LE(0);
}
