/**
 * Starting a lab's peers: create, attach, start, a bounded number at a time. Attaching stands between the other two, so
 * that no line of a peer is lost.
 */

import { PEER_PORT } from '@peerlab/contract';
import type { LabPlan, PlannedPeer } from '@peerlab/driver';
import { LabError, PeerTemplates } from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import { type DockerChannel, openChannel } from './channel.ts';
import { announceEnd, containerEnd } from './container-end.ts';
import { containerSpec, memoryOf } from './container-spec.ts';
import { type Engine, refusedStatus, tolerate } from './engine.ts';
import type { Fleet } from './fleet.ts';
import { type LabFacts, readLabFacts } from './labels.ts';
import { containerName } from './names.ts';
import type { LabNetwork } from './network.ts';
import type { DockerSettings } from './options.ts';
import { inParallel } from './parallel.ts';
import { removeContainer } from './remove.ts';
import { peerAddress } from './subnet.ts';
import { type FoundContainer, peerState } from './survey.ts';
import { ensureVolumes } from './volumes.ts';

/** How often, and how far apart in milliseconds, a start is tried while the network's name is not unique: 5 s in all. */
const AMBIGUOUS_ATTEMPTS = 50;
const AMBIGUOUS_PAUSE_MS = 100;

/** What {@link startPeers} needs. */
export interface PeersWish {
  /** The peers to start, and the lab's topology. */
  readonly plan: LabPlan;
  /** Every peer of the lab, in topology order: templates name others. */
  readonly roster: readonly PlannedPeer[];
  readonly facts: LabFacts;
  readonly settings: DockerSettings;
  readonly network: LabNetwork;
  /** The engine that a peer is to run on. */
  readonly engineOf: (peer: PlannedPeer) => Engine;
  /** The image, and the entry point where it is not the image's own, of a peer. */
  readonly imageOf: (peer: PlannedPeer) => { readonly reference: string; readonly entrypoint?: readonly string[] };
  /** Containers that the lab has already. */
  readonly existing: readonly FoundContainer[];
  readonly signal: AbortSignal;
  readonly onStarted: (count: number) => void;
}

/**
 * Brings every peer of the plan to run; those that run are left alone. Fills `channels` as it goes, so that the caller
 * can let go of them after a failure.
 * @throws {LabError} `PEER_FAILED` when a program cannot be run; `NAME_TAKEN`; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`;
 *   the signal's reason.
 */
export async function startPeers(fleet: Fleet, wish: PeersWish, channels: Map<number, DockerChannel>): Promise<void> {
  const existing = new Map(wish.existing.map(container => [container.peer.index, container]));
  const templates = new PeerTemplates(wish.plan, wish.roster, ({ index }) => ({
    address: peerAddress(wish.network.subnet, index),
    port: PEER_PORT,
  }));
  let started = 0;
  await onEachEngine(fleet, wish, async (engine, peers, signal) => {
    await makeVolumes(engine, { ...wish, peers }, templates, existing);
    await inParallel(peers, { limit: wish.settings.parallelism, signal }, async peer => await raisePeer(engine, peer));
  });

  async function raisePeer(engine: Engine, peer: PlannedPeer): Promise<void> {
    const found = existing.get(peer.index);
    if (found?.state !== 'running' && found?.state !== 'paused') {
      const run = async (id: string): Promise<void> => {
        const channel = await attach(engine, wish, peer, id);
        channels.set(peer.index, channel);
        await start(engine, peer, id, channel);
      };
      const id = found?.state === 'stopped' ? found.id : await createPeer(engine, wish, peer, templates);
      await run(id).catch(async (error: unknown) => {
        if (!isStale(error)) throw error;
        await removeContainer(engine, id);
        await run(await createPeer(engine, wish, peer, templates));
      });
    }
    started += 1;
    wish.onStarted(started);
  }
}

