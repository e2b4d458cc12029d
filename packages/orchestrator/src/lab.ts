/**
 * A lab in use: its peers' control channels, its links, its messages, its checks. How it is made is bring-up.ts; how it
 * is found again, find-lab.ts.
 */
import type { Payload } from '@peerlab/contract';
import {
  createRandom,
  didYouMean,
  type Graph,
  graphFromEdges,
  graphOf,
  type Random,
  type Topology,
  topologyFromJson,
} from '@peerlab/topology';
import type { CheckContext, CheckResult } from './checks/check.ts';
import { runChecks, type VerifyOptions } from './checks/run-checks.ts';
import type { Plan } from './checks/send-and-judge.ts';
import type { LogOptions, PeerFacts, RunningLab } from './driver.ts';
import { LabError } from './lab-error.ts';
import { type MessageOptions, type MessageOutcome, sendMessage } from './message-outcome.ts';
import { PeerClient } from './peer-client.ts';
import { Receptions } from './receptions.ts';
import { type SettleOptions, type SettleReport, settle } from './settle.ts';
import { untilAborted } from './until-aborted.ts';
import { type LabEvent, type WatchOptions, watchPeers } from './watch.ts';
import { dialMissing, type Endpoint, type LinkSurvey, surveyLinks } from './wiring.ts';

/** How long peers may take. */
export interface ReplyBounds {
  /** From a peer's start to its `ready`, in milliseconds. @default 30000: a cold image on a busy machine */
  readonly readyTimeoutMs?: number | undefined;
  /** From a command to its reply, in milliseconds. @default 15000: a dial and a handshake on a busy machine */
  readonly replyTimeoutMs?: number | undefined;
}

/** How a lab is taken hold of. */
export interface AttachOptions extends ReplyBounds {
  /** The peers were started just now: every one must run. */
  readonly isNew: boolean;
  readonly signal?: AbortSignal | undefined;
}

const READY_TIMEOUT_MS = 30_000;

/** Lines of a peer's log that go with an error. */
const LOG_TAIL = 20;

/** See the module's header. Made by `bringUp` or `openLab`. */
export class Lab implements AsyncDisposable {
  readonly running: RunningLab;
  readonly topology: Topology;
  readonly #endpoints: readonly Endpoint[];
  readonly #receptions: Receptions = new Receptions();

  private constructor(running: RunningLab, topology: Topology, endpoints: readonly Endpoint[]) {
    this.running = running;
    this.topology = topology;
    this.#endpoints = endpoints;
    for (const endpoint of endpoints) if (endpoint !== undefined) this.#receptions.listenTo(endpoint.client);
  }

  /**
   * Takes hold of a lab that runs: opens every running peer's channel and waits until each is ready.
   * @throws {LabError} `PEER_FAILED` naming the first peer that did not get ready; `ABORTED`
   */
  static async attach(
    running: RunningLab,
    { isNew, signal, readyTimeoutMs = READY_TIMEOUT_MS, replyTimeoutMs }: AttachOptions,
  ): Promise<Lab> {
    const clients: PeerClient[] = [];
    const attachOne = async (peer: PeerFacts): Promise<Endpoint> => {
      const { index, name, state, address, port } = peer;
      if (state !== 'running') {
        if (isNew) throw await notRunning(running, peer);
        return undefined;
      }
      const client = new PeerClient(await running.channel(index), name, index, replyTimeoutMs);
      clients.push(client);
      // It may have said `ready` before anybody listened.
      await client.ready({ isNew: false, timeoutMs: readyTimeoutMs });
      return { client, address, port };
    };
    try {
      const all = Promise.all(running.peers.map(attachOne));
      const endpoints = await untilAborted(all, signal);
      return new Lab(running, topologyFromJson(running.topology), endpoints);
    } catch (error) {
      for (const client of clients) client.close();
      throw error;
    }
  }

  get name(): string {
    return this.running.name;
  }

  /** In topology order; undefined where a peer does not run, or has ended meanwhile. */
  get endpoints(): readonly Endpoint[] {
    return this.#endpoints.map(endpoint => (endpoint?.client.end === undefined ? endpoint : undefined));
  }

  /** The peers that run now, and the drawn links between them: what the oracle computes on. */
  get graph(): Graph {
    const { peers, links } = this.topology;
    const { endpoints } = this;
    if (endpoints.every(endpoint => endpoint !== undefined)) return graphOf(this.topology);
    const runs = ({ a, b }: { a: number; b: number }): boolean =>
      endpoints[a] !== undefined && endpoints[b] !== undefined;
    return graphFromEdges(
      peers.length,
      links.filter(runs).map(({ a, b }) => [a, b] as const),
    );
  }

