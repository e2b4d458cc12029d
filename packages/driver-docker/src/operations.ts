/** What can be done to a peer of a running lab: its container ended, frozen, started anew, taken off the network. */

import type { NetemSettings, PeerFacts } from '@peerlab/driver';
import { LabError, requireEndSignal, survived } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { DockerChannel } from './channel.ts';
import { type Engine, tolerate } from './engine.ts';
import type { Fleet } from './fleet.ts';
import { freeze } from './freeze.ts';
import { readPlannedPeers, readTopology } from './labels.ts';
import { containerName } from './names.ts';
import type { DockerSettings } from './options.ts';
import { startPeers } from './peers.ts';
import { findRemains, type LabRemains } from './remains.ts';
import { peerAddress, type Subnet } from './subnet.ts';
import { type FoundContainer, type FoundNetwork, findContainers } from './survey.ts';
import { shapeInterface } from './traffic-control.ts';

/** How long a peer that was told to leave may take before it is killed, in seconds: the project's peer takes 3 at most. */
const STOP_S = 4;

/** How long a container may take to end once its process is killed, in milliseconds: a loaded engine needs seconds. */
const END_MS = 15_000;

/** A peer of a lab. */
export interface PeerTarget {
  /** The engines of its lab. */
  readonly fleet: Fleet;
  /** The engine that has it. */
  readonly engine: Engine;
  readonly lab: string;
  readonly peer: PeerFacts;
}

/** Ends a peer by a signal. @throws {LabError} as {@link RunningLab.kill} */
export async function killPeer(target: PeerTarget, signal: NodeJS.Signals): Promise<void> {
  requireEndSignal(signal);
  const found = await requireRunning(target);
  const ended = untilEnded(target.engine, found);
  try {
    const sent = request(target, `send ${signal} to`, found, (container, abortSignal) =>
      container.kill({ signal, abortSignal }),
    );
    await tolerate([404, 409], sent);
    if (found.state === 'paused') await unfreeze(target, found);
    if (!(await ended.within(signal === 'SIGKILL' ? END_MS : STOP_S * 1000))) {
      throw survived(target.peer.name, signal, STOP_S * 1000, target.lab);
    }
  } finally {
    ended.letGo();
  }
}

/** Has a peer leave, and kills it where that takes too long. @throws {LabError} as {@link RunningLab.stop} */
export async function stopPeer(target: PeerTarget): Promise<void> {
  const found = await requireRunning(target);
  const ended = untilEnded(target.engine, found);
  try {
    if (found.state === 'paused') await unfreeze(target, found);
    const stopped = request(target, 'stop', found, (container, abortSignal) =>
      container.stop({ t: STOP_S, abortSignal }),
    );
    await tolerate([304, 404, 409], stopped);
    if (!(await ended.within(END_MS))) throw survived(target.peer.name, 'SIGKILL', END_MS, target.lab);
  } finally {
    ended.letGo();
  }
}

/** Freezes a peer. @throws {LabError} as CanPause.pause */
export async function pausePeer(target: PeerTarget): Promise<void> {
  const found = await requireRunning(target);
  if (found.state === 'paused') return;
  await freeze(async () => {
    await request(target, 'pause', found, (container, abortSignal) => container.pause({ abortSignal }));
  });
}

/** Lets a peer go on. @throws {LabError} as CanPause.unpause */
export async function unpausePeer(target: PeerTarget): Promise<void> {
  const found = await requireRunning(target);
  if (found.state === 'paused') await unfreeze(target, found);
  else await goOn(target, found);
}

/** Takes a peer off the lab's network. @throws {LabError} as CanIsolate.isolate */
export async function isolatePeer(target: PeerTarget): Promise<void> {
  const { engine, lab, peer } = target;
  const found = await requireRunning(target);
  if (!found.connected) return;
  const { network } = await requireRemains(target);
  await engine.call(`disconnect ${peer.name} from the network of ${lab}`, abortSignal =>
    engine.docker.getNetwork(network.id).disconnect({ Container: found.id, abortSignal }),
  );
}

/** Brings a peer back onto the lab's network. @throws {LabError} as CanIsolate.rejoin */
export async function rejoinPeer(target: PeerTarget): Promise<void> {
  const found = await requireRunning(target);
  if (found.connected) return;
  await connect(target, found, (await requireRemains(target)).network);
}

/** Has the kernel shape what a peer sends. @throws {LabError} as ShapesInterface.shapeInterface */
export async function shapePeer(target: PeerTarget, settings: NetemSettings | null): Promise<void> {
  const { id } = await requireRunning(target);
  await shapeInterface(target.engine, { id, peer: target.peer.name }, settings);
}

/**
 * Starts a peer that does not run, made anew where the engine has removed its container.
 * @returns its channel, opened before it says anything; undefined where it ran already
 * @throws {LabError} as {@link RunningLab.start}
 */
