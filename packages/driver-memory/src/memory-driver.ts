/** A driver whose labs are in memory, for the tests of the core: no process, no socket, no clock. */

import {
  type ClaimOptions,
  type CutsNetwork,
  type Driver,
  LabError,
  type LabPlan,
  type LabSummary,
  Lacking,
  type Leftover,
  type LogOptions,
  type NetworkFacts,
  type OfferedCapabilities,
  type PeerChannel,
  type PeerFacts,
  type PlannedPeer,
  type Probe,
  type RunningLab,
  type Way,
  type WorkContext,
  waitForClaim,
} from '@peerlab/driver';
import { Random } from '@peerlab/graph';
import { MemoryExecution } from './memory-execution.ts';
import { MemoryNetwork } from './memory-network.ts';
import { MemoryPeer } from './memory-peer.ts';
import { SABOTEURS } from './saboteurs.ts';

const PORT = 7946;

/** See the module's header. */
export class MemoryDriver implements Driver {
  readonly name = 'simulation';
  readonly labs: Map<string, MemoryLab> = new Map();
  /** What {@link leftovers} tells. */
  remains: readonly Leftover[] = [];
  readonly #seed: number;
  /** False: its labs have no kernel that cuts the network. */
  readonly cuts: boolean;
  readonly #claims: Set<string> = new Set();

  /** @param seed decides the order in which frames and commands are served */
  constructor(seed = 1, { cuts = true }: { readonly cuts?: boolean } = {}) {
    this.#seed = seed;
    this.cuts = cuts;
  }

  async probe(): Promise<Probe> {
    return { available: true, reason: 'memory' };
  }

