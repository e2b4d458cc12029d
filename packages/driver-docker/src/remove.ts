/** Removing a lab, or what one call of `up` made of it. What is gone already is no error. */

import { LabError } from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import { type Engine, refusedStatus, tolerate } from './engine.ts';
import { askEach, type Fleet, isUnreachable } from './fleet.ts';
import { findGates } from './found-gates.ts';
import { inParallel } from './parallel.ts';
import { type FoundNetwork, findContainersOf, findNetworksOf, type Selection } from './survey.ts';
import { findVolumes, removeVolume } from './volumes.ts';

/**
 * How many containers are removed at the same time. Docker 20.10 keeps a count of a network's endpoints, ignores errors
 * when a forced removal lowers it, and on a busy machine can end with a count above zero: the network then cannot be
 * removed until the engine is restarted (moby issue 42119). One at a time costs little: the engine serialises most of it.
 */
const PARALLEL_REMOVALS = 1;

/** How long to wait for a container that the engine is removing already, in milliseconds. */
const REMOVAL_MS = 15_000;

/**
 * How often a network's removal is tried, each time with its last endpoints cut off. An engine may report a container as
 * removed a moment before its endpoint is: hence the pauses in between, in milliseconds, each longer than the one before.
 */
const NETWORK_ATTEMPTS = 10;
const NETWORK_PAUSE_MS = 40;

/**
 * Removes every container, network and volume that matches: containers by force, then networks, with endpoints that hang
 * around cut off, then volumes; on every engine at once. Goes on after a failure, so that as little as possible is left. A network that
 * spans engines stays where one of them does not answer: what is left there is found by it.
 * @throws {LabError} the first failure; of engines that do not answer, `ENGINE_UNREACHABLE` naming all of them.
 */
export async function removeAll(fleet: Fleet, selection: Selection): Promise<void> {
  const [gates, containers, networks, volumes] = await Promise.all([
    askEach(fleet, async engine => await findGates(engine, selection)),
    findContainersOf(fleet, selection),
    findNetworksOf(fleet, selection),
    askEach(fleet, async engine => await findVolumes(engine, selection)),
  ]);
  const failures: unknown[] = [...gates.silent, ...containers.silent, ...networks.silent, ...volumes.silent].map(
    ({ error }) => error,
  );
  const keepGoing = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (error: unknown) => void failures.push(error),
    );
  const onEach = async <T extends { readonly engine: Engine }>(
    things: readonly T[],
    remove: (thing: T) => Promise<unknown>,
  ): Promise<void> => {
    const ofEach = fleet.engines.map(engine => things.filter(thing => thing.engine === engine));
    await Promise.all(
      ofEach.map(async own => await inParallel(own, { limit: PARALLEL_REMOVALS }, one => keepGoing(remove(one)))),
    );
  };
  await onEach(gates.found, async ({ engine, id }) => await removeContainer(engine, id));
  await onEach(containers.found, async ({ engine, id }) => await removeContainer(engine, id));
  const isWhole = !failures.some(isUnreachable);
  await onEach(
    networks.found.filter(network => isWhole || !network.spansEngines),
    async network => await removeFoundNetwork(fleet, network),
  );
  await onEach(volumes.found, async ({ engine, name }) => await removeVolume(engine, name));
  if (failures.length > 0) throw worstOf(failures);
}

/** Engines that do not answer are named, each once. */
function worstOf(failures: readonly unknown[]): unknown {
  const away = failures.filter(isUnreachable);
  const names = [...new Set(away.map(({ details }) => String(details.engineName ?? '')))];
  const [first] = away;
  if (first === undefined || names.length < 2) return first ?? failures[0];
  return new LabError('ENGINE_UNREACHABLE', `engines ${names.join(', ')} do not answer: ${first.message}`, {
    ...(first.advice === undefined ? {} : { advice: first.advice }),
    details: first.details,
    cause: first,
    definite: false,
  });
}

/** Removes one container by force; waits where its removal is under way. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  const container = engine.docker.getContainer(id);
  try {
    await engine.call('remove a container', abortSignal => container.remove({ force: true, v: true, abortSignal }));
  } catch (error) {
    const status = refusedStatus(error);
    if (status === 404) return;
    if (isPodmanBusy(error)) return await removeWhenFree(engine, id, error);
    if (status !== 409) throw error;
    await tolerate(
      [404],
      engine.call(
        'wait for a container to be removed',
        abortSignal => container.wait({ condition: 'removed', abortSignal }),
        REMOVAL_MS,
      ),
    );
  }
}

/** Podman's words for a container that it is about to remove, and for one whose namespaces others share. */
function isPodmanBusy(error: unknown): error is LabError {
  return refusedStatus(error) === 500 && /container state improper|has dependent containers/.test(String(error));
}

