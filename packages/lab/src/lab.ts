/**
 * A lab in use: its peers' control channels, its links, its messages, its checks. How it is made is bring-up.ts; how it
 * is found again, find-lab.ts.
 */
import type { Fault, SecuritySetting } from '@peerlab/conditions';
import type { Payload } from '@peerlab/contract';
import type { LogOptions, PeerClient, PeerFacts, RunningLab } from '@peerlab/driver';
import {
  type AsksTogether,
  capability,
  capabilityIfAny,
  clockOf,
  type LabClock,
  LabError,
  untilAborted,
} from '@peerlab/driver';
import { type Graph, Random } from '@peerlab/graph';
import type { Topology } from '@peerlab/topology';
import {
  checkOptions,
  LOG_OPTIONS,
  MESSAGE_OPTIONS,
  RECOVERY_OPTIONS,
  SETTLE_OPTIONS,
  VERIFY_OPTIONS,
  WATCH_OPTIONS,
} from './check-options.ts';
import type { CheckContext, CheckFinding } from './checks/check.ts';
import { runChecks, type VerifyOptions } from './checks/run-checks.ts';
import { isPeersDoing } from './checks/run-or-fail.ts';
import type { ActiveFault } from './faults/active-faults.ts';
import type { AppliedFault, Recovery } from './faults/applied-fault.ts';
import { faultedGraph } from './faults/faulted-graph.ts';
import { LabFaults } from './faults/lab-faults.ts';
import { requireDriver, requireSeen } from './life/require-driver.ts';
import { topologyOf } from './life/topology-of.ts';
import type { LinksBack, RecoveryOptions } from './links/await-links.ts';
import { LinkControl } from './links/link-control.ts';
import type { Endpoint, LinkedLab } from './links/linked-lab.ts';
import { measureUnderlay, type Underlay } from './links/underlay.ts';
import { dialMissing, type LinkSurvey, surveyLinks } from './links/wiring.ts';
import { Receptions } from './messages/receptions.ts';
import type { Plan } from './messages/send-and-judge.ts';
import { type MessageFinding, type MessageOptions, sendMessage } from './messages/send-message.ts';
import { type AttachOptions, Endpoints } from './peers/endpoints.ts';
import { PeerLife } from './peers/peer-life.ts';
import { placeOf } from './peers/place-of.ts';
import { type LabEvent, type WatchOptions, watchPeers } from './peers/watch.ts';
import { type SettleOptions, type SettleReport, settle } from './settling/settle.ts';

/** A peer as the lab sees it. */
export interface LabPeer extends PeerFacts {
  /** How long a peer that runs has not answered, in milliseconds; left out while it answers. */
  readonly silentMs?: number;
  /** How it says it protects its links and messages; left out where it does not say. */
  readonly security?: SecuritySetting;
  /** Its Ed25519 public key, in hexadecimal, where it has one. */
  readonly publicKey?: string;
}

/** Why what arrives cannot be predicted while the kernel cuts one way between peers. */
const ONE_WAY =
  'the kernel cuts one way between some peers: what comes over the other way depends on how long TCP goes on without acknowledgements';

/** The default of `VerifyOptions.patienceMs`. */
const PATIENCE_MS = 10_000;

/** See the module's header. Made by `bringUp` or `openLab`. */
export class Lab implements AsyncDisposable {
  readonly running: RunningLab;
  readonly topology: Topology;
  readonly #endpoints: Endpoints;
  readonly clock: LabClock;
  readonly #receptions: Receptions = new Receptions();
  readonly #links: LinkControl;
  readonly #life: PeerLife;
  readonly #faults: LabFaults;

