/** Which engines leave the Swarm that join-swarm.ts put them in. Changes nothing: leave-engine.ts does. */
import type { SwarmFacts } from '../swarm.ts';
import type { EngineReport } from './engine-report.ts';
import { isSameSwarm } from './plan-join.ts';
import type { SwarmNode } from './swarm-nodes.ts';

/** What is done with an engine. */
export interface LeaveStep {
  readonly engine: string;
  /** False: it stays where it is. */
  readonly leaves: boolean;
  /** Why it stays, in one clause. */
  readonly why?: string;
}

/** What of a report the plan needs. */
export type LeavingEngine = Pick<EngineReport, 'name' | 'swarm'>;

/**
 * Which engines leave: those that were put into the Swarm here, and with the last of them the Swarm that was made here.
 * @param nodes of the Swarm, as its manager among the engines sees them
 * @returns workers before the manager
 */
export function planLeave(engines: readonly LeavingEngine[], nodes: readonly SwarmNode[]): readonly LeaveStep[] {
  const manager = engines.find(({ swarm }) => swarm.role === 'manager')?.swarm;
  const workers = engines
    .filter(({ swarm }) => swarm.node !== manager?.node)
    .map(one => workerStep(one, nodes, manager));
  const own = engines.find(({ swarm }) => manager !== undefined && swarm.node === manager.node);
  if (own === undefined) return workers;
  const leaving = new Set(workers.filter(({ leaves }) => leaves).map(({ engine }) => engine));
  const gone = engines.filter(({ name }) => leaving.has(name)).map(({ swarm }) => swarm.node);
  const left = nodes.filter(({ id }) => id !== own.swarm.node && !gone.includes(id)).length;
  return [...workers, managerStep(own, nodes, left)];
}

function workerStep(
  { name, swarm }: LeavingEngine,
  nodes: readonly SwarmNode[],
  manager: SwarmFacts | undefined,
): LeaveStep {
  if (swarm.role === 'none') return { engine: name, leaves: false, why: 'it is in no Swarm' };
  if (manager === undefined) return { engine: name, leaves: false, why: 'none of the engines manages its Swarm' };
  if (!isSameSwarm(swarm, manager)) return { engine: name, leaves: false, why: 'it is in another Swarm' };
  const mark = nodes.find(({ id }) => id === swarm.node)?.mark;
  return mark === 'joined' ? { engine: name, leaves: true } : { engine: name, leaves: false, why: WAS_THERE };
}

const WAS_THERE = 'it was in its Swarm before';

function managerStep({ name, swarm }: LeavingEngine, nodes: readonly SwarmNode[], left: number): LeaveStep {
  const mark = nodes.find(({ id }) => id === swarm.node)?.mark;
  if (mark !== 'made') return { engine: name, leaves: false, why: WAS_THERE };
  if (left === 0) return { engine: name, leaves: true };
  return {
    engine: name,
    leaves: false,
    why: `it manages the Swarm, in which ${left === 1 ? 'another engine stays' : `${left} others stay`}`,
  };
}
