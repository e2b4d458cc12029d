/** Addresses of nodes as text, `host:port`, and which of them a node believes of another. */
import { BlockList, isIP } from 'node:net';

/** Where a node takes links. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, or `[host]:port` for an IPv6 address. @returns undefined when it is none */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s/]+)):(\d{1,5})$/i.exec(text);
  const [, v6, name, digits = ''] = match ?? [];
  const host = v6 ?? name;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535 || (v6 !== undefined && isIP(v6) !== 6)) return undefined;
  return { host, port };
}

/** `host:port`, with an IPv6 address in brackets. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const LOOPBACK = rangesOf(['127.0.0.0', 8], ['::1', 128]);
const LINK_LOCAL = rangesOf(['169.254.0.0', 16], ['fe80::', 10]);
const PRIVATE = rangesOf(['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10], ['fc00::', 7]);
/** Nobody listens there: unspecified, multicast, reserved. */
const NOWHERE = rangesOf(['0.0.0.0', 8], ['224.0.0.0', 3], ['::', 128], ['ff00::', 8]);

/**
 * Whether an address is dialled that another node reports. It must be an IP address, for no name is looked up for a
 * stranger; and no more local than the teller's own, so that nobody far away can have this node knock at doors in its own network.
 */
export function isBelievable({ host }: Address, tellerHost: string): boolean {
  return isIP(host) !== 0 && !isIn(NOWHERE, host) && reachOf(host) >= reachOf(tellerHost);
}

/** From this machine alone (0) to everywhere (3). */
function reachOf(host: string): number {
  if (isIn(LOOPBACK, host)) return 0;
  if (isIn(LINK_LOCAL, host)) return 1;
  return isIn(PRIVATE, host) ? 2 : 3;
}

function isIn(ranges: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && ranges.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

function rangesOf(...subnets: readonly (readonly [string, number])[]): BlockList {
  const ranges = new BlockList();
  for (const [net, prefix] of subnets) ranges.addSubnet(net, prefix, isIP(net) === 6 ? 'ipv6' : 'ipv4');
  return ranges;
}
