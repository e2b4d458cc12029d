/** Takes an engine out of the Swarm that join-swarm.ts put it in. */
import { type Engine, tolerate } from '../engine.ts';
import { readLabFacts } from '../labels.ts';
import { swarmFacts } from '../swarm.ts';

/**
 * The labs that span the engines: while there is one, no engine may leave.
 * @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function spanningLabs(manager: Engine): Promise<readonly string[]> {
  const networks = await manager.call('list the networks', abortSignal =>
    manager.docker.listNetworks({ filters: { driver: ['overlay'] }, abortSignal }),
  );
  return networks.flatMap(({ Labels }) => readLabFacts(Labels)?.lab ?? []).sort();
}

/**
 * Takes one engine out of its Swarm, and its node out of the manager's list. The manager itself leaves last, and its Swarm ends.
 * @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function leaveEngine(engine: Engine, manager: Engine): Promise<void> {
  const { node, role } = await swarmFacts(engine);
  if (role === 'none') return;
  await engine.call(`take engine ${engine.name} out of its Swarm`, abortSignal =>
    engine.docker.swarmLeave({ force: engine === manager, abortSignal }),
  );
  if (engine === manager) return;
  // By force: a manager takes some 15 s to see by itself that a node has gone, and this one has.
  await tolerate(
    [404],
    manager.call(`forget engine ${engine.name}`, () => manager.docker.getNode(node).remove({ force: true })),
  );
}
