/** Which engines a Swarm is made of: a new one, or the one that some of them are in. Changes nothing: join-swarm.ts does. */
import { LabError } from '@peerlab/driver';
import type { SwarmFacts } from '../swarm.ts';
import type { EngineReport } from './engine-report.ts';

/** What the plan needs to know of an engine. */
export type JoiningEngine = Pick<EngineReport, 'name' | 'where' | 'id' | 'swarm'>;

/** One change to one engine. */
export interface JoinStep {
  /** `make`: it makes the Swarm, and manages it; `join`: it becomes a worker of it. */
  readonly kind: 'make' | 'join';
  readonly engine: string;
}

/** What makes one Swarm of the engines. */
export interface JoinPlan {
  /** In order; empty where they are one Swarm. */
  readonly steps: readonly JoinStep[];
  /** The engine that manages the Swarm, or will. */
  readonly manager: string;
}

/**
 * Those that are in no Swarm join the Swarm of the others; where none is in one, the first makes it.
 * @param engines in the user's order
 * @throws {LabError} `NOT_SUPPORTED` for fewer than two engines, or one that is named twice; `CANNOT_CARRY` for engines of different
 *   Swarms, or of one that none of them manages
 */
export function planJoin(engines: readonly JoiningEngine[]): JoinPlan {
  const [first] = engines;
  if (first === undefined || engines.length < 2) {
    throw new LabError('NOT_SUPPORTED', `a Swarm is made of several engines: ${engines.length} is named`, {
      advice: 'name each: --engine a=unix:///var/run/docker.sock --engine b=ssh://USER@HOST, or in the settings file',
    });
  }
  refuseTwins(engines);
  refuseUnclear(engines);
  const inside = engines.filter(({ swarm }) => swarm.role !== 'none');
  const outside = engines.filter(({ swarm }) => swarm.role === 'none');
  const manager = inside.find(({ swarm }) => swarm.role === 'manager');
  if (manager === undefined && inside.length > 0) {
    throw new LabError('CANNOT_CARRY', `${namesOf(inside)} in a Swarm that none of these engines manages`, {
      advice: 'name a manager of that Swarm as well, or take them out of it: docker swarm leave',
    });
  }
  const stranger = inside.find(({ swarm }) => manager !== undefined && !isSameSwarm(swarm, manager.swarm));
  if (manager !== undefined && stranger !== undefined) {
    throw new LabError('CANNOT_CARRY', `${manager.name} and ${stranger.name} are in different Swarms`, {
      advice: `take one of them out of its Swarm: docker swarm leave, on ${manager.name} or ${stranger.name}`,
    });
  }
  const joining = outside.map(({ name }) => ({ kind: 'join' as const, engine: name }));
  if (manager !== undefined) return { steps: joining, manager: manager.name };
  return { steps: [{ kind: 'make', engine: first.name }, ...joining.slice(1)], manager: first.name };
}

/** Whether an engine is in the Swarm of that manager. A worker does not know its Swarm's id, but its managers. */
export function isSameSwarm(swarm: SwarmFacts, manager: SwarmFacts): boolean {
  return swarm.role === 'manager' ? swarm.cluster === manager.cluster : swarm.managers.includes(manager.node);
}

function refuseTwins(engines: readonly JoiningEngine[]): void {
  for (const [i, { name, id }] of engines.entries()) {
    const twin = engines.slice(0, i).find(other => other.id === id && id !== '');
    if (twin === undefined) continue;
    throw new LabError('NOT_SUPPORTED', `the engines ${twin.name} and ${name} have one id: they are one engine`, {
      advice: 'name each engine once; a copy of another one needs its own /etc/docker/key.json, or engine-id',
      details: { id },
    });
  }
}

function refuseUnclear(engines: readonly JoiningEngine[]): void {
  const unclear = engines.find(({ swarm }) => !['active', 'inactive'].includes(swarm.state));
  if (unclear === undefined) return;
  throw new LabError('CANNOT_CARRY', `the Swarm of engine ${unclear.name} is ${unclear.swarm.state}`, {
    advice:
      unclear.swarm.state === 'locked' ? `docker swarm unlock, on ${unclear.name}` : `docker info, on ${unclear.name}`,
  });
}

function namesOf(engines: readonly JoiningEngine[]): string {
  const names = engines.map(({ name }) => name).join(', ');
  return engines.length === 1 ? `engine ${names} is` : `engines ${names} are`;
}
