/**
 * A lab in virtual time: its world, its peers, what they printed. It lives in this process and ends with it. Handles to
 * it, as the rest of the lab holds them, are lab.ts.
 */
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { PEER_PORT } from '@peerlab/contract';
import {
  type ChannelEnd,
  LabError,
  type LabPlan,
  LastWords,
  LEAVE_SIGNALS,
  type PeerFacts,
  type PlannedPeer,
  peerEnvironment,
} from '@peerlab/driver';
import { createPeerSecurity, createSharedVerifier, labKeySeed, nodeKeyFromSeed } from '@peerlab/identity';
import { type AgentPeer, type AgentPeerEnd, type CreateAgent, World } from '@peerlab/simulation';
import type { AddressBlock } from './address-block.ts';
import { SimulationChannel } from './channel.ts';
import { MAX_LAB_RECORDS } from './lab-memory.ts';
import { linkPlan } from './link-plan.ts';
import { PeerLog } from './peer-log.ts';
import { Pump } from './pump.ts';

/** Makes the agent of a peer whose plan names a program; undefined: this driver cannot run that. */
export type ProgramAgent = (peer: PlannedPeer) => CreateAgent | undefined;

/** What the clocks of all peers show at the start, in milliseconds since 1970: the same in every run. */
const EPOCH_MS = Date.UTC(2025, 0, 1);

/** How long a peer that is to leave may take before it is killed, in virtual microseconds: as long as elsewhere. */
const STOP_US = 4e6;

/** A place in the topology, and the peer that runs there now. */
interface Place {
  readonly planned: PlannedPeer;
  readonly host: string;
  readonly log: PeerLog;
  peer: AgentPeer | undefined;
  /** How the last peer there ended. */
  end: ChannelEnd | undefined;
  /** What ends it, where it ends without leaving. */
  signal: NodeJS.Signals;
  readonly channels: Set<SimulationChannel>;
}

/** See the module's header. */
export class SimulatedLab {
  readonly plan: LabPlan;
  readonly world: World;
  readonly createdAtMs: number = Date.now();
  readonly #pump: Pump;
  readonly #places: readonly Place[];
  readonly #programAgent: ProgramAgent;
  readonly #block: AddressBlock;
  /** One for all peers: a simulation verifies each message once, not once at each. */
  readonly #verifier: ReturnType<typeof createSharedVerifier> = createSharedVerifier();

