/** A handle to a simulated lab: what `up` and `find` give. The lab itself is simulated-lab.ts. */
import type { LogOptions, NetworkFacts, PeerChannel, PeerFacts, RunningLab } from '@peerlab/driver';
import { requireEndSignal } from '@peerlab/driver';
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

/** A simulated lab, with its trace. */
export interface SimulationLab extends RunningLab {
  readonly simulation: SimulationFacts;
  passTime(timeMs: number): Promise<void>;
  readonly nowMs: number;
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

  async survey(): Promise<readonly PeerFacts[]> {
    return this.peers;
  }

  get traceHash(): string {
    return this.#lab.world.traceHash;
  }

  get simulation(): SimulationFacts {
    const { seed, nowUs, traceHash } = this.#lab.world;
    return { seed, nowMs: nowUs / 1000, traceHash };
  }

  get nowMs(): number {
    return this.#lab.world.nowUs / 1000;
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

  async pause(index: number): Promise<void> {
    this.#lab.pause(index);
  }

  async unpause(index: number): Promise<void> {
    this.#lab.unpause(index);
    await this.#lab.settled();
  }

  async start(index: number): Promise<void> {
    if (this.#lab.runs(index)) return;
    this.#channels.get(index)?.close();
    this.#channels.set(index, this.#lab.start(index));
    await this.#lab.settled();
    this.#lab.requireRunning(index);
  }

  async isolate(index: number): Promise<void> {
    this.#lab.isolate(index);
  }

  async rejoin(index: number): Promise<void> {
    this.#lab.rejoin(index);
    await this.#lab.settled();
  }

  async passTime(timeMs: number): Promise<void> {
    await this.#lab.passTime(timeMs);
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
