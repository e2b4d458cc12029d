/** A handle to a simulated lab: what `up` and `find` give. The lab itself is simulated-lab.ts. */
import type { LogOptions, NetworkFacts, PeerChannel, PeerFacts, RunningLab } from '../../driver.ts';
import type { SimulationChannel } from './channel.ts';
import type { Registry } from './registry.ts';
import type { SimulatedLab } from './simulated-lab.ts';

/** What the virtual world behind a lab says of itself. */
export interface SimulationFacts {
  readonly seed: number;
  /** Virtual milliseconds since the lab began. */
  readonly nowMs: number;
  /** Equal for two runs that went the same way: see TraceHash in packages/simulation. */
  readonly traceHash: string;
}

/** A simulated lab: with faults, and with its trace. */
export interface SimulationLab extends RunningLab {
  readonly simulation: SimulationFacts;
  /** Ends a peer at once, as SIGKILL ends a process. @throws {LabError} `NO_SUCH_PEER` */
  kill(index: number): void;
}

/** See the module's header. */
export class SimulationLabHandle implements SimulationLab {
  readonly driver = 'simulation';
  readonly name: string;
  readonly hash: string;
  readonly topology: string;
  readonly ephemeral: boolean;
  readonly network: NetworkFacts;
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
    this.#registry = registry;
    this.#isMaker = made.isMaker;
    this.#channels = new Map(made.channels);
  }

  get peers(): readonly PeerFacts[] {
    return this.#lab.peers;
  }

  get simulation(): SimulationFacts {
    const { seed, nowUs, traceHash } = this.#lab.world;
    return { seed, nowMs: nowUs / 1000, traceHash };
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

  kill(index: number): void {
    this.#lab.kill(index);
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
