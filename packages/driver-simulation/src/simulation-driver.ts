/**
 * The simulation driver: a lab's peers in virtual time, in this process, deterministic from the topology's seed. The
 * peers are the very agents that containers run (packages/simulation); a lab is gone when the process is.
 */
import { hostname, userInfo } from 'node:os';
import process from 'node:process';
import type { Driver, LabPlan, LabSummary, Leftover, Probe, RunningLab, WorkContext } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { formatBytes } from '@peerlab/simulation';
import { addressBlock, BLOCK_PEERS, MAX_BLOCKS } from './address-block.ts';
import type { SimulationChannel } from './channel.ts';
import { SimulationLabHandle } from './lab.ts';
import { availableLabBytes, labBytes } from './lab-memory.ts';
import { linkPlan } from './link-plan.ts';
import { Registry } from './registry.ts';
import { type ProgramAgent, SimulatedLab } from './simulated-lab.ts';

/** Settings of the driver. */
export interface SimulationDriverOptions {
  /**
   * Agents in place of programs, for tests.
   * @default none: a plan with programs is refused
   */
  readonly programAgent?: ProgramAgent | undefined;
  /** Bytes that a lab may take. @default what this process may still take, see lab-memory.ts */
  readonly availableBytes?: number | undefined;
}

/** Reports of how far the peers are, about, in one `up`. */
const REPORTS = 20;

/** Every driver of a process sees the same labs. */
const REGISTRY = new Registry();

/** Makes the driver. */
export function createSimulationDriver(options: SimulationDriverOptions = {}): Driver {
  return new InProcessDriver(options, REGISTRY);
}

class InProcessDriver implements Driver {
  readonly name = 'simulation';
  readonly isVirtual = true;
  readonly #options: SimulationDriverOptions;
  readonly #registry: Registry;

  constructor(options: SimulationDriverOptions, registry: Registry) {
    this.#options = options;
    this.#registry = registry;
  }

  async probe(): Promise<Probe> {
    return { available: true, reason: 'peers run in this process, in virtual time' };
  }

  async up(plan: LabPlan, context: WorkContext): Promise<RunningLab> {
    throwIfAborted(context.signal, plan);
    this.#refuse(plan);
    const existing = this.#registry.find(plan.name);
    const lab = existing ?? this.#create(plan);
    const started = new Map<number, SimulationChannel>();
    try {
      await startMissing(lab, started, context);
    } catch (error) {
      for (const index of started.keys()) lab.kill(index);
      if (existing === undefined) this.#registry.remove(lab);
      throw error;
    }
    return new SimulationLabHandle(lab, this.#registry, { isMaker: existing === undefined, channels: started });
  }

  async find(name: string): Promise<RunningLab | undefined> {
    const lab = this.#registry.find(name);
    if (lab === undefined) return undefined;
    return new SimulationLabHandle(lab, this.#registry, { isMaker: false, channels: new Map() });
  }

  async list(): Promise<readonly LabSummary[]> {
    return this.#registry.labs.map(({ plan, subnet, running, createdAtMs }) => ({
      name: plan.name,
      driver: 'simulation',
      hash: plan.hash,
      subnet,
      peers: plan.peers.length,
      running,
      ephemeral: plan.ephemeral,
      createdAtMs,
      owner: `${userName()}@${hostname()}:${process.pid}`,
    }));
  }

  /** None: a lab ends with the process that it is in. */
  async leftovers(): Promise<readonly Leftover[]> {
    return [];
  }

  async removeLeftover(): Promise<void> {}

  #create(plan: LabPlan): SimulatedLab {
    const block = this.#registry.freeBlock();
    if (block === undefined) {
      throw new LabError('CANNOT_CARRY', `${MAX_BLOCKS} labs are already simulated in this process`, {
        advice: 'remove one with: lab down',
      });
    }
    const lab = new SimulatedLab(plan, addressBlock(block), this.#options.programAgent ?? (() => undefined));
    this.#registry.add(lab, block);
    return lab;
  }

  #refuse(plan: LabPlan): void {
    const own = plan.peers.find(({ kind }) => kind !== undefined);
    if (own?.kind !== undefined) {
      const message = `${own.name} has the kind ${own.kind.name}, which cannot be simulated: your own programs run in real time`;
      throw new LabError('NOT_SUPPORTED', message, {
        advice: 'use --driver local or docker',
        details: { lab: plan.name, peer: own.name, kind: own.kind.name },
      });
    }
    const existing = this.#registry.find(plan.name);
    if (existing !== undefined && existing.plan.hash !== plan.hash) {
      throw new LabError('NAME_TAKEN', `the lab ${plan.name} runs with another topology`, {
        advice: `remove it with: lab down ${plan.name}`,
        details: { lab: plan.name, hash: existing.plan.hash },
      });
    }
    if (existing === undefined) this.#refuseTooLarge(plan);
  }

  #refuseTooLarge(plan: LabPlan): void {
    const size = { peers: plan.peers.length, links: linkPlan(plan.topology).linkCount };
    const neededBytes = labBytes(size);
    const availableBytes = this.#options.availableBytes ?? availableLabBytes();
    if (neededBytes <= availableBytes && size.peers <= BLOCK_PEERS) return;
    const whole = `${size.peers} whole peers with ${size.links} links`;
    const why =
      size.peers > BLOCK_PEERS
        ? `a lab has ${BLOCK_PEERS} addresses`
        : `they need up to ${formatBytes(neededBytes)}, and ${formatBytes(availableBytes)} are free`;
    throw new LabError('CANNOT_CARRY', `${whole} do not fit: ${why}`, {
      advice: 'take fewer peers, or flood the network as a whole: no scenario, no recording and no page',
      details: { lab: plan.name, ...size, neededBytes, availableBytes },
    });
  }
}

/** Starts every peer that does not run; their channels are put into `started` as they come. */
async function startMissing(
  lab: SimulatedLab,
  started: Map<number, SimulationChannel>,
  { signal, report }: WorkContext,
): Promise<void> {
  const { plan } = lab;
  const total = plan.peers.length;
  const batch = Math.ceil(total / REPORTS);
  report({ step: 'network', state: 'started', detail: lab.subnet });
  report({ step: 'network', state: 'done', detail: `${lab.subnet}, virtual, seed ${lab.world.seed}` });
  report({ step: 'peers', state: 'started', detail: `${total} to start` });
  for (const { index } of plan.peers) {
    if (!lab.runs(index)) started.set(index, lab.start(index));
    if ((index + 1) % batch !== 0) continue;
    await lab.settled();
    throwIfAborted(signal, plan);
    report({ step: 'peers', state: 'running', detail: `${index + 1} of ${total}` });
  }
  await lab.settled();
  throwIfAborted(signal, plan);
  for (const index of started.keys()) lab.requireRunning(index);
  report({ step: 'peers', state: 'done', detail: `${lab.running} up, ${total} addresses` });
}

function throwIfAborted(signal: AbortSignal, plan: LabPlan): void {
  if (signal.aborted) throw new LabError('ABORTED', `cancelled while ${plan.name} was starting`);
}

/** The user's name; their number where the system does not know them. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