  async up(plan: LabPlan, { signal, report }: WorkContext): Promise<MemoryLab> {
    const known = this.labs.get(plan.name);
    const lab = known ?? new MemoryLab(plan, this, this.#seed);
    this.labs.set(plan.name, lab);
    for (const step of ['network', 'peers'] as const) {
      report({ step, state: 'started', detail: '' });
      await new Promise<void>(resolve => setImmediate(resolve));
      if (signal.aborted) {
        if (known === undefined) this.labs.delete(plan.name);
        throw new LabError('ABORTED', 'cancelled');
      }
      if (step === 'peers') lab.startMissing();
      report({ step, state: 'done', detail: `${plan.peers.length} up` });
    }
    return lab;
  }

  async claim(name: string, options: ClaimOptions): Promise<AsyncDisposable> {
    return await waitForClaim(name, options, async () => {
      if (this.#claims.has(name)) return { owner: 'test' };
      this.#claims.add(name);
      return { [Symbol.asyncDispose]: async () => void this.#claims.delete(name) };
    });
  }

  async find(name: string): Promise<MemoryLab | undefined> {
    return this.labs.get(name);
  }

  async leftovers(): Promise<readonly Leftover[]> {
    return this.remains;
  }

  async removeLeftover({ id }: Leftover): Promise<void> {
    if (id === 'stuck') throw new LabError('ENGINE_REFUSED', 'it does not go');
    this.remains = this.remains.filter(other => other.id !== id);
  }

  async list(): Promise<readonly LabSummary[]> {
    return [...this.labs.values()].map(lab => ({
      name: lab.name,
      driver: this.name,
      hash: lab.hash,
      subnet: lab.network.subnet,
      peers: lab.peers.length,
      running: lab.peers.filter(({ state }) => state === 'running').length,
      ephemeral: lab.ephemeral,
      createdAtMs: 0,
      owner: 'test',
    }));
  }
}

/** A lab in memory. */
export class MemoryLab implements RunningLab {
  readonly driver = 'simulation';
  readonly network: NetworkFacts = { name: 'memory', subnet: '10.0.0.0/24', internal: true };
  /** What happens when a program is run beside a peer; a test prints for it and ends it. Left alone: there is none. */
  onExec: ((execution: MemoryExecution) => void) | undefined;
  readonly capabilities: OfferedCapabilities;
  readonly #offered: OfferedCapabilities = {
    exec: {
      exec: async (index, command, options = {}) => {
        const peer = this.#require(index);
        if (options.signal?.aborted === true) throw new LabError('ABORTED', 'cancelled');
        if (this.onExec === undefined) throw new LabError('PROGRAM_MISSING', `${command[0]}: there is no such program`);
        const execution = new MemoryExecution(index, command, options);
        void peer.closed.then(() => execution.end({ reason: 'ended with the peer' }));
        this.onExec(execution);
        return execution;
      },
    },
    pause: {
      pause: async index => this.#wires.setPaused(this.#require(index).address, true),
      unpause: async index => {
        this.#wires.setPaused(this.#require(index).address, this.#hanging.get(index) === 'for good');
        if (this.#hanging.get(index) === 'stopped') this.#hanging.delete(index);
      },
    },
    isolate: {
      isolate: async index => this.#wires.setIsolated(this.#require(index).address, true),
      rejoin: async index => this.#wires.setIsolated(this.#require(index).address, false),
    },
  };
  readonly #plan: LabPlan;
  readonly #owner: MemoryDriver;
  readonly #wires: MemoryNetwork<MemoryPeer>;
  readonly #running: (MemoryPeer | undefined)[];
  readonly #hanging: Map<number, 'for good' | 'stopped'> = new Map();
  readonly #cuts: Map<string, Way> = new Map();

  constructor(plan: LabPlan, owner: MemoryDriver, seed: number) {
    this.#plan = plan;
    this.#owner = owner;
    this.#wires = new MemoryNetwork(new Random(seed));
    this.#running = plan.peers.map(() => undefined);
    const cut: CutsNetwork = {
      cuts: async () => [...this.#cuts.values()],
      cut: async ways => this.#setCut(ways, true),
      restore: async ways => this.#setCut(ways, false),
    };
    this.capabilities = { ...this.#offered, cut: owner.cuts ? cut : new Lacking('there is no kernel') };
  }

  get name(): string {
    return this.#plan.name;
  }

  get hash(): string {
    return this.#plan.hash;
  }

  get topology(): string {
    return this.#plan.topology;
  }

  get ephemeral(): boolean {
    return this.#plan.ephemeral;
  }

  get peers(): readonly PeerFacts[] {
    return this.#plan.peers.map(({ index, name, nodeId }) => ({
      index,
      name,
      nodeId,
      address: `10.0.0.${index}`,
      port: PORT,
      state: this.#stateOf(index),
      ...(this.#wires.isIsolated(addressOf(index)) ? { isolated: true } : {}),
    }));
  }

  async survey(): Promise<readonly PeerFacts[]> {
    return this.peers;
  }

  #stateOf(index: number): PeerFacts['state'] {
    if (this.#running[index]?.isRunning !== true) return 'stopped';
    return this.#wires.isPaused(addressOf(index)) && !this.#hanging.has(index) ? 'paused' : 'running';
  }

  /**
   * Has a peer hang, or go on: it runs, and does nothing at all.
   * @param how `stopped`: by a signal, which unpausing undoes; `for good`: until it is ended
   */
  hang(index: number, how: 'for good' | 'stopped' | undefined): void {
    if (how === undefined) this.#hanging.delete(index);
    else this.#hanging.set(index, how);
    this.#wires.setPaused(addressOf(index), how !== undefined);
  }

  /** The peer at this place, whether it runs or not. */
  peer(index: number): MemoryPeer {
    const peer = this.#running[index];
    if (peer === undefined) throw new LabError('NO_SUCH_PEER', `no peer ${index}`);
    return peer;
  }

  /** Starts what does not run: one peer, or every one. */
  startMissing(only?: number): void {
    for (const planned of this.#plan.peers) {
      if (only !== undefined && planned.index !== only) continue;
      if (this.#running[planned.index]?.isRunning === true) continue;
      const peer = createPeer(planned, this.#wires);
      this.#running[planned.index] = peer;
      peer.start();
    }
  }

  async channel(index: number): Promise<PeerChannel> {
    const peer = this.#require(index);
    let stop = (): void => undefined;
    return {
      closed: peer.closed,
      write: async line => peer.write(line),
      listen: listener => {
        stop = peer.listen(line => listener(line, 'stdout'));
      },
      close: () => stop(),
    };
  }

  async *logs(index: number, { tail }: LogOptions): AsyncGenerator<string> {
    yield* this.peer(index).log.slice(-(tail ?? Number.POSITIVE_INFINITY));
  }

  async kill(index: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const peer = this.#require(index);
    this.hang(index, undefined);
    peer.end({ reason: `killed by ${signal}` });
  }

  async stop(index: number): Promise<void> {
    const peer = this.#require(index);
    this.hang(index, undefined);
    peer.end({ reason: 'exited with status 0', exitCode: 0 });
  }

  async start(index: number): Promise<void> {
    if (this.peer(index).isRunning) return;
    this.#wires.setIsolated(addressOf(index), false);
    this.startMissing(index);
  }

  #setCut(ways: readonly Way[], isCut: boolean): void {
    for (const way of ways) {
      const [from, to] = way;
      this.#wires.setCut(addressOf(from), addressOf(to), isCut);
      if (isCut) this.#cuts.set(String(way), way);
      else this.#cuts.delete(String(way));
    }
  }

  #require(index: number): MemoryPeer {
    const peer = this.peer(index);
    if (!peer.isRunning) throw new LabError('PEER_FAILED', `${peer.spec.name} does not run`);
    return peer;
  }

  async down(): Promise<void> {
    for (const peer of this.#running) peer?.end({ reason: 'killed' });
    this.#owner.labs.delete(this.name);
  }

  async close(): Promise<void> {
    if (this.ephemeral) await this.down();
  }
}

function addressOf(index: number): string {
  return `10.0.0.${index}:${PORT}`;
}

function createPeer({ name, nodeId, index, program }: PlannedPeer, wires: MemoryNetwork<MemoryPeer>): MemoryPeer {
  const spec = { name, nodeId, host: `10.0.0.${index}`, port: PORT };
  const [kind] = program ?? [];
  if (kind === undefined) return new MemoryPeer(spec, wires);
  const Saboteur = SABOTEURS[kind];
  if (Saboteur === undefined) throw new RangeError(`no peer of kind ${kind}`);
  return new Saboteur(spec, wires);
}