  /** @param block the addresses of its peers */
  constructor(plan: LabPlan, block: AddressBlock, programAgent: ProgramAgent) {
    const { seed, defaults, overrides } = linkPlan(plan.topology);
    this.plan = plan;
    this.#block = block;
    this.world = new World({ seed, lab: plan.name, links: defaults });
    for (const { a, b, settings } of overrides) this.world.setLink(a, b, settings);
    this.#pump = new Pump(this.world);
    this.#programAgent = programAgent;
    this.#places = plan.peers.map((planned, index) => {
      return {
        planned,
        host: block.address(index),
        log: new PeerLog(),
        peer: undefined,
        end: undefined,
        signal: 'SIGKILL',
        channels: new Set(),
      };
    });
  }

  /** One for every peer of the plan, as it is now. */
  get peers(): readonly PeerFacts[] {
    return this.#places.map(({ planned: { index, name, nodeId }, host, peer }) => {
      const state = peer === undefined ? 'stopped' : peer.isPaused ? 'paused' : 'running';
      const isolated = peer !== undefined && this.world.isIsolated(index) ? { isolated: true } : {};
      return { index, name, nodeId, address: host, port: PEER_PORT, state, ...isolated };
    });
  }

  #securityOf({ name: peer, security }: PlannedPeer): ReturnType<typeof createPeerSecurity> | undefined {
    if (security === undefined) return undefined;
    const key = nodeKeyFromSeed(labKeySeed({ lab: this.plan.name, peer, seed: security.seed }));
    const own = createPeerSecurity(security.setting, key, () => EPOCH_MS + Math.floor(this.world.nowUs / 1000));
    return { ...own, verify: this.#verifier(own.verify) };
  }

  /** In CIDR notation. */
  get subnet(): string {
    return this.#block.subnet;
  }

  /** How many peers run. */
  get running(): number {
    return this.#places.filter(({ peer }) => peer !== undefined).length;
  }

  /** True when the peer runs. */
  runs(index: number): boolean {
    return this.#place(index).peer !== undefined;
  }

  /**
   * Starts a peer that does not run.
   * @returns its channel, opened before it says `ready`
   * @throws {LabError} `NOT_SUPPORTED` for a program that cannot be simulated, `PEER_FAILED` for one that is not there
   */
  start(index: number): SimulationChannel {
    const place = this.#place(index);
    const { planned, host, log } = place;
    const createAgent = planned.program === undefined ? undefined : this.#agentOf(planned);
    const maxRecords = Math.ceil(MAX_LAB_RECORDS / this.plan.peers.length);
    const peer = this.world.addPeer({
      index,
      nodeId: planned.nodeId,
      host,
      port: PEER_PORT,
      createAgent,
      maxRecords,
      security: this.#securityOf(planned),
    });
    // A peer that is started is on the network, as a new container is.
    this.world.rejoin(index);
    place.peer = peer;
    place.end = undefined;
    peer.onLine = (line, stream) => {
      const atMs = this.world.nowUs / 1000;
      this.#pump.printed(peer, line, () => {
        log.add(line);
        for (const channel of channelsOf(place, peer)) channel.take(line, stream, atMs);
      });
    };
    peer.onEnd = how => {
      const end = channelEnd(how, place.signal);
      place.signal = 'SIGKILL';
      place.peer = undefined;
      place.end = end;
      this.#pump.ended(peer);
      // After the lines that it printed last.
      this.#pump.later(() => {
        for (const channel of channelsOf(place, peer)) channel.finish(end);
        if (place.peer === undefined) log.end();
      });
    };
    log.begin();
    const channel = this.channel(index);
    const { PEERLAB_DIAL } = peerEnvironment(this.plan, planned, peer.address);
    peer.agent.start();
    for (const [to, port] of dialList(PEERLAB_DIAL)) peer.agent.keepDialling(to, port);
    this.#pump.wake();
    return channel;
  }

  /**
   * A new channel to a running peer.
   * @throws {LabError} `NO_SUCH_PEER`; `PEER_FAILED` when it does not run
   */
  channel(index: number): SimulationChannel {
    const place = this.#place(index);
    const { peer, planned, channels } = place;
    if (peer === undefined) throw this.#doesNotRun(planned);
    const channel = new SimulationChannel(peer, planned.name, this.#pump);
    channels.add(channel);
    void channel.closed.then(() => channels.delete(channel));
    return channel;
  }

  /** Lets virtual time pass. */
  async passTime(timeMs: number): Promise<void> {
    await this.#pump.until(() => false, timeMs * 1000);
    await this.settled();
  }

  /** Runs what only looks: see IsReproducible. */
  aside<T>(look: () => T): T {
    return this.#pump.aside(look);
  }

  /** Waits until everything that is under way has come about, and what was printed is handed out. */
  settled(): Promise<void> {
    return new Promise(resolve => this.#pump.later(resolve));
  }

  /**
   * Does nothing if the peer runs.
   * @throws {LabError} `PEER_FAILED` with how it ended and what it printed last
   */
  requireRunning(index: number): void {
    const { planned, peer, end, log } = this.#place(index);
    if (peer !== undefined) return;
    const how = end?.reason ?? 'never started';
    const { clause, lines: lastLines } = LastWords.of(log.last());
    const message = `the peer ${planned.name} of ${this.plan.name} ended during its start: ${how}${clause}`;
    throw new LabError('PEER_FAILED', message, {
      details: { lab: this.plan.name, peer: planned.name, exitCode: end?.exitCode, lastLines },
    });
  }

  /** What a peer printed. @throws {LabError} `NO_SUCH_PEER` */
  log(index: number): PeerLog {
    return this.#place(index).log;
  }

  /** Ends a peer, if it runs, as SIGKILL ends a process. @throws {LabError} `NO_SUCH_PEER` */
  kill(index: number): void {
    this.#place(index).peer?.kill();
    this.#pump.wake();
  }

  /** Ends a peer by a signal. @throws {LabError} as {@link RunningLab.kill} */
  async endBy(index: number, signal: NodeJS.Signals): Promise<void> {
    const peer = this.#require(index);
    peer.unpause();
    if (LEAVE_SIGNALS.has(signal)) {
      await this.stop(index);
      return;
    }
    this.#place(index).signal = signal;
    peer.kill();
    await this.settled();
  }

  /** Has a peer leave, and kills it where that takes too long. @throws {LabError} as {@link RunningLab.stop} */
  async stop(index: number): Promise<void> {
    const peer = this.#require(index);
    peer.unpause();
    // What a process does on SIGTERM.
    peer.agent.leave();
    await this.#pump.until(() => peer.end !== undefined, STOP_US);
    peer.kill();
    await this.settled();
  }

  /** Freezes a peer. @throws {LabError} as {@link RunningLab.pause} */
  pause(index: number): void {
    const peer = this.#require(index);
    peer.pause();
    this.#pump.paused(peer);
  }

  /** Lets a peer go on. @throws {LabError} as {@link RunningLab.unpause} */
  unpause(index: number): void {
    this.#require(index).unpause();
    this.#pump.wake();
  }

  /** Takes a peer off the network. @throws {LabError} as CanIsolate.isolate */
  isolate(index: number): void {
    this.#require(index);
    this.world.isolate(index);
  }

  /** Brings a peer back onto the network. @throws {LabError} as CanIsolate.rejoin */
  rejoin(index: number): void {
    this.#require(index);
    this.world.rejoin(index);
    this.#pump.wake();
  }

  /** Ends every peer. */
  end(): void {
    for (const { peer } of this.#places) peer?.kill();
    this.#pump.wake();
  }

  #agentOf(planned: PlannedPeer): CreateAgent {
    const found = this.#programAgent(planned);
    if (found !== undefined) return found;
    const [file = ''] = planned.program ?? [];
    const details = { lab: this.plan.name, peer: planned.name };
    if (isAbsolute(file) && !existsSync(file)) {
      throw new LabError('PEER_FAILED', `the peer ${planned.name} cannot start: there is no ${file}`, { details });
    }
    const message = `${planned.name} runs ${planned.program?.join(' ')}, but the simulation runs only the built-in peer`;
    throw new LabError('NOT_SUPPORTED', message, { advice: 'use the driver docker or local for programs', details });
  }

  #require(index: number): AgentPeer {
    const { peer, planned } = this.#place(index);
    if (peer === undefined) throw this.#doesNotRun(planned);
    return peer;
  }

  #doesNotRun({ name }: PlannedPeer): LabError {
    return new LabError('PEER_FAILED', `the peer ${name} of ${this.plan.name} does not run`, {
      advice: 'run `up` with the topology again to restore what is missing',
      details: { lab: this.plan.name, peer: name },
    });
  }

  #place(index: number): Place {
    const place = this.#places[index];
    if (place !== undefined) return place;
    throw new LabError('NO_SUCH_PEER', `the lab ${this.plan.name} has no peer with index ${index}`, {
      details: { lab: this.plan.name, index, peers: this.#places.length },
    });
  }
}

/** The channels to this very peer, not to one that had its place before or has it now. */
function channelsOf({ channels }: Place, peer: AgentPeer): SimulationChannel[] {
  return [...channels].filter(channel => channel.peer === peer);
}

function channelEnd(how: AgentPeerEnd, signal: NodeJS.Signals): ChannelEnd {
  if (how === 'killed') return { reason: `killed by ${signal}` };
  return { reason: `exited with status ${how.status}`, exitCode: how.status };
}

/** The addresses of PEERLAB_DIAL: `host:port`, separated by commas; the port may be left out. */
function dialList(text: string | undefined): [host: string, port: number][] {
  const entries = (text ?? '').split(',').map(entry => entry.trim());
  return entries
    .filter(entry => entry !== '')
    .map(entry => {
      const [host = '', port = String(PEER_PORT)] = entry.split(':');
      return [host, Number(port)];
    });
}
