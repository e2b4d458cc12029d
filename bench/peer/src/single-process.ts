/** Every peer in this process. */
import { pause } from '@peerlab/timers';
import type { BenchPeer, CreateBenchPeer } from './contestants/contestant.ts';
import { type BenchGraph, degreeOf } from './graphs.ts';
import { ownUsage, type Swarm } from './swarm.ts';

const READY_TIMEOUT_MS = 30_000;

/** Starts the peers, and waits until every link carries messages. */
export async function createSingleProcessSwarm(create: CreateBenchPeer, graph: BenchGraph): Promise<Swarm> {
  const peers: BenchPeer[] = [];
  const swarm: Swarm = {
    peerCount: graph.peerCount,
    broadcast: (from, payload) => peers[from]?.broadcast(payload),
    dm: (from, to, payload) => peers[from]?.dm(peers[to]?.id ?? '', payload),
    onBroadcast: () => undefined,
    onDm: () => undefined,
    usage: async () => {
      const frames = peers.map(peer => peer.framesSent());
      return {
        ...ownUsage(),
        frames: frames.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0),
      };
    },
    close: async () => void (await Promise.all(peers.map(peer => peer.close()))),
  };
  for (let at = 0; at < graph.peerCount; at++) {
    peers.push(
      await create({
        broadcast: payload => swarm.onBroadcast(at, payload),
        dm: payload => swarm.onDm(at, payload),
      }),
    );
  }
  for (const [from, to] of graph.links) await peers[from]?.connect(peers[to]?.port ?? 0);
  await untilReady(() => peers.every((peer, at) => peer.isReady(degreeOf(graph, at))));
  return swarm;
}

/** Waits for a condition, with a bound. */
export async function untilReady(isReady: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!isReady()) {
    if (performance.now() > deadline) throw new Error(`not ready within ${READY_TIMEOUT_MS} ms`);
    await pause(10);
  }
}
