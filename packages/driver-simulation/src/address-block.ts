/** The addresses of a lab's peers: a block of 10.0.0.0/8 for each lab of this process. None of it is on any wire. */

/** The number of blocks: labs at a time. */
export const MAX_BLOCKS = 256;
/** Addresses of a block. */
export const BLOCK_PEERS: number = 2 ** 16 - 2;

/** One lab's addresses. */
export interface AddressBlock {
  /** In CIDR notation. */
  readonly subnet: string;
  /** The address of a peer, by its index: 0 to {@link BLOCK_PEERS} - 1. */
  address(index: number): string;
}

/** A block by its number, 0 to {@link MAX_BLOCKS} - 1. */
export function addressBlock(number: number): AddressBlock {
  return {
    subnet: `10.${number}.0.0/16`,
    address: index => `10.${number}.${(index + 1) >> 8}.${(index + 1) & 255}`,
  };
}
