/**
 * The addresses of a lab: a block 127.x.y.0/24, which the lab takes by listening on its first address. So the kernel decides between labs of
 * different processes that start at the same time.
 */
import { createServer } from 'node:net';
import { LabError } from 'peerlab/driver';

const PORT = 7946;
const BLOCKS = 100 * 256;
const MAX_PEERS = 200;
const TRIES = 100;

/** @throws {LabError} `CANNOT_CARRY` before anything is made */
export async function takeAddresses({ peers }) {
  if (peers.length > MAX_PEERS) {
    throw new LabError('CANNOT_CARRY', `${peers.length} peers need more than the ${MAX_PEERS} addresses of a lab`);
  }
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const block = (process.pid * TRIES + attempt) % BLOCKS;
    const address = host => `127.${130 + Math.floor(block / 256)}.${block % 256}.${host}`;
    const claim = await listen(address(1));
    if (claim === undefined) continue;
    return {
      network: { name: 'loopback', subnet: `${address(0)}/24`, internal: false },
      of: index => ({ address: address(2 + index), port: PORT }),
      release: () => claim.close(),
    };
  }
  throw new LabError('CANNOT_CARRY', `no free block of loopback addresses with port ${PORT}`);
}

function listen(host) {
  return new Promise(resolve => {
    const server = createServer(socket => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ host, port: PORT }, () => {
      // It does not keep a process alive that has nothing else to do.
      server.unref();
      resolve(server);
    });
  });
}
