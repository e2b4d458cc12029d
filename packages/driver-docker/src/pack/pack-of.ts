/** A packed lab as its network's labels tell it: who its peers are, what each is made from, and where. */

import type { PackedPeer } from '@peerlab/contract';
import { PEER_PORT } from '@peerlab/contract';
import { type PlannedPeer, peerEnvironment } from '@peerlab/driver';
import { LABEL, type PeerRecipe, readPlannedPeers } from '../labels.ts';
import type { LabRemains } from '../remains.ts';
import type { Subnet } from '../subnet.ts';
import { layOutPack, type PackLayout, packedAddress } from './pack-layout.ts';

/** See the module's header. */
export interface Pack {
  readonly lab: string;
  readonly ephemeral: boolean;
  /** By index. */
  readonly peers: readonly { readonly peer: PlannedPeer; readonly recipe: PeerRecipe }[];
  readonly layout: PackLayout;
  readonly subnet: Subnet;
  readonly networkName: string;
}

/** Peers per container of a lab that is packed; undefined for another one, and for one whose network is gone. */
export function packSizeOf({ network }: LabRemains): number | undefined {
  const size = Number(network?.labels[LABEL.packed] ?? 'none');
  return network?.subnet === undefined || !Number.isInteger(size) || size < 1 ? undefined : size;
}

/** Reads it back; undefined where {@link packSizeOf} is. */
export function packOf(remains: LabRemains): Pack | undefined {
  const size = packSizeOf(remains);
  const { facts, network } = remains;
  if (size === undefined || network?.subnet === undefined) return undefined;
  const peers = readPlannedPeers(network.labels);
  const layout = layOutPack(
    peers.map(({ peer }) => peer),
    size,
  );
  const { lab, ephemeral } = facts;
  return { lab, ephemeral, peers, layout, subnet: network.subnet, networkName: network.name };
}

/** A peer, as a block's host is told to start it. */
export function packedPeer(pack: Pack, index: number): PackedPeer | undefined {
  const planned = pack.peers[index];
  if (planned === undefined) return undefined;
  const { peer, recipe } = planned;
  const listen = `${packedAddress(pack.layout, pack.subnet, index)}:${PEER_PORT}`;
  const env = peerEnvironment({ name: pack.lab, ephemeral: pack.ephemeral }, peer, listen);
  return { place: index, env, ...(recipe.entrypoint === undefined ? {} : { command: recipe.entrypoint }) };
}

/** The peers of a block in words: `n0 to n4`, `n0`. */
export function blockNames(pack: Pick<Pack, 'peers' | 'layout'>, block: number): string {
  const places = pack.layout.blocks[block]?.peers ?? [];
  const [first = '', last = ''] = [places[0], places.at(-1)].map(place => pack.peers[place ?? -1]?.peer.name);
  return first === last ? first : `${first} to ${last}`;
}
