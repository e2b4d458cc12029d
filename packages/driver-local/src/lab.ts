/** A lab that exists, as seen through its keeper: facts, control channels, logs, removal. */
import { resolve } from 'node:path';
import type {
  Capture,
  DialOptions,
  ExecOptions,
  Execution,
  LogOptions,
  NetworkFacts,
  OfferedCapabilities,
  PeerChannel,
  PeerFacts,
  RunningLab,
  WithoutEffect,
} from '@peerlab/driver';
import { dialFromHere, LabError, Lacking, requireEndSignal } from '@peerlab/driver';
import { captureLoopback, hasTcpdump } from './capture.ts';
import { type LocalChannel, openChannel } from './channel.ts';
import { copyFiles } from './copy-files.ts';
import { execute, requireWanted } from './execution.ts';
import { KeeperConnection, KeeperGoneError, LabEndingError } from './keeper-connection.ts';
import { peerLogs } from './logs.ts';
import type { KeeperFacts, Operation, Question, StartAnswer } from './messages.ts';
import type { LocalSettings } from './options.ts';
import { removeLab } from './remove.ts';
import { processUsage } from './usage.ts';

/** Why nothing can be done to the network of one peer alone. */
const LOOPBACK = 'local peers share the loopback interface of this machine';

/** How the lab was come by. */
export interface LabHandle {
  readonly facts: KeeperFacts;
  /** The path of its keeper's socket. */
  readonly socket: string;
  readonly settings: LocalSettings;
  /** What this process started: the number of the run by the peer's index. */
  readonly started?: ReadonlyMap<number, number>;
  /** The connection that a throw-away lab lives by, where this process made it. */
  readonly lifeline?: KeeperConnection;
}

/** Makes the lab. */
export function localLab(handle: LabHandle): RunningLab {
  return new LocalLab(handle);
}