/** Works on all engines at once, each with its peers. After a first failure no engine begins another one; those under way are waited for. */
async function onEachEngine(
  { engines }: Fleet,
  { plan, engineOf, signal }: PeersWish,
  work: (engine: Engine, peers: readonly PlannedPeer[], signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  const either = AbortSignal.any([signal, stop.signal]);
  await Promise.all(
    engines.map(async engine => {
      const own = plan.peers.filter(peer => engineOf(peer) === engine);
      await work(engine, own, either).catch((error: unknown) => {
        failure ??= { error };
        stop.abort();
      });
    }),
  );
  if (failure !== undefined) throw failure.error;
}

/** Of peers that do not run: those of the others are there. */
async function makeVolumes(
  engine: Engine,
  { plan, peers: own, facts, imageOf }: PeersWish & { readonly peers: readonly PlannedPeer[] },
  templates: PeerTemplates,
  existing: ReadonlyMap<number, FoundContainer>,
): Promise<void> {
  const peers = own.filter(({ index, needs }) => needs?.volumes !== undefined && !existing.has(index));
  const [first] = peers;
  if (first === undefined) return;
  await ensureVolumes(engine, { lab: plan.name, facts, peers, templates, image: imageOf(first).reference });
}

async function createPeer(
  engine: Engine,
  wish: PeersWish,
  peer: PlannedPeer,
  templates: PeerTemplates,
): Promise<string> {
  const name = containerName(wish.plan.name, peer.name);
  const image = wish.imageOf(peer);
  const spec = containerSpec({
    plan: wish.plan,
    peer: templates.filled(peer),
    facts: wish.facts,
    settings: wish.settings,
    network: wish.network.name,
    address: peerAddress(wish.network.subnet, peer.index),
    image: image.reference,
    entrypoint: image.entrypoint === undefined ? undefined : entrypointOf(peer, image.entrypoint, templates),
  });
  const create = async (): Promise<string> => {
    const created = await engine.call(`create the container ${name}`, abortSignal =>
      engine.docker.createContainer({ ...spec, abortSignal }),
    );
    return created.id;
  };
  try {
    return await create();
  } catch (error) {
    if (refusedStatus(error) !== 409) throw error;
    return (await adopt(engine, wish, name, error)) ?? create();
  }
}

/** That of a program has templates in its words. */
function entrypointOf(peer: PlannedPeer, words: readonly string[], templates: PeerTemplates): readonly string[] {
  return peer.kind?.program === undefined ? words : templates.words(peer, words);
}

/**
 * The name is in use: by a container of the same lab that another `up` has just made, which is as good as ours; by one
 * that is shutting down, whose end is awaited (undefined); or by something else.
 */
async function adopt(engine: Engine, wish: PeersWish, name: string, cause: unknown): Promise<string | undefined> {
  const inspected = await tolerate(
    [404],
    engine.call(`inspect the container ${name}`, abortSignal =>
      engine.docker.getContainer(name).inspect({ abortSignal }),
    ),
  );
  if (inspected === undefined) return undefined;
  const facts = readLabFacts(inspected.Config.Labels);
  if (facts?.lab !== wish.plan.name || facts.hash !== wish.plan.hash) throw nameTaken(name, cause);
  if (peerState(inspected.State.Status) !== 'missing') return inspected.Id;
  await removeContainer(engine, inspected.Id);
  return undefined;
}

/**
 * True when the engine's runtime still holds what an earlier run of the container left there: its task after a crash of containerd,
 * or its folder. It never starts again; a new container does.
 */
function isStale(error: unknown): boolean {
  if (refusedStatus(error) === undefined) return false;
  const { message } = error as LabError;
  return (
    /\b(task|container|shim)\b.*\balready exists\b/is.test(message) ||
    /\bcontainer with id exists\b/i.test(message) ||
    /failed to start shim: .*\bfile exists\b/is.test(message)
  );
}

async function attach(engine: Engine, wish: PeersWish, peer: PlannedPeer, containerId: string): Promise<DockerChannel> {
  const unannounce = new AbortController();
  const memoryBytes = memoryOf(peer.needs ?? {}, wish.settings);
  const announced = wish.plan.ephemeral
    ? announceEnd(engine, { containerId, memoryBytes, signal: unannounce.signal })
    : undefined;
  const channel = await openChannel(engine, {
    containerId,
    peer: peer.name,
    end: async () => (await announced) ?? containerEnd(engine, containerId),
  }).catch((error: unknown) => {
    unannounce.abort();
    throw cannotRun(peer, error) ?? error;
  });
  void channel.closed.then(() => unannounce.abort());
  return channel;
}

async function start(engine: Engine, peer: PlannedPeer, id: string, channel: DockerChannel): Promise<void> {
  try {
    await whileAmbiguous(() => {
      const started = engine.call(`start the peer ${peer.name}`, abortSignal =>
        engine.docker.getContainer(id).start({ abortSignal }),
      );
      return tolerate([304], started);
    });
  } catch (error) {
    channel.close();
    throw cannotRun(peer, error) ?? error;
  }
}

/** The failure of a peer whose program the runtime cannot run, which Docker tells at its start and Podman when it is attached to; undefined for another one. */
function cannotRun(peer: PlannedPeer, error: unknown): LabError | undefined {
  const isSo =
    !isStale(error) && error instanceof LabError && /OCI runtime|exec format|executable file/i.test(error.message);
  if (!isSo) return undefined;
  return new LabError('PEER_FAILED', `the program of the peer ${peer.name} cannot be run: ${error.message}`, {
    advice: 'the program must be in the image and executable; see docs/PEER-CONTRACT.md',
    details: { peer: peer.name },
    cause: error,
  });
}

/**
 * For a moment there may be a second network of the lab's name, made by another `up` that is about to give way
 * (network.ts); the engine then refuses to start anything on either.
 */
async function whileAmbiguous(request: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await request();
      return;
    } catch (error) {
      const ambiguous = error instanceof LabError && /is ambiguous/.test(error.message);
      if (!ambiguous || attempt === AMBIGUOUS_ATTEMPTS) throw error;
      await pause(AMBIGUOUS_PAUSE_MS);
    }
  }
}

/** The refusal of a lab whose container's name belongs to something else. */
export function nameTaken(name: string, cause?: unknown): LabError {
  return new LabError('NAME_TAKEN', `the container ${name} already exists and belongs to another lab`, {
    advice: `remove it (docker rm -f ${name}), or give the lab another name`,
    details: { container: name },
    ...(cause === undefined ? {} : { cause }),
  });
}
