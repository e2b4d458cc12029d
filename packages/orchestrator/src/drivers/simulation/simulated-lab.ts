/**
 * A lab in virtual time: its world, its peers, what they printed. It lives in this process and ends with it. Handles to
 * it, as the rest of the lab holds them, are lab.ts.
 */
import { PEER_PORT } from '@peerlab/contract';
import { type AgentPeer, type CreateAgent, World } from '@peerlab/simulation';
import { type ChannelEnd, type LabPlan, type PeerFacts, type PlannedPeer, peerEnvironment } from '../../driver.ts';
import { LabError } from '../../lab-error.ts';
import { SimulationChannel } from './channel.ts';
import { linkPlan } from './link-plan.ts';
import { PeerLog } from './peer-log.ts';
import { Pump } from './pump.ts';

/** Makes the agent of a peer whose plan names a program; undefined: this driver cannot run that. */
export type ProgramAgent = (program: readonly string[]) => CreateAgent | undefined;

/** A place in the topology, and the peer that runs there now. */
interface Place {
  readonly planned: PlannedPeer;
  readonly host: string;
  readonly log: PeerLog;
  peer: AgentPeer | undefined;
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

  constructor(plan: LabPlan, programAgent: ProgramAgent) {
    const { seed, defaults, overrides } = linkPlan(plan.topology);
    this.plan = plan;
    this.world = new World({ seed, lab: plan.name, links: defaults });
    for (const { a, b, settings } of overrides) this.world.setLink(a, b, settings);
    this.#pump = new Pump(this.world);
    this.#programAgent = programAgent;
    this.#places = plan.peers.map((planned, index) => {
      return { planned, host: addressOf(index), log: new PeerLog(), peer: undefined, channels: new Set() };
    });
  }

  /** One for every peer of the plan, as it is now. */
  get peers(): readonly PeerFacts[] {
    return this.#places.map(({ planned: { index, name, nodeId }, host, peer }) => {
      return { index, name, nodeId, address: host, port: PEER_PORT, state: peer === undefined ? 'stopped' : 'running' };
    });
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
   * @throws {LabError} `NOT_SUPPORTED` for a program that cannot be simulated
   */
  start(index: number): SimulationChannel {
    const place = this.#place(index);
    const { planned, host, log } = place;
    const { program } = planned;
    const createAgent = program === undefined ? undefined : this.#programAgent(program);
    if (program !== undefined && createAgent === undefined) {
      const message = `${planned.name} runs ${program.join(' ')}, and the simulation runs this project's own peers only`;
      throw new LabError('NOT_SUPPORTED', message, { advice: 'take the driver docker or local for other programs' });
    }
    const peer = this.world.addPeer({ index, nodeId: planned.nodeId, host, port: PEER_PORT, createAgent });
    place.peer = peer;
    peer.onLine = line =>
      this.#pump.printed(peer, line, () => {
        log.add(line);
        for (const channel of place.channels) channel.take(line);
      });
    peer.onEnd = how => {
      place.peer = undefined;
      this.#pump.ended(peer);
      const end: ChannelEnd =
        how === 'left' ? { reason: 'exited with status 0', exitCode: 0 } : { reason: 'killed by SIGKILL' };
      const { channels } = place;
      const open = [...channels];
      channels.clear();
      this.#pump.later(() => {
        for (const channel of open) channel.finish(end);
        log.end();
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
    if (peer === undefined) {
      throw new LabError('PEER_FAILED', `the peer ${planned.name} of ${this.plan.name} does not run`, {
        advice: 'run `up` with the topology again: it brings back what is missing',
        details: { lab: this.plan.name, peer: planned.name },
      });
    }
    const channel = new SimulationChannel(peer, planned.name, this.#pump);
    channels.add(channel);
    void channel.closed.then(() => channels.delete(channel));
    return channel;
  }

  /** What a peer printed. @throws {LabError} `NO_SUCH_PEER` */
  log(index: number): PeerLog {
    return this.#place(index).log;
  }

  /** Ends a peer as SIGKILL ends a process. @throws {LabError} `NO_SUCH_PEER` */
  kill(index: number): void {
    this.#place(index).peer?.kill();
    this.#pump.wake();
  }

  /** Ends every peer. */
  end(): void {
    for (const { peer } of this.#places) peer?.kill();
    this.#pump.wake();
  }

  #place(index: number): Place {
    const place = this.#places[index];
    if (place !== undefined) return place;
    throw new LabError('NO_SUCH_PEER', `the lab ${this.plan.name} has no peer with index ${index}`, {
      details: { lab: this.plan.name, index, peers: this.#places.length },
    });
  }
}

/** The addresses of simulated peers: 10.0.0.1 and on; one world's are not another's. */
function addressOf(index: number): string {
  const host = index + 1;
  return `10.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}`;
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