class LocalLab implements RunningLab {
  readonly driver = 'local';
  readonly name: string;
  readonly hash: string;
  readonly topology: string;
  readonly ephemeral: boolean;
  readonly network: NetworkFacts;
  readonly capabilities: OfferedCapabilities = {
    pause: {
      pause: async index => await this.#do(index, { do: 'pause' }),
      unpause: async index => await this.#do(index, { do: 'unpause' }),
    },
    exec: { exec: async (index, command, options) => await this.#execute(index, command, options) },
    files: {
      copyOut: async (index, path, to, options) =>
        await copyFiles(resolve(await this.#folder(index), path), to, options),
      copyIn: async (index, from, path, options) =>
        await copyFiles(from, resolve(await this.#folder(index), path), options),
    },
    dial: { dial: async (index, port, options) => await this.#dial(index, port, options) },
    ports: new Lacking('a local program is reached at its own address'),
    usage: { usage: async () => await processUsage(this.peers.map(({ processId }) => processId)) },
    capture: hasTcpdump()
      ? { capture: async indexes => await this.#capture(indexes) }
      : new Lacking('this machine has no tcpdump', 'install it, and run lab as root; or use the driver docker'),
    isolate: new Lacking(LOOPBACK, 'cut its links one by one, or use the driver docker or simulation'),
    cut: new Lacking(LOOPBACK, 'take the driver docker, or peers that announce "shape"'),
    shapeInterface: new Lacking(LOOPBACK, 'take the driver docker, or peers that announce "shape"'),
    passTime: new Lacking('processes run in real time'),
    reproduce: new Lacking('processes run in real time, and the machine decides what comes first'),
  };
  readonly withoutEffect: WithoutEffect = {
    needs: ['memoryBytes', 'cpus', 'pids', 'tmpfs', 'capabilities', 'devices', 'sysctls', 'ports', 'user'],
    why: "local peers are processes with this user's rights, without limits",
    whyOf: { ports: 'a local program is reached at its own address, by every program of this machine' },
  };
  readonly #handle: LabHandle;
  readonly #channels: Map<number, Promise<LocalChannel>> = new Map();
  readonly #started: Map<number, number>;
  #peers: readonly PeerFacts[];
  #shared: Promise<KeeperConnection> | undefined;

  constructor(handle: LabHandle) {
    const { facts } = handle;
    this.#handle = handle;
    this.name = facts.name;
    this.hash = facts.hash;
    this.topology = facts.topology;
    this.ephemeral = facts.ephemeral;
    this.network = facts.network;
    this.#peers = facts.peers;
    this.#started = new Map(handle.started);
  }

  get peers(): readonly PeerFacts[] {
    return this.#peers;
  }

  async survey(): Promise<readonly PeerFacts[]> {
    const { peers } = (await this.#ask({ ask: 'facts' })) as KeeperFacts;
    this.#peers = peers;
    return peers;
  }

  async channel(index: number): Promise<PeerChannel> {
    const peer = this.#peer(index);
    const known = this.#channels.get(index);
    const usable = await known?.catch(() => undefined);
    if (usable?.open === true) return usable;
    const other = this.#channels.get(index);
    if (other !== undefined && other !== known) return other;
    const opened = this.#open(peer);
    this.#channels.set(index, opened);
    return opened;
  }

  async *logs(index: number, options: LogOptions): AsyncGenerator<string> {
    this.#peer(index);
    try {
      yield* peerLogs(await this.#connect(), index, options, this.#handle.settings.answerTimeoutMs);
    } catch (error) {
      throw this.#named(error);
    }
  }

  async kill(index: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    requireEndSignal(signal);
    await this.#do(index, { do: 'kill', signal });
  }

  async stop(index: number): Promise<void> {
    await this.#do(index, { do: 'stop' });
  }

  async start(index: number): Promise<void> {
    const { run } = (await this.#operate(index, { do: 'start' })) as StartAnswer;
    if (run !== undefined) this.#started.set(index, run);
  }

  async down(): Promise<void> {
    const { socket, settings } = this.#handle;
    await removeLab(this.name, socket, settings);
    this.#letGo();
  }

  async close(): Promise<void> {
    // The owner's end of a throw-away lab: it is gone when this resolves, not some time later.
    if (this.#handle.lifeline?.open === true) await this.down();
    this.#letGo();
  }

  #letGo(): void {
    const shared = this.#shared;
    this.#shared = undefined;
    this.#channels.clear();
    void shared?.then(
      connection => connection.close(),
      () => undefined,
    );
    this.#handle.lifeline?.close();
  }

  /** Over its own connection: what it prints waits for a slow reader, and holds up nothing else. */
  async #capture(indexes: readonly number[]): Promise<Capture> {
    const peers = indexes.map(index => this.#peer(index));
    const states = await this.survey();
    const away = peers.find(({ index }) => !['running', 'paused'].includes(states[index]?.state ?? 'missing'));
    if (away !== undefined) {
      throw new LabError('PEER_FAILED', `${away.name} of ${this.name} does not run`, { details: { peer: away.name } });
    }
    return await captureLoopback(peers);
  }

  /** Local peers share this machine's loopback interface. */
  async #dial(index: number, port: number, options: DialOptions): Promise<boolean> {
    const { address, name } = this.#peer(index);
    const states = await this.survey();
    if (!['running', 'paused'].includes(states[index]?.state ?? 'missing')) {
      throw new LabError('PEER_FAILED', `${name} of ${this.name} does not run`, { details: { peer: name } });
    }
    return await dialFromHere(address, port, options);
  }

  async #execute(index: number, command: readonly string[], options: ExecOptions = {}): Promise<Execution> {
    this.#peer(index);
    requireWanted(options.signal);
    try {
      const { answerTimeoutMs: timeoutMs } = this.#handle.settings;
      return await execute({ connection: await this.#connect(), index, command, options, timeoutMs });
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** The folder that a peer's paths are seen from. */
  async #folder(index: number): Promise<string> {
    this.#peer(index);
    return (await this.#ask({ ask: 'folder', index })) as string;
  }

  async #do(index: number, operation: Operation): Promise<void> {
    await this.#operate(index, operation);
  }

  async #operate(index: number, operation: Operation): Promise<unknown> {
    this.#peer(index);
    return await this.#ask({ ask: 'operate', index, ...operation });
  }

  /** The slowest questions are a start, which waits for `ready`, and a stop. */
  async #ask(question: Question): Promise<unknown> {
    const { readyTimeoutMs, stopTimeoutMs, answerTimeoutMs } = this.#handle.settings;
    try {
      const connection = await this.#connection();
      return await connection.ask(question, { timeoutMs: readyTimeoutMs + stopTimeoutMs + answerTimeoutMs });
    } catch (error) {
      throw this.#named(error);
    }
  }

  async #open(peer: PeerFacts): Promise<LocalChannel> {
    try {
      const connection = await this.#connection();
      return await openChannel({
        connection,
        peer,
        timeoutMs: this.#handle.settings.answerTimeoutMs,
        ownRun: this.#started.get(peer.index),
      });
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** All channels share a connection; one that was cut off is replaced. */
  async #connection(): Promise<KeeperConnection> {
    const known = this.#shared;
    const usable = await known?.catch(() => undefined);
    if (usable?.open === true) return usable;
    if (this.#shared === known) this.#shared = this.#connect();
    return this.#shared as Promise<KeeperConnection>;
  }

  async #connect(): Promise<KeeperConnection> {
    const { socket, settings } = this.#handle;
    const connection = await KeeperConnection.open(socket, this.name, settings.answerTimeoutMs);
    if (connection === undefined) throw new KeeperGoneError('the lab keeper ended');
    return connection;
  }

  #peer(index: number): PeerFacts {
    const peer = this.peers[index];
    if (peer !== undefined) return peer;
    throw new LabError('NO_SUCH_PEER', `the lab ${this.name} has no peer with index ${index}`, {
      details: { lab: this.name, index, peers: this.peers.length },
    });
  }

  #named(error: unknown): unknown {
    if (!(error instanceof KeeperGoneError) && !(error instanceof LabEndingError)) return error;
    return new LabError('ENGINE_UNREACHABLE', `the lab ${this.name} no longer runs: ${error.message}`, {
      advice: 'start it again: lab up with its topology file',
      details: { lab: this.name },
      cause: error,
    });
  }
}