  /** Dials the links that are missing. @returns how many that were */
  async wire(): Promise<number> {
    return await dialMissing(this.topology, this.endpoints);
  }

  /** Compares the links that are with those that are drawn. */
  async links(): Promise<LinkSurvey> {
    return await surveyLinks(this.topology, this.endpoints);
  }

  /** Waits until nothing is in flight. */
  async settled(options: SettleOptions = {}): Promise<SettleReport> {
    return await settle(this.#clients(), options);
  }

  /**
   * Runs checks, in their order. A check that cannot be brought to an end, because a peer ended or fell silent or the
   * lab does not come to rest, has failed, and those after it are not tried.
   * @throws {LabError} `ABORTED`, and what has nothing to do with the peers
   */
  async verify(options: VerifyOptions = {}): Promise<CheckResult[]> {
    const random = createRandom(this.topology.seed);
    return await runChecks(() => this.#context(options, random), options);
  }

  /**
   * Sends a broadcast, waits until it is over, and judges it.
   * @throws {LabError} `NO_SUCH_PEER`; `NOT_SUPPORTED`; `NOT_SETTLED`; what the peer answers; `ABORTED`
   */
  async broadcast(from: string, payload: Payload, options: MessageOptions = {}): Promise<MessageOutcome> {
    return await this.#send({ from: this.peerIndex(from), payload, ttl: options.ttl }, options);
  }

  /** Sends a direct message, waits until it is over, and judges it. @throws {LabError} as {@link broadcast} */
  async dm(from: string, to: string, payload: Payload, options: MessageOptions = {}): Promise<MessageOutcome> {
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
    return watchPeers(this.#clients(), options);
  }

  /** What a peer printed. */
  logs(peer: string, options: LogOptions): AsyncIterable<string> {
    return this.running.logs(this.peerIndex(peer), options);
  }

  /** A peer's place in the topology. @throws {LabError} `NO_SUCH_PEER` with the nearest name */
  peerIndex(name: string): number {
    const names = this.topology.peers.map(peer => peer.name);
    const index = names.indexOf(name);
    if (index !== -1) return index;
    const advice =
      didYouMean(name, names) ?? `its peers are ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
    throw new LabError('NO_SUCH_PEER', `${this.name} has no peer "${name}"`, { advice });
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

  async #send(plan: Plan, options: MessageOptions): Promise<MessageOutcome> {
    const client = this.#client(plan.from);
    const ttl = plan.ttl ?? this.topology.defaults.ttl;
    if (ttl !== undefined && !client.can('ttl')) {
      throw new LabError('NOT_SUPPORTED', `${client.name} does not announce that it takes a TTL`);
    }
    const context = this.#context(options, createRandom(this.topology.seed));
    return await untilAborted(sendMessage(context, { ...plan, ttl }), options.signal);
  }

  #context(options: Pick<VerifyOptions, 'settle' | 'signal'>, random: Random): CheckContext {
    return {
      topology: this.topology,
      graph: this.graph,
      endpoints: this.endpoints,
      receptions: this.#receptions,
      settle: () => this.settled({ ...options.settle, signal: options.signal }),
      random,
    };
  }

  #clients(): PeerClient[] {
    return this.#endpoints.flatMap(endpoint => (endpoint === undefined ? [] : [endpoint.client]));
  }

  #client(peer: number): PeerClient {
    const client = this.endpoints[peer]?.client;
    if (client !== undefined) return client;
    const name = this.topology.peers[peer]?.name ?? String(peer);
    const advice = `lab up repairs the lab`;
    throw new LabError('PEER_FAILED', `${name} of ${this.name} does not run`, { advice });
  }

  #letGo(): void {
    for (const client of this.#clients()) client.close();
  }
}

async function notRunning(running: RunningLab, { index, name, state }: PeerFacts): Promise<LabError> {
  const log: string[] = [];
  try {
    for await (const line of running.logs(index, { tail: LOG_TAIL })) log.push(line);
  } catch {
    // Its log has gone with it; that it does not run is the news.
  }
  const last = log.length === 0 ? '' : `; it last printed: ${log.at(-1)}`;
  return new LabError('PEER_FAILED', `${name} was started, and is ${state}${last}`, { details: { peer: name, log } });
}
