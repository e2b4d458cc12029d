/** Several engines, as `lab engines` works with them: looked at, put into one Swarm, taken out again. */
import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import type { EngineSpec } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { Engine } from '../engine.ts';
import { openEngines } from '../open-fleet.ts';
import { type DockerDriverOptions, type DockerSettings, withDefaults } from '../options.ts';
import { chooseAddresses, outerAddresses } from './choose-addresses.ts';
import { type EngineReport, type EnginesReport, reportEngines } from './engine-report.ts';
import { joinSwarm } from './join-swarm.ts';
import { leaveEngine, spanningLabs } from './leave-engine.ts';
import { type JoinPlan, type JoinStep, planJoin } from './plan-join.ts';
import { type LeaveStep, planLeave } from './plan-leave.ts';
import { type EnginePath, lookAtMachine, type MachineFacts, probePaths } from './probe-engines.ts';
import { requireDocker } from './require-docker.ts';
import { listNodes } from './swarm-nodes.ts';

/** What a closer look finds. */
export interface EnginesCheck {
  /** By engine. */
  readonly machines: ReadonlyMap<string, MachineFacts>;
  /** By engine: the address that the others reach it at. */
  readonly addresses: ReadonlyMap<string, string>;
  /** From each engine to each other one. */
  readonly paths: readonly EnginePath[];
}

/** A plan, and the addresses that it uses. */
export interface PlannedJoin extends JoinPlan {
  readonly addresses: ReadonlyMap<string, string>;
}

/** See the module's header. */
export class EngineGroup {
  readonly #specs: readonly EngineSpec[];
  readonly #engines: readonly Engine[];
  readonly #settings: DockerSettings;

  /**
   * Asks nothing of them yet.
   * @throws {LabError} `NOT_SUPPORTED` for two of one name or endpoint; `ENGINE_UNREACHABLE` for an endpoint that cannot be understood
   */
  constructor(specs: readonly EngineSpec[], options: DockerDriverOptions) {
    this.#specs = specs;
    this.#settings = withDefaults(options);
    this.#engines = openEngines(specs, this.#settings.requestTimeoutMs);
  }

  /** What each reports; those that do not answer are named. */
  async report(): Promise<EnginesReport> {
    const endpoints = new Map(this.#specs.map(({ name, endpoint }) => [name, endpoint]));
    const { engines, silent } = await reportEngines(this.#engines);
    const named = <T extends { readonly name: string; readonly where: string }>(one: T): T => ({
      ...one,
      where: endpoints.get(one.name) ?? one.where,
    });
    return { engines: engines.map(named), silent: silent.map(named) };
  }

  /**
   * Looks at the machines of these engines, and knocks from each at the ports of the others: by containers on their networks, which
   * are gone afterwards.
   * @throws {LabError} `CANNOT_CARRY` where it is not clear at which address an engine is reached
   */
  async check(engines: readonly EngineReport[]): Promise<EnginesCheck> {
    const machines = await this.#machines(engines);
    const addresses = await this.#addresses(engines, machines);
    const paths = await probePaths(this.#of(engines), addresses, this.#settings);
    return { machines, addresses, paths };
  }

  /** Works out what would make one Swarm of these engines. @throws {LabError} as requireDocker, planJoin and chooseAddresses */
  async planJoin(engines: readonly EngineReport[]): Promise<PlannedJoin> {
    await requireDocker(this.#of(engines));
    const plan = planJoin(engines);
    if (plan.steps.length === 0) return { ...plan, addresses: new Map() };
    // What is in a Swarm has told it its address.
    const known = new Map(engines.flatMap(({ name, swarm }) => (swarm.address === '' ? [] : [[name, swarm.address]])));
    const unknown = engines.filter(({ name }) => !known.has(name));
    const addresses = await this.#addresses(engines, await this.#machines(unknown), known);
    return { ...plan, addresses };
  }

  /** @throws {LabError} as joinSwarm */
  async join(plan: PlannedJoin, report: (step: JoinStep) => void): Promise<void> {
    await joinSwarm({ engines: this.#engines, plan, addresses: plan.addresses, report });
  }

  /**
   * Works out which of these engines leave their Swarm.
   * @throws {LabError} `CANNOT_CARRY` while a lab spans them
   */
  async planLeave(engines: readonly EngineReport[]): Promise<readonly LeaveStep[]> {
    const manager = this.#managerOf(engines);
    if (manager === undefined) return planLeave(engines, []);
    const steps = planLeave(engines, await listNodes(manager));
    const labs = steps.some(({ leaves }) => leaves) ? await spanningLabs(manager) : [];
    if (labs.length === 0) return steps;
    throw new LabError('CANNOT_CARRY', `labs span these engines: ${labs.join(', ')}`, {
      advice: `remove them first: lab down ${labs.join(' ')}`,
      details: { labs },
    });
  }

  /** @throws {LabError} as leaveEngine */
  async leave(
    engines: readonly EngineReport[],
    steps: readonly LeaveStep[],
    report: (step: LeaveStep) => void,
  ): Promise<void> {
    const manager = this.#managerOf(engines);
    for (const step of steps.filter(({ leaves }) => leaves)) {
      const engine = this.#engines.find(({ name }) => name === step.engine);
      if (engine === undefined || manager === undefined) throw new Error(`${step.engine} is no engine of the plan`);
      await leaveEngine(engine, manager);
      report(step);
    }
  }

  #managerOf(engines: readonly EngineReport[]): Engine | undefined {
    const name = engines.find(({ swarm }) => swarm.role === 'manager')?.name;
    return this.#engines.find(engine => engine.name === name);
  }

  #of(engines: readonly EngineReport[]): readonly Engine[] {
    return this.#engines.filter(engine => engines.some(({ name }) => name === engine.name));
  }

  async #machines(engines: readonly EngineReport[]): Promise<ReadonlyMap<string, MachineFacts>> {
    const found = this.#of(engines).map(
      async engine => [engine.name, await lookAtMachine(engine, this.#settings)] as const,
    );
    return new Map(await Promise.all(found));
  }

  async #addresses(
    engines: readonly EngineReport[],
    machines: ReadonlyMap<string, MachineFacts>,
    known: ReadonlyMap<string, string> = new Map(),
  ): Promise<ReadonlyMap<string, string>> {
    const given = new Map(known);
    for (const { name, endpoint, address } of this.#specs) {
      const told = address ?? (await endpointAddress(endpoint, machines.get(name)));
      if (told !== undefined && !given.has(name)) given.set(name, told);
    }
    const found = new Map([...machines].map(([name, { addresses }]) => [name, addresses] as const));
    return chooseAddresses(
      engines.map(({ name }) => name),
      given,
      found,
    );
  }
}

/** The address in an endpoint, where the machine has it as its own: behind a router it is another one. */
async function endpointAddress(endpoint: string, machine: MachineFacts | undefined): Promise<string | undefined> {
  const host = /^(?:ssh|tcp):\/\/(?:[^@/]*@)?([^:/]+)/.exec(endpoint)?.[1];
  if (host === undefined) return undefined;
  const address = isIPv4(host)
    ? host
    : await lookup(host, 4).then(
        ({ address: found }) => found,
        () => undefined,
      );
  return outerAddresses(machine?.addresses ?? []).find(own => own.address === address)?.address;
}