export async function startPeer(target: PeerTarget, settings: DockerSettings): Promise<DockerChannel | undefined> {
  const { fleet, engine, peer } = target;
  const { facts, network, containers } = await requireRemains(target);
  const found = containers.find(container => container.peer.index === peer.index);
  if (found?.state === 'running' || found?.state === 'paused') return undefined;
  const peers = readPlannedPeers(network.labels);
  const own = peers.find(planned => planned.peer.index === peer.index);
  if (own === undefined) throw unknownRecipe(target);
  // An engine that starts a container without a network puts it onto one by itself, at any address.
  if (found?.state === 'stopped' && !found.connected) await connect(target, found, network);
  const channels = new Map<number, DockerChannel>();
  const { lab: name, hash, ephemeral } = facts;
  const { image: reference, entrypoint } = own.recipe;
  await startPeers(
    fleet,
    {
      engineOf: () => engine,
      plan: { name, hash, ephemeral, topology: readTopology(network.labels), peers: [own.peer] },
      roster: peers.map(planned => planned.peer),
      facts,
      settings,
      network,
      imageOf: () => ({ reference, ...(entrypoint === undefined ? {} : { entrypoint }) }),
      existing: found === undefined ? [] : [found],
      signal: new AbortController().signal,
      onStarted: () => undefined,
    },
    channels,
  );
  return channels.get(peer.index);
}

type Container = ReturnType<Engine['docker']['getContainer']>;

async function request(
  { engine, peer, lab }: PeerTarget,
  what: string,
  { id }: FoundContainer,
  make: (container: Container, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  await engine.call(`${what} ${peer.name} of ${lab}`, abortSignal => make(engine.docker.getContainer(id), abortSignal));
}

/** Of a container that runs a signal may have stopped the program. */
async function goOn(target: PeerTarget, found: FoundContainer): Promise<void> {
  const sent = request(target, 'send SIGCONT to', found, (container, abortSignal) =>
    container.kill({ signal: 'SIGCONT', abortSignal }),
  );
  await tolerate([404, 409], sent);
}

/** A container that runs again meanwhile, or has ended, is no error. */
async function unfreeze(target: PeerTarget, found: FoundContainer): Promise<void> {
  const going = request(target, 'unpause', found, (container, abortSignal) => container.unpause({ abortSignal }));
  await tolerate([304, 404, 409, 500], going);
}

async function connect(
  { engine, lab, peer }: PeerTarget,
  found: FoundContainer,
  network: LivingNetwork,
): Promise<void> {
  // The client's types leave the signal out here: the call alone bounds it.
  await engine.call(`reconnect ${peer.name} to the network of ${lab}`, () =>
    engine.docker.getNetwork(network.id).connect({
      Container: found.id,
      EndpointConfig: {
        IPAMConfig: { IPv4Address: peerAddress(network.subnet, peer.index) },
        Aliases: [peer.name],
      },
    }),
  );
}

/** The peer's container, running or paused. @throws {LabError} `PEER_FAILED` when it does not run */
export async function requireRunning(target: PeerTarget): Promise<FoundContainer> {
  const { engine, lab, peer } = target;
  const [found] = await findContainers(engine, { lab, index: peer.index });
  if (found?.state === 'running' || found?.state === 'paused') return found;
  throw peerFailed(target, `does not run: it is ${found?.state ?? 'missing'}`);
}

/** A network that peers can be put onto. */
type LivingNetwork = FoundNetwork & { readonly subnet: Subnet };

async function requireRemains(target: PeerTarget): Promise<LabRemains & { readonly network: LivingNetwork }> {
  const { fleet, lab } = target;
  const remains = await findRemains(fleet, lab);
  const network = remains?.network;
  if (remains === undefined || network?.subnet === undefined) throw peerFailed(target, 'no longer has a network');
  return { ...remains, network: { ...network, subnet: network.subnet } };
}

interface Ending {
  /** True as soon as the container has ended; false when it has not within that time. */
  within(timeoutMs: number): Promise<boolean>;
  letGo(): void;
}

/** Waits for a container's end, and, where the engine removes it by itself, for its removal: its name is free then. */
function untilEnded(engine: Engine, { id, facts }: FoundContainer): Ending {
  const controller = new AbortController();
  const condition = facts.ephemeral ? 'removed' : 'not-running';
  const { signal: abortSignal } = controller;
  const ended = engine.docker
    .getContainer(id)
    .wait({ condition, abortSignal })
    .then(
      () => true,
      (error: { statusCode?: number }) => error.statusCode === 404,
    );
  return {
    letGo: () => controller.abort(),
    async within(timeoutMs) {
      let bound: Timer | undefined;
      const late = new Promise<false>(resolve => {
        bound = startTimer(() => resolve(false), timeoutMs);
      });
      try {
        return await Promise.race([ended, late]);
      } finally {
        stopTimer(bound);
      }
    },
  };
}

function unknownRecipe(target: PeerTarget): LabError {
  return peerFailed(
    target,
    `cannot be started alone: the lab has no record of how ${containerName(target.lab, target.peer.name)} was created`,
  );
}

/** `PEER_FAILED`; `what` follows "the peer n0 of x". */
export function peerFailed({ lab, peer }: PeerTarget, what: string): LabError {
  return new LabError('PEER_FAILED', `the peer ${peer.name} of ${lab} ${what}`, {
    advice: 'run lab up with the topology to restore what is missing',
    details: { lab, peer: peer.name },
  });
}
