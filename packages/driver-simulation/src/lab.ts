/** A handle to a simulated lab: what `up` and `find` give. The lab itself is simulated-lab.ts. */
import type {
  LogOptions,
  NetworkFacts,
  OfferedCapabilities,
  PeerChannel,
  PeerFacts,
  RunningLab,
  WithoutEffect,
} from '@peerlab/driver';
import { Lacking, requireEndSignal } from '@peerlab/driver';
import type { SimulationChannel } from './channel.ts';
import type { Registry } from './registry.ts';
import type { SimulatedLab } from './simulated-lab.ts';

/** See the module's header. */
export class SimulationLabHandle implements RunningLab {
  readonly driver = 'simulation';
  readonly withoutEffect: WithoutEffect = {
    needs: [
      'volumes',
      'write',
      'memoryBytes',
      'cpus',
      'pids',
      'tmpfs',
      'capabilities',
      'devices',
      'sysctls',
      'ports',
      'user',
    ],
    why: 'simulated peers have no files and no processes',
  };
  readonly name: string;
  readonly hash: string;
  readonly topology: string;
  readonly ephemeral: boolean;
  readonly network: NetworkFacts;
  readonly capabilities: OfferedCapabilities;
  readonly #lab: SimulatedLab;
  readonly #registry: Registry;
  readonly #isMaker: boolean;
  readonly #channels: Map<number, SimulationChannel>;

  /** @param channels those of peers that were just started, opened before they said `ready` */
  constructor(
    lab: SimulatedLab,
    registry: Registry,
    made: { readonly isMaker: boolean; readonly channels: ReadonlyMap<number, SimulationChannel> },
  ) {
    const { name, hash, topology, ephemeral } = lab.plan;
    this.name = name;
    this.hash = hash;
    this.topology = topology;
    this.ephemeral = ephemeral;
    this.network = { name: `simulated-${name}`, subnet: lab.subnet, internal: true };
    this.#lab = lab;
    this.capabilities = simulationCapabilities(lab);
    this.#registry = registry;
    this.#isMaker = made.isMaker;
    this.#channels = new Map(made.channels);
  }

  get peers(): readonly PeerFacts[] {
    return this.#lab.peers;
  }

  async survey(): Promise<readonly PeerFacts[]> {
    return this.peers;
  }

  async channel(index: number): Promise<PeerChannel> {
    const known = this.#channels.get(index);
    if (known?.isOpen === true && this.#lab.runs(index)) return known;
    const opened = this.#lab.channel(index);
    this.#channels.set(index, opened);
    return opened;
  }

  async *logs(index: number, options: LogOptions): AsyncGenerator<string> {
    yield* this.#lab.log(index).read(options);
  }

  async kill(index: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    requireEndSignal(signal);
    await this.#lab.endBy(index, signal);
  }

  async stop(index: number): Promise<void> {
    await this.#lab.stop(index);
  }

  async start(index: number): Promise<void> {
    if (this.#lab.runs(index)) return;
    this.#channels.get(index)?.close();
    this.#channels.set(index, this.#lab.start(index));
    await this.#lab.settled();
    this.#lab.requireRunning(index);
  }

  async down(): Promise<void> {
    this.#registry.remove(this.#lab);
    await this.#letGo();
  }

  async close(): Promise<void> {
    if (this.ephemeral && this.#isMaker) this.#registry.remove(this.#lab);
    await this.#letGo();
  }

  async #letGo(): Promise<void> {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) channel.close();
    await Promise.all(channels.map(channel => channel.closed));
  }
}

function simulationCapabilities(lab: SimulatedLab): OfferedCapabilities {
  const { world } = lab;
  return {
    pause: {
      pause: async index => lab.pause(index),
      unpause: async index => {
        lab.unpause(index);
        await lab.settled();
      },
    },
    isolate: {
      isolate: async index => lab.isolate(index),
      rejoin: async index => {
        lab.rejoin(index);
        await lab.settled();
      },
    },
    passTime: {
      get nowMs(): number {
        return world.nowUs / 1000;
      },
      passTime: async timeMs => await lab.passTime(timeMs),
    },
    reproduce: {
      seed: world.seed,
      get traceHash(): string {
        return world.traceHash;
      },
      aside: look => lab.aside(look),
    },
    files: new Lacking(
      'simulated peers are objects in this process: they have no files',
      'use --driver local or docker',
    ),
    exec: new Lacking(
      'simulated peers are objects in this process: no program runs beside them',
      'use --driver local or docker',
    ),
    dial: new Lacking('simulated peers have no ports'),
    ports: new Lacking('simulated peers have no ports'),
    usage: new Lacking('simulated peers share the memory and the processor of this process'),
    capture: new Lacking('simulated peers send no packets', 'lab record keeps what they send each other'),
    cut: new Lacking('simulated peers have no kernel', 'cut their links: every simulated peer announces "shape"'),
    shapeInterface: new Lacking(
      'simulated peers have no kernel',
      'shape their links: every simulated peer announces "shape"',
    ),
  };
}
