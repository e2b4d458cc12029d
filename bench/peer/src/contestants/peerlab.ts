/** This project's peer, by its library, with any of its settings of security. */
import { createNode, type Received, type SecurityOption } from '@peerlab/node';
import type { BenchPeer, CreateBenchPeer, Handlers } from './contestant.ts';

/** See the module's header. */
export function peerlabPeers(security: SecurityOption): CreateBenchPeer {
  return handlers => createPeerlabPeer(security, handlers);
}

async function createPeerlabPeer(security: SecurityOption, handlers: Handlers): Promise<BenchPeer> {
  const node = await createNode({ security, listen: { host: '127.0.0.1', port: 0 } });
  node.on('broadcast', (received: Received) => handlers.broadcast(received.message as Uint8Array));
  node.on('dm', (received: Received) => handlers.dm(received.message as Uint8Array));
  return {
    id: node.id,
    port: node.address?.port ?? 0,
    connect: async port => void (await node.connect('127.0.0.1', port)),
    isReady: links => node.neighbors().length === links,
    broadcast: payload => node.broadcast(payload),
    dm: (to, payload) => node.dm(to, payload),
    framesSent: () => node.counters().traffic.framesOut,
    close: () => node.close(),
  };
}
