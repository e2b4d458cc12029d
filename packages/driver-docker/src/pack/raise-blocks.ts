/**
 * Starts the containers of a packed lab and the peers in them: create, attach, start, addresses, peers, a bounded number of containers at
 * a time. What runs is left alone.
 */
import { type ChannelEnd, LabError, type LabPlan } from '@peerlab/driver';
import { announceEnd, containerEnd } from '../container-end.ts';
import type { Engine } from '../engine.ts';
import type { LabFacts } from '../labels.ts';
import type { DockerSettings } from '../options.ts';
import { inParallel } from '../parallel.ts';
import { removeContainer } from '../remove.ts';
import type { FoundContainer } from '../survey.ts';
import { type BlockWish, createBlock } from './block-container.ts';
import { type BlockLink, openBlock } from './block-link.ts';
import { blockNetworkImage, setUpBlockNetwork } from './block-network.ts';
import { containerAddress } from './pack-layout.ts';
import { blockNames, type Pack, packedPeer } from './pack-of.ts';

/** What {@link raiseBlocks} needs. */
export interface BlocksWish {
  readonly pack: Pack;
  readonly plan: Pick<LabPlan, 'name' | 'ephemeral'>;
  readonly facts: LabFacts;
  readonly settings: DockerSettings;
  /** Processors of the engine's machine. */
  readonly cores: number;
  /** Containers that the lab has already. */
  readonly existing: readonly FoundContainer[];
  readonly signal: AbortSignal;
  /** Called with the peers that run. */
  readonly onStarted: (count: number) => void;
}

/**
 * Brings every peer to run. Fills `links`, by block, as it goes, so that the caller can let go of them after a failure.
 * @throws {LabError} `PEER_FAILED`, `NAME_TAKEN`, `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`, `NOT_SUPPORTED`; the signal's reason
 */
export async function raiseBlocks(engine: Engine, wish: BlocksWish, links: Map<number, BlockLink>): Promise<void> {
  const { pack, settings, signal } = wish;
  const existing = new Map(wish.existing.map(container => [container.peer.index, container]));
  const image = await blockNetworkImage(engine);
  let started = 0;
  await inParallel(pack.layout.blocks, { limit: settings.parallelism, signal }, async ({ number, peers }) => {
    const found = existing.get(number);
    const runs = found?.state === 'running' || found?.state === 'paused';
    if (found !== undefined && !runs) await removeContainer(engine, found.id);
    const id = runs ? found.id : await createBlock(engine, blockWish(wish, number));
    const link = await attachBlock(engine, pack, number, id);
    links.set(number, link);
    if (!runs) await startContainer(engine, pack, number, id);
    await setUpBlockNetwork(engine, { image, id, layout: pack.layout, subnet: pack.subnet, block: number });
    const state = runs ? (await link.ask({ do: 'state' })).state : undefined;
    const alive = new Set([...(state?.running ?? []), ...(state?.paused ?? [])]);
    const wanted = peers.filter(place => !alive.has(place)).flatMap(place => packedPeer(pack, place) ?? []);
    // What a peer says that ends at once is kept, to say why.
    for (const { place } of wanted) link.channel(place, pack.peers[place]?.peer.name ?? '');
    await link.ask({ do: 'start', peers: wanted });
    started += peers.length;
    wish.onStarted(started);
  });
}

/** Attaches to a block's container. @param listenOnly of a throw-away lab that another process made */
export async function attachBlock(
  engine: Engine,
  pack: Pack,
  block: number,
  containerId: string,
  listenOnly = false,
): Promise<BlockLink> {
  const unannounce = new AbortController();
  const announced = pack.ephemeral ? announceEnd(engine, { containerId, signal: unannounce.signal }) : undefined;
  const what = `the container of ${blockNames(pack, block)}`;
  const end = async (): Promise<ChannelEnd> => (await announced) ?? (await containerEnd(engine, containerId));
  const link = await openBlock(engine, { containerId, what, listenOnly, end });
  void link.closed.then(() => unannounce.abort());
  return link;
}

async function startContainer(engine: Engine, pack: Pack, block: number, id: string): Promise<void> {
  const what = `start the container of ${blockNames(pack, block)}`;
  try {
    await engine.call(what, abortSignal => engine.docker.getContainer(id).start({ abortSignal }));
  } catch (error) {
    if (!(error instanceof LabError && /OCI runtime|exec format|executable file/i.test(error.message))) throw error;
    throw new LabError('PEER_FAILED', `${what} failed: ${error.message}`, { details: { block }, cause: error });
  }
}

function blockWish({ pack, plan, facts, settings, cores }: BlocksWish, number: number): BlockWish {
  const block = pack.layout.blocks[number] ?? { number, peers: [] };
  const planned = block.peers.map(place => pack.peers[place]);
  const [first] = planned;
  if (first === undefined) throw new Error(`the block ${number} has no peers`);
  const programs = planned.filter(peer => peer?.recipe.entrypoint !== undefined).length;
  return {
    plan,
    facts,
    block,
    image: first.recipe.image,
    names: blockNames(pack, number),
    network: pack.networkName,
    address: containerAddress(pack.subnet, number),
    programs,
    programBytes: settings.memoryBytes,
    threads: threadsFor(cores, pack.layout.blocks.length, block.peers.length - programs),
  };
}

/** Peers of one thread at the least: a thread more takes 10 MiB. */
const THREAD_PEERS = 50;

/** Threads of one block: all blocks together use the cores. */
function threadsFor(cores: number, blocks: number, peers: number): number {
  return Math.max(1, Math.min(Math.floor(cores / blocks), Math.ceil(peers / THREAD_PEERS)));
}
