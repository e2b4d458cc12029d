/**
 * A lab in use: its peers' control channels, its links, its messages, its checks. How it is made is bring-up.ts; how it
 * is found again, open-lab.ts.
 */
import type { PeerEvent } from '@peerlab/contract';
import {
  createRandom,
  didYouMean,
  distancesFrom,
  type Graph,
  graphFromEdges,
  graphOf,
  predictedDmFrames,
  predictedFloodFrames,
  type Topology,
  topologyFromJson,
} from '@peerlab/topology';
import { blame } from './blame.ts';
import { checkBroadcast } from './checks/broadcast.ts';
import type { CheckContext, CheckName, CheckResult } from './checks/check.ts';
import { checkDm } from './checks/dm.ts';
import { checkLinks } from './checks/links.ts';
import { isIncomplete, notTried, runOrFail } from './checks/run-or-fail.ts';
import { checkTtl } from './checks/ttl.ts';
import type { LogOptions, PeerFacts, RunningLab } from './driver.ts';
import { gatherEvidence, placesOf } from './evidence.ts';
import { type Explanation, explainViolation } from './explain.ts';
import { LabError } from './lab-error.ts';
import { PeerClient } from './peer-client.ts';
import { type Reception, Receptions } from './receptions.ts';
import { type SettleOptions, type SettleReport, settle } from './settle.ts';
import { judgeMessage, type SentMessage } from './verdict.ts';
import { dialMissing, type Endpoint, type LinkSurvey, surveyLinks } from './wiring.ts';

/** What came of one message. Peers are named. */
export interface MessageOutcome {
  readonly id: string;
  readonly from: string;
  readonly to?: string | undefined;
  readonly ttl?: number | undefined;
  /** Who had to receive it, by the graph. */
  readonly expected: readonly string[];
  readonly received: readonly { readonly peer: string; readonly hops: number; readonly from: string }[];
  readonly missed: readonly string[];
  /** Data frames that it cost; undefined where peers have no counters, or others send at the same time. */
  readonly frames: number | undefined;
  /** Frames of a flood under uniform delay. */
  readonly predictedFrames: number;
  /** From sending to the last delivery, as the lab learnt of it, in milliseconds. */
  readonly timeMs: number;
  readonly passed: boolean;
  readonly failures: readonly Explanation[];
}

/** An event of a peer, for watching. */
export interface LabEvent {
  readonly peer: string;
  readonly event: PeerEvent;
}

/** Order of the default checks. */
export const CHECKS: readonly CheckName[] = ['links', 'broadcast', 'ttl', 'dm'];

const RUN: Readonly<Record<CheckName, (context: CheckContext) => Promise<CheckResult>>> = {
  links: checkLinks,
  broadcast: checkBroadcast,
  ttl: checkTtl,
  dm: checkDm,
};

