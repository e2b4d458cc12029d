/** Makes the Swarm that plan-join.ts worked out. What was changed is marked on the Swarm's own nodes, for plan-leave.ts. */
import { LabError } from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import type { Engine } from '../engine.ts';
import { swarmFacts } from '../swarm.ts';
import { leaveEngine } from './leave-engine.ts';
import type { JoinPlan, JoinStep } from './plan-join.ts';
import { listNodes, markNode, type SwarmNode } from './swarm-nodes.ts';

/** Where a Swarm is managed. */
const MANAGEMENT_PORT = 2377;

/** How long an engine may take until its manager sees it ready, in milliseconds: a second on a machine at rest. */
const READY_MS = 30_000;

const LOOK_AGAIN_MS = 100;

/** What is joined. */
export interface Joining {
  readonly engines: readonly Engine[];
  readonly plan: JoinPlan;
  /** By engine: at which the others reach it. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly report: (step: JoinStep) => void;
}

/**
 * Makes every step, and waits until the manager sees each engine ready. What a failed call changed is undone.
 * @throws {LabError} `CANNOT_CARRY` when an engine does not become ready; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function joinSwarm({ engines, plan, addresses, report }: Joining): Promise<void> {
  const manager = named(engines, plan.manager);
  const made: Engine[] = [];
  try {
    for (const step of plan.steps) {
      const engine = named(engines, step.engine);
      const address = addresses.get(step.engine) ?? '';
      await (step.kind === 'make'
        ? makeSwarm(engine, address)
        : join(engine, address, manager, addresses.get(plan.manager)));
      made.push(engine);
      const { node } = await swarmFacts(engine);
      await waitUntilReady(manager, engine, node);
      await markNode(manager, node, step.kind === 'make' ? 'made' : 'joined');
      report(step);
    }
  } catch (error) {
    for (const engine of made.toReversed()) await leaveEngine(engine, manager).catch(() => undefined);
    throw error;
  }
}

async function makeSwarm(engine: Engine, address: string): Promise<void> {
  await engine.call(`make a Swarm on engine ${engine.name}`, abortSignal =>
    engine.docker.swarmInit({ AdvertiseAddr: address, ListenAddr: `0.0.0.0:${MANAGEMENT_PORT}`, abortSignal }),
  );
}

async function join(engine: Engine, address: string, manager: Engine, managerAddress = ''): Promise<void> {
  const swarm = await manager.call('ask for the key of the Swarm', () => manager.docker.swarmInspect());
  await engine.call(`let engine ${engine.name} join the Swarm`, abortSignal =>
    engine.docker.swarmJoin({
      AdvertiseAddr: address,
      ListenAddr: `0.0.0.0:${MANAGEMENT_PORT}`,
      RemoteAddrs: [`${managerAddress}:${MANAGEMENT_PORT}`],
      JoinToken: swarm.JoinTokens.Worker,
      abortSignal,
    }),
  );
}

async function waitUntilReady(manager: Engine, engine: Engine, node: string): Promise<void> {
  const until = performance.now() + READY_MS;
  let found: SwarmNode | undefined;
  while (performance.now() < until) {
    found = (await listNodes(manager)).find(({ id }) => id === node);
    if (found?.state === 'ready') return;
    await pause(LOOK_AGAIN_MS);
  }
  const seen = found === undefined ? 'does not know it' : `sees it as ${found.state}`;
  throw new LabError(
    'CANNOT_CARRY',
    `engine ${engine.name} joined, but after ${READY_MS / 1000} s the manager ${manager.name} ${seen}`,
    { advice: 'lab engines check shows which ports do not answer' },
  );
}

function named(engines: readonly Engine[], name: string): Engine {
  const engine = engines.find(one => one.name === name);
  if (engine === undefined) throw new Error(`the plan names ${name}, which is no engine`);
  return engine;
}
