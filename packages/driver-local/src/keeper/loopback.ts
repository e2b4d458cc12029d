/**
 * The addresses of a lab on this machine. A lab takes one or more blocks 127.x.y.0/24 by listening on the first address
 * of each, so that the kernel decides between labs that start side by side; peers get the addresses after it. Where a
 * system has no loopback address but 127.0.0.1, blocks are of ports in place of addresses.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { PEER_PORT } from '@peerlab/contract';
import type { NetworkFacts } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';

/** Addresses that a lab has, until they are released. */
export interface LabAddresses {
  readonly network: NetworkFacts;
  /** The address and port of a peer by its index. */
  of(index: number): Place;
  release(): void;
}

/** Where somebody listens. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** How addresses are cut into blocks. */
interface Blocks {
  /** How many there are. */
  readonly count: number;
  readonly peersPerBlock: number;
  /** The place in a block that its lab keeps for itself. */
  claim(block: number): Place;
  peer(block: number, offset: number): Place;
  /** In CIDR notation, of `length` blocks from `first` on. */
  subnet(first: number, length: number): string;
  /** What was looked for, in words. */
  readonly what: string;
}

/** From 127.77.0.0/24 to 127.127.255.0/24: off 127.0.0.0/16 and 127.53.0.0/16, which systems use themselves. */
const FIRST_OCTET = 77;
const ADDRESS_BLOCKS: Blocks = {
  count: 51 * 256,
  peersPerBlock: 250,
  claim: block => ({ address: blockAddress(block, 1), port: PEER_PORT }),
  peer: (block, offset) => ({ address: blockAddress(block, 2 + offset), port: PEER_PORT }),
  subnet: (first, length) => `${blockAddress(first, 0)}/${24 - Math.log2(length)}`,
  what: `block of loopback addresses with port ${PEER_PORT}`,
};

/** From 10000 to 31759: below the ranges from which systems give out ports by themselves. */
const FIRST_PORT = 10_000;
const PORTS_PER_BLOCK = 256;
const PORT_BLOCKS: Blocks = {
  count: 85,
  peersPerBlock: PORTS_PER_BLOCK - 1,
  claim: block => ({ address: '127.0.0.1', port: FIRST_PORT + block * PORTS_PER_BLOCK }),
  peer: (block, offset) => ({ address: '127.0.0.1', port: FIRST_PORT + block * PORTS_PER_BLOCK + 1 + offset }),
  subnet: () => '127.0.0.1/32',
  what: 'block of ports on 127.0.0.1',
};

/** How many places are tried before the machine is called full. */
const MAX_TRIES = 512;

/**
 * Takes addresses for a number of peers. The same name gets the same ones again as long as they are free.
 * @throws {LabError} `CANNOT_CARRY` when no place is free.
 */
export async function takeAddresses(
  lab: string,
  peers: number,
  kind: 'blocks' | 'ports' | 'auto',
): Promise<LabAddresses> {
  const taken = await takeBlocks(kind === 'ports' ? PORT_BLOCKS : ADDRESS_BLOCKS, lab, peers);
  if (taken !== 'no such addresses') return taken;
  const ports = kind === 'auto' ? await takeBlocks(PORT_BLOCKS, lab, peers) : taken;
  if (ports !== 'no such addresses') return ports;
  throw new LabError('CANNOT_CARRY', 'this system has no loopback addresses but 127.0.0.1', {
    advice: 'let the peers share it, each with its own port',
  });
}

async function takeBlocks(blocks: Blocks, lab: string, peers: number): Promise<LabAddresses | 'no such addresses'> {
  // Powers of two, aligned, so that the subnet can be told.
  const length = 2 ** Math.ceil(Math.log2(Math.max(1, Math.ceil(peers / blocks.peersPerBlock))));
  const places = Math.floor(blocks.count / length);
  const wished = createHash('sha256').update(lab).digest().readUInt32BE(0);
  for (let attempt = 0; attempt < Math.min(places, MAX_TRIES); attempt += 1) {
    const first = ((wished + attempt) % places) * length;
    const claims = await claimAll(Array.from({ length }, (_, block) => blocks.claim(first + block)));
    if (claims === 'no such addresses') return claims;
    if (claims === 'taken') continue;
    return {
      network: { name: 'loopback', subnet: blocks.subnet(first, length), internal: false },
      of: index => blocks.peer(first + Math.floor(index / blocks.peersPerBlock), index % blocks.peersPerBlock),
      release: () => closeAll(claims),
    };
  }
  throw new LabError('CANNOT_CARRY', `no free ${blocks.what} for ${peers} peers`, {
    advice: 'remove unused labs (lab ls, lab down), or end the program that listens on that port on all addresses',
    details: { peers, port: PEER_PORT },
  });
}

function blockAddress(block: number, host: number): string {
  return `127.${FIRST_OCTET + Math.floor(block / 256)}.${block % 256}.${host}`;
}

async function claimAll(places: readonly Place[]): Promise<Server[] | 'taken' | 'no such addresses'> {
  const claims: Server[] = [];
  for (const place of places) {
    const claim = await listenAt(place);
    if (typeof claim === 'string') {
      closeAll(claims);
      return claim;
    }
    claims.push(claim);
  }
  return claims;
}

function listenAt({ address, port }: Place): Promise<Server | 'taken' | 'no such addresses'> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve('taken');
      else if (error.code === 'EADDRNOTAVAIL') resolve('no such addresses');
      else reject(error);
    });
    server.listen({ host: address, port, exclusive: true }, () => resolve(server));
  });
}

function closeAll(servers: readonly Server[]): void {
  for (const server of servers) server.close();
}
