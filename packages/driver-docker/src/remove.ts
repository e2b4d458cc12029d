/** Removing a lab, or what one call of `up` made of it. What is gone already is no error. */

import { LabError } from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import { type Engine, refusedStatus, tolerate } from './engine.ts';
import { inParallel } from './parallel.ts';
import { findContainers, findNetworks, type Selection } from './survey.ts';
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
 * around cut off, then volumes. Goes on after a failure, so that as little as possible is left.
 * @throws {LabError} the first failure.
 */
export async function removeAll(engine: Engine, selection: Selection): Promise<void> {
  const [containers, networks, volumes] = await Promise.all([
    findContainers(engine, selection),
    findNetworks(engine, selection),
    findVolumes(engine, selection),
  ]);
  const failures: unknown[] = [];
  const keepGoing = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (error: unknown) => void failures.push(error),
    );
  await inParallel(containers, { limit: PARALLEL_REMOVALS }, container =>
    keepGoing(removeContainer(engine, container.id)),
  );
  await inParallel(networks, { limit: PARALLEL_REMOVALS }, network => keepGoing(removeNetwork(engine, network.id)));
  await inParallel(volumes, { limit: PARALLEL_REMOVALS }, ({ name }) => keepGoing(removeVolume(engine, name)));
  if (failures.length > 0) throw failures[0];
}

/** Removes one container by force; waits where its removal is under way. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  const container = engine.docker.getContainer(id);
  try {
    await engine.call('remove a container', abortSignal => container.remove({ force: true, v: true, abortSignal }));
  } catch (error) {
    const status = refusedStatus(error);
    if (status === 404) return;
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

/** Removes one network; endpoints of containers that are gone, or that are somebody else's, are cut off. */
export async function removeNetwork(engine: Engine, id: string): Promise<void> {
  const network = engine.docker.getNetwork(id);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await engine.call('remove a network', abortSignal => network.remove({ abortSignal }));
      return;
    } catch (error) {
      const status = refusedStatus(error);
      if (status === 404) return;
      const hasEndpoints = status === 403 || status === 409 || /active endpoints/.test((error as Error).message);
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
