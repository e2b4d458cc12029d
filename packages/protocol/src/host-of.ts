/** The host in an address as people see it: what shares and bans are counted by. */

/** @param address `host:port`, IPv6 in brackets */
export function hostOf(address: string): string {
  return address.slice(0, Math.max(0, address.lastIndexOf(':')));
}