/** How long a peer may take from its start to `ready`, in milliseconds. @default 30000: a cold image on a busy machine */
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
   * @param isNew the peers were started just now: every one must run
   * @throws {LabError} `PEER_FAILED` naming the first peer that did not get ready; `ABORTED`
   */
  static async attach(
    running: RunningLab,
    { isNew, signal }: { readonly isNew: boolean; readonly signal?: AbortSignal },
  ): Promise<Lab> {
    const clients: PeerClient[] = [];
    const attachOne = async (peer: PeerFacts): Promise<Endpoint> => {
      const { index, name, state, address, port } = peer;
      if (state !== 'running') {
        if (isNew) throw await notRunning(running, peer);
        return undefined;
      }
      const client = new PeerClient(await running.channel(index), name, index);
      clients.push(client);
      // It may have said `ready` before anybody listened.
      await client.ready({ isNew: false, timeoutMs: READY_TIMEOUT_MS });
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
    const results: CheckResult[] = [];
    let broken: CheckResult | undefined;
    for (const name of options.checks ?? CHECKS) {
      options.onStart?.(name);
      const context: CheckContext = {
        topology: this.topology,
        graph: this.graph,
        endpoints: this.endpoints,
        receptions: this.#receptions,
        settle: () => this.settled({ ...options.settle, signal: options.signal }),
        random,
      };
      const result =
        broken === undefined
          ? await untilAborted(runOrFail(name, RUN[name], context), options.signal)
          : notTried(name, broken.name);
      if (isIncomplete(result)) broken ??= result;
      results.push(result);
      options.onResult?.(result);
    }
    return results;
  }

  /** Sends a broadcast, waits until it is over, and judges it. */
  async broadcast(from: string, payload: string, options: { ttl?: number | undefined } = {}): Promise<MessageOutcome> {
    const index = this.peerIndex(from);
    const ttl = options.ttl ?? this.topology.defaults.ttl;
    return await this.#outcome({ from: index, ttl }, async client => {
      const { id } = await client.request({ command: 'broadcast', payload, ttl });
      return id;
    });
  }

  /** Sends a direct message, waits until it is over, and judges it. */
  async dm(
    from: string,
    to: string,
    payload: string,
    options: { ttl?: number | undefined } = {},
  ): Promise<MessageOutcome> {
    const [index, target] = [this.peerIndex(from), this.peerIndex(to)];
    if (index === target) throw new LabError('NOT_SUPPORTED', `${from} cannot send a direct message to itself`);
    const toId = this.#client(target).info.nodeId;
    const ttl = options.ttl ?? this.topology.defaults.ttl;
    return await this.#outcome({ from: index, to: target, ttl }, async client => {
      if (!client.can('dm')) throw new LabError('NOT_SUPPORTED', `${from} does not announce direct messages`);
      const { id } = await client.request({ command: 'dm', to: toId, payload, ttl });
      return id;
    });
  }

  /** Every event of every peer from now on, until the signal fires or every peer has ended. With `trace`, also what happens to each copy. */
  async *watch(options: { trace?: boolean; signal: AbortSignal }): AsyncGenerator<LabEvent> {
    const waiting: LabEvent[] = [];
    let wake = (): void => undefined;
    const stops = this.#clients().map(client =>
      client.onEvent(event => {
        waiting.push({ peer: client.name, event });
        wake();
      }),
    );
    options.signal.addEventListener('abort', () => wake(), { once: true });
    let open = this.#clients().length;
    for (const client of this.#clients()) {
      void client.ended.then(() => {
        open--;
        wake();
      });
    }
    const traced = options.trace === true ? this.#clients().filter(client => client.can('trace')) : [];
    try {
      await Promise.all(traced.map(client => client.request({ command: 'trace', on: true })));
      while (!options.signal.aborted) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else if (open === 0) return;
        else await new Promise<void>(resolve => (wake = resolve));
      }
    } finally {
      for (const stop of stops) stop();
      await Promise.allSettled(
        traced.filter(({ end }) => end === undefined).map(client => client.request({ command: 'trace', on: false })),
      );
    }
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

  async #outcome(
    plan: Omit<SentMessage, 'id'>,
    send: (client: PeerClient) => Promise<string>,
  ): Promise<MessageOutcome> {
    const client = this.#client(plan.from);
    const before = await this.settled();
    const startedAtMs = performance.now();
    const message: SentMessage = { ...plan, id: await send(client) };
    const after = await this.settled();
    const receptions = this.#receptions.of(message.id);
    const { graph } = this;
    const places = placesOf(this.#endpoints.map(endpoint => endpoint?.client));
    const verdict = judgeMessage(graph, message, receptions, distancesFrom(graph, message.from), places);
    const names = this.topology.peers.map(({ name }) => name);
    const nameOf = (peer: number): string => names[peer] ?? '';
    const isCounted = after.method === 'counters' && after.peersRead === before.peersRead;
    const failures =
      verdict.violations.length === 0 ? [] : await this.#explain(message, receptions, verdict.violations.slice(0, 5));
    const nodeNames = new Map(this.#clients().map(({ info, name }) => [info.nodeId, name]));
    const ttl = message.ttl ?? Number.POSITIVE_INFINITY;
    this.#receptions.forget([message.id]);
    return {
      id: message.id,
      from: nameOf(message.from),
      ...(message.to === undefined ? {} : { to: nameOf(message.to) }),
      ...(message.ttl === undefined ? {} : { ttl: message.ttl }),
      expected: verdict.expected.map(nameOf),
      received: receptions.map(({ peer, hops, from }) => ({
        peer: nameOf(peer),
        hops,
        from: nodeNames.get(from) ?? from,
      })),
      missed: verdict.expected.filter(peer => !verdict.received.includes(peer)).map(nameOf),
      frames: isCounted ? after.framesOut - before.framesOut : undefined,
      predictedFrames:
        message.to === undefined
          ? predictedFloodFrames(graph, message.from, ttl)
          : predictedDmFrames(graph, message.from, message.to, ttl),
      timeMs: Math.max(0, ...receptions.map(({ atMs }) => atMs - startedAtMs)),
      passed: verdict.violations.length === 0,
      failures,
    };
  }

  async #explain(
    message: SentMessage,
    receptions: readonly Reception[],
    violations: ReturnType<typeof judgeMessage>['violations'],
  ): Promise<Explanation[]> {
    const clients = this.#endpoints.map(endpoint => endpoint?.client);
    const names = this.topology.peers.map(({ name }) => name);
    const evidence = await gatherEvidence(message.id, clients, receptions);
    return blame(violations.map(violation => explainViolation(violation, { graph: this.graph, names, evidence })));
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

/** Which checks, and whom to tell. */
export interface VerifyOptions {
  /** @default all of them, in the order of CHECKS */
  readonly checks?: readonly CheckName[] | undefined;
  readonly onStart?: ((name: CheckName) => void) | undefined;
  readonly onResult?: ((result: CheckResult) => void) | undefined;
  /** Bounds of the waits for rest. */
  readonly settle?: Omit<SettleOptions, 'signal'> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The promise, or `ABORTED` as soon as the signal fires. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new LabError('ABORTED', 'given up'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    promise.catch(() => undefined);
  }
}
