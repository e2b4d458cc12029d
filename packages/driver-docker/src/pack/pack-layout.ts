/**
 * Which peers share a container, and where each is on the network. Pure. The subnet begins with the gateway and the containers' own
 * addresses; then each container has a block of one size, aligned, so that one route leads to all of it.
 */
import type { PlannedPeer } from '@peerlab/driver';
import { formatAddress, type Subnet } from '../subnet.ts';

/** Peers of one container, which are of one image. */
export interface Block {
  readonly number: number;
  /** Their indexes, ascending. */
  readonly peers: readonly number[];
}

/** See the module's header. */
export interface PackLayout {
  /** Peers of a container, at most. */
  readonly size: number;
  readonly blocks: readonly Block[];
  /** The length of a block's network prefix. */
  readonly blockPrefix: number;
  /** Blocks' worth of addresses before the first block. */
  readonly headBlocks: number;
  /** By peer's index: its block, and its place there. */
  readonly placeOf: readonly { readonly block: number; readonly offset: number }[];
}

/** The network's own address, the gateway's, and the broadcast address. */
const RESERVED = 3;

/** Peers with the same answer are of one image; empty for the project's own. */
export function imageGroup({ program, kind }: Pick<PlannedPeer, 'program' | 'kind'>): string {
  return program === undefined ? (kind?.name ?? '') : JSON.stringify(program);
}

/** Lays out a lab: peers of one image are together, in their order, at most `size` in a container. */
export function layOutPack(peers: readonly Pick<PlannedPeer, 'program' | 'kind'>[], size: number): PackLayout {
  const blocks: { number: number; peers: number[] }[] = [];
  const filling = new Map<string, { number: number; peers: number[] }>();
  const placeOf = peers.map((peer, index) => {
    const group = imageGroup(peer);
    let block = filling.get(group);
    if (block === undefined || block.peers.length === size) {
      block = { number: blocks.length, peers: [] };
      blocks.push(block);
      filling.set(group, block);
    }
    block.peers.push(index);
    return { block: block.number, offset: block.peers.length - 1 };
  });
  // Two at the least: a range of one is written without its prefix.
  const largest = Math.max(2, ...blocks.map(block => block.peers.length));
  const blockPrefix = 32 - Math.ceil(Math.log2(largest));
  const headBlocks = Math.ceil((RESERVED + blocks.length) / addressesOf(blockPrefix));
  return { size, blocks, blockPrefix, headBlocks, placeOf };
}

/** How many addresses the layout needs, beside those that no peer of any lab gets. */
export function addressCount({ blocks, blockPrefix, headBlocks }: PackLayout): number {
  return (headBlocks + blocks.length) * addressesOf(blockPrefix);
}

/** The address of a block's container. */
export function containerAddress(subnet: Subnet, block: number): string {
  return formatAddress(subnet.base + 2 + block);
}

/** The range of a block. */
export function blockRange({ blockPrefix, headBlocks }: PackLayout, subnet: Subnet, block: number): Subnet {
  return { base: subnet.base + (headBlocks + block) * addressesOf(blockPrefix), prefix: blockPrefix };
}

/** The address of a peer; empty for one that is not laid out. */
export function packedAddress(layout: PackLayout, subnet: Subnet, index: number): string {
  const place = layout.placeOf[index];
  return place === undefined ? '' : formatAddress(blockRange(layout, subnet, place.block).base + place.offset);
}

function addressesOf(prefix: number): number {
  return 2 ** (32 - prefix);
}