/** How often Podman is asked again in place of telling when it is ready, in milliseconds. */
const BUSY_PAUSE_MS = 50;

/** What shares a peer's namespaces are helpers beside it, which go first. */
async function removeWhenFree(engine: Engine, id: string, first: LabError): Promise<void> {
  const giveUpMs = performance.now() + REMOVAL_MS;
  let error = first;
  while (performance.now() < giveUpMs) {
    const [, beside = ''] = /must be removed before it: ([0-9a-f, ]+)/.exec(error.message) ?? [];
    for (const helper of beside.split(', ').filter(one => one !== '')) {
      const removal = engine.call('remove a helper', () => engine.docker.getContainer(helper).remove({ force: true }));
      await tolerate([404, 409, 500], removal);
    }
    await pause(BUSY_PAUSE_MS);
    try {
      const container = engine.docker.getContainer(id);
      await engine.call('remove a container', abortSignal => container.remove({ force: true, v: true, abortSignal }));
      return;
    } catch (again) {
      if (refusedStatus(again) === 404) return;
      if (!isPodmanBusy(again)) throw again;
      error = again;
    }
  }
  throw error;
}

/**
 * Removes a network that was found. One that spans engines is listed for a moment after, and its name is taken as long: the engines
 * that answer are waited for.
 */
async function removeFoundNetwork({ engines }: Fleet, { engine, id, spansEngines }: FoundNetwork): Promise<void> {
  await removeNetwork(engine, id);
  if (spansEngines) await Promise.all(engines.map(async one => await untilForgotten(one, id).catch(() => undefined)));
}

/** How long engines may take to forget a network, in milliseconds: half a second was measured. */
const FORGET_MS = 5000;

async function untilForgotten(engine: Engine, id: string): Promise<void> {
  const giveUpMs = performance.now() + FORGET_MS;
  const isThere = async (): Promise<boolean> => {
    const listed = await engine.call('list the networks', abortSignal =>
      engine.docker.listNetworks({ filters: { id: [id] }, abortSignal }),
    );
    return listed.length > 0;
  };
  while (performance.now() < giveUpMs && (await isThere())) await pause(NETWORK_PAUSE_MS);
}

/** Removes one network; endpoints of containers that are gone, or that are somebody else's, are cut off. */
export async function removeNetwork(engine: Engine, id: string): Promise<void> {
  const network = engine.docker.getNetwork(id);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await engine.call('remove a network', abortSignal => network.remove({ abortSignal }));
      return;
    } catch (error) {
      const status = refusedStatus(error);
      // A Swarm's network that has just gone may be answered with 500.
      if (status === 404 || /network \S+ not found/i.test((error as Error).message)) return;
      const hasEndpoints =
        status === 403 || status === 409 || /active endpoints|in use by task/.test((error as Error).message);
      if (!hasEndpoints) throw error;
      if (attempt === NETWORK_ATTEMPTS) throw stuck(id, error);
      await cutEndpoints(engine, id);
      await pause(attempt * NETWORK_PAUSE_MS);
    }
  }
}

/** Docker 20.10 was seen to miscount a network's endpoints when containers start in parallel under load (moby/moby issue 42119). */
function stuck(id: string, cause: unknown): LabError {
  return new LabError(
    'ENGINE_REFUSED',
    `the network ${id.slice(0, 12)} cannot be removed: the engine still counts endpoints on it`,
    {
      advice: 'if docker network inspect shows no container on it, restart the engine to reset the count',
      details: { network: id },
      cause,
    },
  );
}

async function cutEndpoints(engine: Engine, id: string): Promise<void> {
  const network = engine.docker.getNetwork(id);
  const inspected = await tolerate(
    [404],
    engine.call('inspect a network', () => network.inspect()),
  );
  for (const container of Object.keys(inspected?.Containers ?? {})) {
    await tolerate(
      [403, 404, 409, 500],
      engine.call('cut an endpoint off', abortSignal =>
        network.disconnect({ Container: container, Force: true, abortSignal }),
      ),
    );
  }
}
