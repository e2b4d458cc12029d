/**
 * The simulation driver: a lab's peers in virtual time, in this process, deterministic from the topology's seed. The
 * peers are the very agents that containers run (packages/simulation); a lab is gone when the process is.
 */
import { hostname, userInfo } from 'node:os';
import process from 'node:process';
import type { Driver, LabPlan, LabSummary, Probe, WorkContext } from '../../driver.ts';
import { LabError } from '../../lab-error.ts';
import type { SimulationChannel } from './channel.ts';
import { type SimulationLab, SimulationLabHandle, VIRTUAL_SUBNET } from './lab.ts';
import { type ProgramAgent, SimulatedLab } from './simulated-lab.ts';

export type { SimulationFacts, SimulationLab } from './lab.ts';
export type { ProgramAgent } from './simulated-lab.ts';

/** Settings of the driver. */
export interface SimulationDriverOptions {
  /**
   * Agents in place of programs, for tests.
   * @default none: a plan with programs is refused
   */
  readonly programAgent?: ProgramAgent | undefined;
  /**
   * The most peers of a lab. @default 20000: about 40 kB each; larger networks are for `lab sim`, which floods without
   * whole agents
   */
  readonly maxPeers?: number | undefined;
}

/** A driver whose labs can be asked for their trace. */
export interface SimulationDriver extends Driver {
  up(plan: LabPlan, context: WorkContext): Promise<SimulationLab>;
  find(name: string): Promise<SimulationLab | undefined>;
}

const MAX_PEERS = 20_000;
/** Peers that are started before others have a turn. */
const PEERS_AT_ONCE = 500;

/** Makes the driver. Its labs are its own: another driver of the same process does not see them. */
export function createSimulationDriver(options: SimulationDriverOptions = {}): SimulationDriver {
  return new InProcessDriver(options);
}

class InProcessDriver implements SimulationDriver {
  readonly name = 'simulation';
  readonly #options: SimulationDriverOptions;
  readonly #labs: Map<string, SimulatedLab> = new Map();

  constructor(options: SimulationDriverOptions) {
    this.#options = options;
  }

  async probe(): Promise<Probe> {
    return { available: true, reason: 'peers run in this process, in virtual time' };
  }

  async up(plan: LabPlan, { signal, report }: WorkContext): Promise<SimulationLab> {
    throwIfAborted(signal, plan);
    this.#refuse(plan);
    const existing = this.#labs.get(plan.name);
    const lab = existing ?? new SimulatedLab(plan, this.#options.programAgent ?? (() => undefined));
    this.#labs.set(plan.name, lab);
    const started = new Map<number, SimulationChannel>();
    try {
      report({ step: 'network', state: 'done', detail: `${VIRTUAL_SUBNET}, virtual, seed ${lab.world.seed}` });
      report({ step: 'peers', state: 'started', detail: `${plan.peers.length}` });
      for (const { index } of plan.peers) {
        if (!lab.runs(index)) started.set(index, lab.start(index));
        if (started.size % PEERS_AT_ONCE !== PEERS_AT_ONCE - 1) continue;
        await new Promise(resolve => setImmediate(resolve));
        throwIfAborted(signal, plan);
        report({ step: 'peers', state: 'running', detail: `${index + 1} of ${plan.peers.length}` });
      }
      throwIfAborted(signal, plan);
    } catch (error) {
      for (const index of started.keys()) lab.kill(index);
      if (existing === undefined) this.#labs.delete(plan.name);
      throw error;
    }
    report({ step: 'peers', state: 'done', detail: `${lab.running} up, ${plan.peers.length} addresses` });
    return this.#handle(lab, { isMaker: existing === undefined, channels: started });
  }

  async find(name: string): Promise<SimulationLab | undefined> {
    const lab = this.#labs.get(name);
    return lab === undefined ? undefined : this.#handle(lab, { isMaker: false, channels: new Map() });
  }

  async list(): Promise<readonly LabSummary[]> {
    return [...this.#labs.values()].map(({ plan, running, createdAtMs }) => ({
      name: plan.name,
      driver: 'simulation',
      hash: plan.hash,
      subnet: VIRTUAL_SUBNET,
      peers: plan.peers.length,
      running,
      ephemeral: plan.ephemeral,
      createdAtMs,
      owner: `${userInfo().username}@${hostname()}:${process.pid}`,
    }));
  }

  #handle(lab: SimulatedLab, made: ConstructorParameters<typeof SimulationLabHandle>[2]): SimulationLab {
    const remove = (): void => {
      if (this.#labs.get(lab.plan.name) === lab) this.#labs.delete(lab.plan.name);
      lab.end();
    };
    return new SimulationLabHandle(lab, remove, made);
  }

  #refuse(plan: LabPlan): void {
    const { maxPeers = MAX_PEERS } = this.#options;
    const existing = this.#labs.get(plan.name);
    if (existing !== undefined && existing.plan.hash !== plan.hash) {
      throw new LabError('NAME_TAKEN', `the lab ${plan.name} runs with another topology`, {
        advice: `remove it with: lab down ${plan.name}`,
        details: { lab: plan.name, hash: existing.plan.hash },
      });
    }
    if (plan.peers.length > maxPeers) {
      throw new LabError(
        'CANNOT_CARRY',
        `${plan.peers.length} peers, more than ${maxPeers} whole ones in one process`,
        {
          advice: 'simulate its floods alone, with: lab sim flood',
          details: { peers: plan.peers.length, maxPeers },
        },
      );
    }
  }
}

function throwIfAborted(signal: AbortSignal, plan: LabPlan): void {
  if (signal.aborted) throw new LabError('ABORTED', `given up while ${plan.name} was coming up`);
}