  private constructor(running: RunningLab, topology: Topology, endpoints: Endpoints) {
    this.running = running;
    this.topology = topology;
    this.clock = clockOf(running);
    this.#endpoints = endpoints;
    this.#links = new LinkControl(topology, endpoints, capability(running, 'cut'));
    this.#life = new PeerLife({ running, topology, endpoints, links: this.#links });
    this.#faults = new LabFaults({
      topology,
      placeOf: peer => placeOf(running.name, topology, peer),
      endpoints,
      life: this.#life,
      links: this.#links,
      kernel: capability(running, 'shapeInterface'),
      clock: this.clock,
    });
    endpoints.onOpened(client => this.#receptions.listenTo(client));
  }

  /**
   * Takes hold of a lab that runs: opens every running peer's channel and waits until each answers, or is taken as silent.
   * @throws {LabError} `PEER_FAILED` naming the first peer of a new lab that did not get ready, or for a lab without its
   *   topology; `ABORTED`
   */
  static async attach(running: RunningLab, options: AttachOptions): Promise<Lab> {
    const topology = topologyOf(running);
    const endpoints = await Endpoints.open(running, topology, options);
    try {
      const lab = new Lab(running, topology, endpoints);
      // Of peers that started just now nobody has set anything: where there may be thousands, none is asked.
      const isNew = options.ranBefore?.size === 0 && running.peers.every(({ state }) => state === 'running');
      const isFresh = isNew && capabilityIfAny(running, 'together') !== undefined;
      if (options.opens !== false && !isFresh) await untilAborted(lab.#links.look(), options.signal);
      return lab;
    } catch (error) {
      endpoints.close();
      throw error;
    }
  }

  get name(): string {
    return this.running.name;
  }

  /** In topology order; undefined where a peer does not run, is paused, or has ended meanwhile. */
  get endpoints(): readonly Endpoint[] {
    return this.#endpoints.all;
  }

  /** The peers as they were at the latest look: {@link refresh}, and every operation on a peer, looks anew. */
  get peers(): readonly LabPeer[] {
    const silent = new Map(this.#endpoints.silent.map(client => [client.index, client.silentMs]));
    const { endpoints } = this;
    return this.#endpoints.facts.map(facts => {
      const silentMs = silent.get(facts.index);
      const known = { ...facts, ...identityOf(endpoints[facts.index]) };
      return silentMs === undefined ? known : { ...known, silentMs };
    });
  }

  /** What `facts:` of its kind has found of each peer, by place: the values that templates name. */
  valuesOf(peer: number): Readonly<Record<string, string>> | undefined {
    return this.#endpoints.valuesOf(peer);
  }

  /**
   * Waits until every peer that runs answers, no longer than it takes to be sure that one does not: a verdict that it spoils is
   * to name it, and a busy machine is not to be taken for a peer that hangs.
   */
  async untilAllAnswer(signal?: AbortSignal, patienceMs: number = PATIENCE_MS): Promise<void> {
    await this.#endpoints.untilAllAnswer(patienceMs, signal);
  }

  /**
   * The graph as it is now: the peers that run and are on the network, and the drawn links between them that no fault cuts.
   * A link that a fault has muted goes one way. What the oracle computes on.
   */
  get graph(): Graph {
    const { endpoints, peers } = this;
    const isThere = (peer: number): boolean => endpoints[peer] !== undefined && peers[peer]?.isolated !== true;
    return faultedGraph(this.topology, this.#links.state, isThere);
  }

  /** Runs the topology's `setup`, of a lab whose peers are all ready for the first time. @throws {LabError} `PEER_FAILED` naming the step */
  async setUp(signal?: AbortSignal): Promise<void> {
    await this.#endpoints.setUp(signal);
  }

  /** Has the topology's settings hold on every link, cuts lifted, and dials the links that are missing. @returns how many that were */
  async wire(): Promise<number> {
    await this.#links.reset();
    const lookAgain = async (): Promise<readonly Endpoint[]> => {
      await this.#endpoints.refresh();
      return this.endpoints;
    };
    return await dialMissing({ ...this.#linked, lookAgain });
  }

  /**
   * Breaks something on purpose, wholly or not at all. From then on {@link graph} is what the fault leaves.
   * @throws {LabError} `NO_SUCH_PEER`; `NOT_SUPPORTED` saying why, where these peers or this driver cannot; what the
   *   operation on a peer throws
   */
  async fault(fault: Fault): Promise<AppliedFault> {
    return await this.#faults.apply(fault);
  }

  /** All active faults, whichever process set them: found by asking the peers and the driver. */
  async faults(): Promise<readonly ActiveFault[]> {
    return await this.#faults.active();
  }

  /**
   * Lifts every fault, whichever process set it: cuts, mutes and shapes, paused, isolated and stopped peers; and waits
   * until every drawn link is up at both ends.
   * @throws {LabError} `LINKS_MISSING` naming those that did not return; what starting a peer throws; `ABORTED`
   */
  async heal(options: RecoveryOptions = {}): Promise<Recovery> {
    checkOptions('heal', options, RECOVERY_OPTIONS);
    return await this.#faults.heal(options);
  }

  /** Lifts the cut of one link, and mutes on it; waits until it is up. @throws {LabError} as {@link fault} and {@link heal} */
  async linkUp(a: string, b: string, options: RecoveryOptions = {}): Promise<LinksBack> {
    checkOptions('linkUp', options, RECOVERY_OPTIONS);
    return await this.#faults.linkUp(a, b, options);
  }

  /** Waits until every drawn link between running peers is up, but for those that faults keep down. @throws {LabError} as {@link heal} */
  async recovered(options: RecoveryOptions = {}): Promise<LinksBack> {
    checkOptions('recovered', options, RECOVERY_OPTIONS);
    return await this.#faults.recovered(options);
  }

  /** Ends a peer by a signal. @throws {LabError} as {@link RunningLab.kill}; `NO_SUCH_PEER` with the nearest name */
  async kill(peer: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#life.kill(this.peerIndex(peer), signal);
  }

  /** Shuts a peer down gracefully. @throws {LabError} as {@link RunningLab.stop}; `NO_SUCH_PEER` */
  async stop(peer: string): Promise<void> {
    await this.#life.stop(this.peerIndex(peer));
  }

  /**
   * Starts a peer that does not run, waits until it is ready, and dials its links to those peers that run.
   * @throws {LabError} as {@link RunningLab.start}; `PEER_FAILED` when it does not get ready; `LINKS_MISSING`;
   *   `NO_SUCH_PEER`
   */
  async start(peer: string): Promise<void> {
    await this.#life.start(this.peerIndex(peer));
  }

  /** Has a peer leave, where it runs, and starts it again. @throws {LabError} as {@link stop} and {@link start} */
  async restart(peer: string): Promise<void> {
    await this.#life.restart(this.peerIndex(peer));
  }

  /** Freezes a peer: {@link endpoints} leaves it out. @throws {LabError} as {@link RunningLab.pause}; `NO_SUCH_PEER` */
  async pause(peer: string): Promise<void> {
    await this.#life.pause(this.peerIndex(peer));
  }

  /** Lets a peer go on, and waits until it answers. @throws {LabError} as {@link RunningLab.unpause}; `NO_SUCH_PEER` */
  async unpause(peer: string): Promise<void> {
    await this.#life.unpause(this.peerIndex(peer));
  }

  /** Takes a whole peer off the network. @throws {LabError} as {@link RunningLab.isolate}; `NO_SUCH_PEER` */
  async isolate(peer: string): Promise<void> {
    await this.#life.isolate(this.peerIndex(peer));
  }

  /** Brings a peer back onto the network. @throws {LabError} as {@link RunningLab.rejoin}; `NO_SUCH_PEER` */
  async rejoin(peer: string): Promise<void> {
    await this.#life.rejoin(this.peerIndex(peer));
  }

  /** Looks at the lab as it is now, for what others did to it. @throws {LabError} what the driver throws */
  async refresh(): Promise<void> {
    await this.#endpoints.refresh();
    await this.#links.look();
  }

  /** @throws {LabError} `CONTRACT_BROKEN` naming the first peer that broke the peer contract: no verdict can rest on it */
  requireSound(): void {
    for (const client of this.#endpoints.clients) if (client.end === undefined) client.requireSound();
  }

  /** Compares the links that are with those that are drawn. */
  async links(): Promise<LinkSurvey> {
    return await surveyLinks(this.#linked);
  }

  /**
   * What the network between engines adds to links, of a lab that spans several; none of another.
   * @throws {LabError} what a peer answers
   */
  async underlay(): Promise<readonly Underlay[]> {
    const { endpoints, peers, topology } = this;
    const pinged = { endpoints, nodeIds: peers.map(({ nodeId }) => nodeId), links: this.#links };
    return await measureUnderlay(
      pinged,
      peers,
      topology.links.map(({ a, b }) => [a, b] as const),
      capabilityIfAny(this.running, 'exec'),
    );
  }

  /**
   * Makes sure that the driver sees the lab: before peers are blamed for what they may not have done.
   * @throws {LabError} `ENGINE_UNREACHABLE`
   */
  async requireDriver(): Promise<void> {
    await requireDriver(this.running);
  }

  /** Waits until nothing is in flight. */
  async settled(options: SettleOptions = {}): Promise<SettleReport> {
    checkOptions('settled', options, SETTLE_OPTIONS);
    // A peer off the network takes nothing and gets nothing through: what goes to it is lost, not in flight.
    const others = (): number => this.#receptions.heard;
    const reached = (clients: readonly PeerClient[]): readonly PeerClient[] => {
      const { peers } = this;
      return clients.filter(({ index }) => peers[index]?.isolated !== true);
    };
    const isCut = this.#cutByKernel();
    for (;;) {
      try {
        const clients = reached(this.#endpoints.clients);
        const isWhole = clients.length === this.topology.peers.length && this.#links.kernelWays.length === 0;
        const together = isWhole ? this.#together : undefined;
        const tally = together === undefined ? undefined : async () => await together.tallyCounters();
        const report = await settle(clients, { others, isCut, tally, ...options }, this.clock);
        return { ...report, silent: this.#endpoints.silent.map(({ name }) => name) };
      } catch (error) {
        if (!(error instanceof LabError) || error.code !== 'PEER_SILENT') throw error;
        // Another command may have paused it meanwhile: then it is away, and nothing is in flight for it.
        await this.#endpoints.refresh();
        const { peer } = error.details;
        const isHanging = this.peers.some(({ name, state }) => name === peer && state === 'running');
        if (isHanging) throw error;
      }
    }
  }

  /**
   * Runs checks, in their order. A check that cannot be brought to an end, because a peer ended or fell silent or the
   * lab does not come to rest, has failed, and those after it are not tried.
   * @throws {LabError} `ABORTED`, and what has nothing to do with the peers
   */
  async verify(options: VerifyOptions = {}): Promise<CheckFinding[]> {
    checkOptions('verify', options, VERIFY_OPTIONS);
    const random = new Random(this.topology.seed);
    await this.untilAllAnswer(options.signal, options.patienceMs);
    const requireDriver = async (): Promise<void> => await this.requireDriver();
    return await runChecks(() => this.contextFor(options, random), { ...options, requireDriver });
  }

  /**
   * Sends a broadcast, waits until it is over, and judges it.
   * @throws {LabError} `NO_SUCH_PEER`; `NOT_SUPPORTED`; `NOT_SETTLED`; what the peer answers; `ABORTED`
   */
  async broadcast(from: string, payload: Payload, options: MessageOptions = {}): Promise<MessageFinding> {
    checkOptions('broadcast', options, MESSAGE_OPTIONS);
    return await this.#send({ from: this.peerIndex(from), payload, ttl: options.ttl }, options);
  }

  /** Sends a direct message, waits until it is over, and judges it. @throws {LabError} as {@link broadcast} */
  async dm(from: string, to: string, payload: Payload, options: MessageOptions = {}): Promise<MessageFinding> {
    checkOptions('dm', options, MESSAGE_OPTIONS);
    const [index, target] = [this.peerIndex(from), this.peerIndex(to)];
    if (index === target) throw new LabError('NOT_SUPPORTED', `${from} cannot send a direct message to itself`);
    this.#client(target);
    if (!this.#client(index).can('dm')) {
      throw new LabError('NOT_SUPPORTED', `${from} does not announce direct messages`);
    }
    return await this.#send({ from: index, to: target, payload, ttl: options.ttl }, options);
  }

  /**
   * Every event of every peer from now on, until the signal fires or every peer has ended. With `trace`, also what
   * happens to each copy.
   */
  watch(options: WatchOptions): AsyncGenerator<LabEvent> {
    checkOptions('watch', options, WATCH_OPTIONS);
    return watchPeers(this.running, listener => this.#endpoints.onOpened(listener), options);
  }

  /**
   * Calls the listener with every control channel that is open, and with every one that is opened from now on, as those
   * of peers that are started again. @returns a function that stops it
   */
  onOpened(listener: (client: PeerClient) => void): () => void {
    return this.#endpoints.onOpened(listener);
  }

  /** What a peer printed. */
  logs(peer: string, options: LogOptions): AsyncIterable<string> {
    checkOptions('logs', options, LOG_OPTIONS);
    return this.running.logs(this.peerIndex(peer), options);
  }

  /** A peer's place in the topology. @throws {LabError} `NO_SUCH_PEER` with the nearest name */
  peerIndex(name: string): number {
    return placeOf(this.name, this.topology, name);
  }

  /** Removes the lab. */
  async down(): Promise<void> {
    this.#letGo();
    await this.running.down();
  }

  /** Lets go of the lab; it runs on, unless it is ephemeral. */
  async close(): Promise<void> {
    this.#letGo();
    await this.running.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #send(plan: Plan, options: MessageOptions): Promise<MessageFinding> {
    const client = this.#client(plan.from);
    const ttl = plan.ttl ?? this.topology.defaults.ttl;
    if (ttl !== undefined && this.topology.ownLinks === true) {
      throw new LabError('NOT_SUPPORTED', 'a TTL cannot be judged where the peers choose their own links');
    }
    if (ttl !== undefined && !client.can('ttl')) {
      throw new LabError('NOT_SUPPORTED', `${client.name} does not announce support for a TTL`);
    }
    const context = this.contextFor(options);
    try {
      const finding = await untilAborted(sendMessage(context, { ...plan, ttl }, options), options.signal);
      if (finding.verdict !== 'proven') await untilAborted(this.requireDriver(), options.signal);
      return finding;
    } catch (error) {
      if (isPeersDoing(error)) await untilAborted(this.requireDriver(), options.signal);
      throw error;
    }
  }

  /** What checks and scenarios work on: the lab as it is now. */
  contextFor(
    options: Pick<VerifyOptions, 'settle' | 'signal'>,
    random: Random = new Random(this.topology.seed),
  ): CheckContext {
    return {
      ...this.#linked,
      graph: this.graph,
      receptions: this.#receptions,
      uncertain: this.#links.hasOneWayByKernel ? [ONE_WAY] : [],
      settle: wait => this.settled({ ...options.settle, ...wait, signal: options.signal }),
      arrivalMs: options.settle?.arrivalMs,
      signal: options.signal,
      clock: this.clock,
      random,
    };
  }

  /** @throws {LabError} as {@link requireDriver}, where channels broke with the engine */
  get #linked(): LinkedLab {
    this.#endpoints.requireChannels();
    const { topology, endpoints } = this;
    const { whyCut } = this.#links;
    return { topology, endpoints, whyCut, presence: this.#endpoints.presence, together: this.#together };
  }

  /** Where many peers can be asked by one question. */
  get #together(): AsksTogether | undefined {
    return capabilityIfAny(this.running, 'together');
  }

  /** True for two node ids between which the kernel cuts the network, one way or both. */
  #cutByKernel(): (a: string, b: string) => boolean {
    const { kernelWays } = this.#links;
    const ids = this.peers.map(({ nodeId }) => nodeId);
    const cut = new Set(kernelWays.flatMap(([from, to]) => [`${ids[from]} ${ids[to]}`, `${ids[to]} ${ids[from]}`]));
    return (a, b) => cut.has(`${a} ${b}`);
  }

  #client(peer: number): PeerClient {
    const client = this.endpoints[peer]?.client;
    if (client !== undefined) return client;
    const facts = this.peers[peer];
    // No repair helps where the engine is the cause.
    if (facts !== undefined) requireSeen(this.name, [facts]);
    const name = this.topology.peers[peer]?.name ?? String(peer);
    const why = this.#endpoints.presence.absence(peer) ?? 'is not there';
    const silent = this.#endpoints.silent.find(({ index }) => index === peer);
    if (silent !== undefined) throw silent.silence();
    throw new LabError('PEER_FAILED', `${name} of ${this.name} ${why}`, {
      advice: `lab up repairs the lab`,
      details: { peer: name },
    });
  }

  #letGo(): void {
    this.#endpoints.close();
  }
}

/** What a peer that answers says of its security. */
function identityOf(end: Endpoint): Pick<LabPeer, 'security' | 'publicKey'> {
  const { security, publicKey } = end?.client.info ?? {};
  return { ...(security === undefined ? {} : { security }), ...(publicKey === undefined ? {} : { publicKey }) };
}
