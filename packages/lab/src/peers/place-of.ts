/** Peers by name. */
import { LabError } from '@peerlab/driver';
import { didYouMean, type Topology } from '@peerlab/topology';

/** A peer's place in the topology of a lab. @throws {LabError} `NO_SUCH_PEER` with the nearest name */
export function placeOf(lab: string, { peers }: Topology, name: string): number {
  const names = peers.map(peer => peer.name);
  const index = names.indexOf(name);
  if (index !== -1) return index;
  const advice =
    didYouMean(name, names) ?? `its peers are ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  throw new LabError('NO_SUCH_PEER', `${lab} has no peer "${name}"`, { advice });
}
