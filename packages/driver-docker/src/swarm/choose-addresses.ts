/** At which address engines reach each other, where nobody said it: on the network that all of them are on. */
import { LabError } from '@peerlab/driver';

/** An IPv4 address of an engine's machine. */
export interface HostAddress {
  readonly address: string;
  /** Bits of its network: 24. */
  readonly prefix: number;
  /** Its interface: `eth0`. */
  readonly device: string;
  /** Of the interface, in bytes. */
  readonly mtu: number;
}

/** Bridges and pairs that engines and other virtual networks make: no other machine is on them. */
const INNER_DEVICE = /^(docker|br-|veth|virbr|cni|flannel|podman|lxc)/;

/**
 * Of each engine the address that the others reach it at: the one that was given, its only one, or its only one on a network that
 * every other engine is on as well.
 * @param given by engine: what the user or the endpoint says
 * @param found by engine: what its machine has
 * @throws {LabError} `CANNOT_CARRY` naming an engine for which this does not tell, with its addresses
 */
export function chooseAddresses(
  names: readonly string[],
  given: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, readonly HostAddress[]>,
): ReadonlyMap<string, string> {
  const outer = new Map(names.map(name => [name, outerAddresses(found.get(name) ?? [])]));
  return new Map(names.map(name => [name, given.get(name) ?? choose(name, outer, given)]));
}

function choose(
  name: string,
  outer: ReadonlyMap<string, readonly HostAddress[]>,
  given: ReadonlyMap<string, string>,
): string {
  const own = outer.get(name) ?? [];
  const others = [...outer].filter(([other]) => other !== name);
  const shared = own.filter(({ address, prefix }) =>
    others.every(([other, addresses]) => {
      const told = given.get(other);
      const theirs = told === undefined ? addresses.map(one => one.address) : [told];
      return theirs.some(one => networkOf(one, prefix) === networkOf(address, prefix));
    }),
  );
  const [only, ...more] = own.length === 1 ? own : shared;
  if (only !== undefined && more.length === 0) return only.address;
  const has = own.map(({ address, device }) => `${address} on ${device}`).join(', ');
  const why = own.length === 0 ? 'has no address that other machines can reach' : `has several addresses: ${has}`;
  throw new LabError('CANNOT_CARRY', `engine ${name} ${why}`, {
    advice: `say which one the other engines reach it at: address: in the settings file, or --address ${name}=ADDRESS`,
    details: { engine: name, addresses: own.map(({ address }) => address) },
  });
}

/** Those at which another machine may reach this one. */
export function outerAddresses(addresses: readonly HostAddress[]): readonly HostAddress[] {
  return addresses.filter(({ address, device }) => !/^(127|169\.254)\./.test(address) && !INNER_DEVICE.test(device));
}

function networkOf(address: string, prefix: number): number {
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.floor(bits / 2 ** (32 - prefix));
}
