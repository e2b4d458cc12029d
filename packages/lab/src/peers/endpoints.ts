/**
 * The control channels of a lab's peers: opened, and opened anew where a peer was started again. The world moves while it is
 * looked at: a peer that ends, is paused or falls silent meanwhile is away, and no look fails by it. Code that
 * needs a peer calls {@link Endpoints.answering}, which says why it is not there.
 */

import { CONTRACT_VERSION, type PeerInfo } from '@peerlab/contract';
import type { PeerFacts, RunningLab } from '@peerlab/driver';
import { capabilityIfAny, LabError, LastWords, PeerClient, silenceText, untilAborted } from '@peerlab/driver';
import { type ChangedValue, openProgram, PROGRAM_REPLY_TIMEOUT_MS, ProgramLab, runSetup } from '@peerlab/program';
import { pause, startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { Topology } from '@peerlab/topology';
import { requireSeen } from '../life/require-driver.ts';
import type { Endpoint, Presence } from '../links/linked-lab.ts';
import { NodeIds } from './node-ids.ts';
import { type Greeted, untilAnswered } from './until-answered.ts';

/** How long peers may take. */
export interface ReplyBounds {
  /** From a peer's start to its `ready`, in milliseconds. @default 30000: a cold image on a busy machine */
  readonly readyTimeoutMs?: number | undefined;
  /** From a command to its reply, in milliseconds. @default 15000: a dial and a handshake on a busy machine; of programs, 35000 */
  readonly replyTimeoutMs?: number | undefined;
  /**
   * How long none of the peers of a lab that runs already may answer before those that have not are taken as silent, in
   * milliseconds.
   * @default 2000: an answer takes a millisecond; where the machine is busy the others are slow too, and each answer counts.
   *   Of programs 12500: commands are run beside them first
   */
  readonly answerTimeoutMs?: number | undefined;
}

/** How a lab is taken hold of. */
export interface AttachOptions extends ReplyBounds {
  /** The peers were started just now: every one must run. */
  readonly isNew: boolean;
  /** Places of peers that ran before, where the others are new: one of them that hangs does not hold up the lab. */
  readonly ranBefore?: ReadonlySet<number> | undefined;
  /**
   * False: no channel is opened until something needs the peers. For what is done to single peers by the driver alone, which
   * no other peer may hold up.
   * @default true
   */
  readonly opens?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

const READY_TIMEOUT_MS = 30_000;

/** How long a channel may take to end once its peer has, in milliseconds: the last lines on their way, on a busy machine. */
const LAST_LINES_MS = 5000;

/** Lines of a peer's log that are searched for why it ended. */
const LOG_TAIL = 1000;

/** See the module's header. */
export class Endpoints {
  readonly #running: RunningLab;
  readonly #bounds: ReplyBounds;
  readonly #open: Map<number, PeerClient> = new Map();
  /** Why peers ended that are not there, by their own word. */
  readonly #endCauses: Map<number, string> = new Map();
  /** Why a channel could not be opened, of peers that the driver says run. */
  readonly #troubles: Map<number, LabError> = new Map();
  readonly #ids: NodeIds = new NodeIds();
  readonly #programs: ProgramLab;
  readonly #onOpened: Set<(client: PeerClient) => void> = new Set();
  #facts: readonly PeerFacts[];
  /** Those with the ids that the peers announced: asked for again and again, of thousands of peers. Undefined once either has changed. */
  #identified: readonly PeerFacts[] | undefined;
  #isHeld = false;
  #looking: Promise<void> = Promise.resolve();

  private constructor(running: RunningLab, topology: Topology, bounds: ReplyBounds) {
    this.#running = running;
    this.#programs = new ProgramLab(running, topology, () => this.facts);
    this.#bounds = bounds;
    this.#facts = running.peers;
  }

  /**
   * Opens the channel of every peer that runs. Of a new lab it waits until each is ready; of another, until each has
   * answered or the others have for a while.
   * @throws {LabError} `PEER_FAILED` naming the first peer of a new lab that did not get ready; `ABORTED`
   */
  static async open(
    running: RunningLab,
    topology: Topology,
    { isNew, ranBefore, opens = true, signal, ...bounds }: AttachOptions,
  ): Promise<Endpoints> {
    const endpoints = new Endpoints(running, topology, bounds);
    try {
      if (isNew) await untilAborted(endpoints.#openNew(ranBefore ?? new Set()), signal);
      else if (opens) await untilAborted(endpoints.hold(), signal);
      return endpoints;
    } catch (error) {
      endpoints.close();
      throw error;
    }
  }

  /** In topology order; undefined where a peer does not run, is paused, does not answer, or has ended meanwhile. */
  get all(): readonly Endpoint[] {
    return this.#facts.map(({ index, address, port }) => {
      const client = this.#there(index);
      return client === undefined ? undefined : { client, address, port };
    });
  }

  /** As they were at the latest {@link refresh}, each with the node id that it announced. */
  get facts(): readonly PeerFacts[] {
    this.#identified ??= this.#facts.map(peer => {
      const nodeId = this.#ids.of(peer.index);
      return nodeId === undefined || nodeId === peer.nodeId ? peer : { ...peer, nodeId };
    });
    return this.#identified;
  }

  /** Every channel that was opened, of peers that have ended meanwhile as well; not those of paused and silent ones. */
  get clients(): PeerClient[] {
    return this.#facts.flatMap(({ index }) => {
      const client = this.#open.get(index);
      return client?.isReady && (client.end !== undefined || !client.isAway) ? [client] : [];
    });
  }

  /** Calls the listener with every channel that is open, and with every one that is opened from now on. @returns a function that stops it */
  onOpened(listener: (client: PeerClient) => void): () => void {
    this.#onOpened.add(listener);
    for (const client of this.#open.values()) listener(client);
    return () => this.#onOpened.delete(listener);
  }

  /** Looks at the peers as they are now, and from now on keeps the channel of every one that runs. @throws {LabError} what the driver throws */
  async hold(): Promise<void> {
    this.#isHeld = true;
    await this.refresh();
  }

  /**
   * Looks at the peers as they are now: channels of peers that have ended go, those of peers that run again are opened, where
   * they are held at all. A peer that cannot be reached is away.
   * @throws {LabError} what the driver throws
   */
  async refresh(): Promise<void> {
    // One after the other: two at once would both open the channel of a peer that runs again.
    const turn = this.#looking.then(async () => await this.#look());
    this.#looking = turn.catch(() => undefined);
    await turn;
  }

  /**
   * The client of a peer that something is to be done with, once it is ready.
   * @param timeoutMs how long that may take, in milliseconds. @default as long as a peer's start may take
   * @throws {LabError} `PEER_FAILED`, `PEER_SILENT`: why it is not there
   */
  async answering(index: number, timeoutMs: number | undefined = this.#bounds.readyTimeoutMs): Promise<PeerClient> {
    const client = this.#open.get(index);
    if (client === undefined) throw this.#troubles.get(index) ?? this.#notThere(index);
    try {
      const info = await client.ready({ isNew: true, timeoutMs: timeoutMs ?? READY_TIMEOUT_MS });
      requireVersion(info, client.name);
    } catch (error) {
      throw client.silentMs === undefined ? error : client.silence();
    }
    return client;
  }

  /** The node id that a peer announced last; undefined where this process has not heard it. */
  announcedId(index: number): string | undefined {
    return this.#ids.of(index);
  }

  /** @throws {LabError} why channels broke, or peers are not seen, where that is no end of theirs: what the lab is like cannot be seen */
  requireChannels(): void {
    requireSeen(this.#running.name, this.#facts);
    for (const { end } of this.#open.values()) if (end?.failure !== undefined) throw end.failure;
  }

  /** Peers that run and do not answer. */
  get silent(): PeerClient[] {
    return this.#facts.flatMap(({ index, state }) => {
      const client = this.#open.get(index);
      const isSilent = state === 'running' && client?.end === undefined && client?.silentMs !== undefined;
      return isSilent ? [client] : [];
    });
  }

  /** Waits until every peer that runs answers, or has not for so long. @param patienceMs in milliseconds */
  async untilAllAnswer(patienceMs: number, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const waiting = this.silent.filter(({ silentMs = 0 }) => silentMs < patienceMs);
      if (waiting.length === 0 || signal?.aborted) return;
      const leftMs = Math.max(...waiting.map(({ silentMs = 0 }) => patienceMs - silentMs));
      const timer = new AbortController();
      const either = signal === undefined ? timer.signal : AbortSignal.any([timer.signal, signal]);
      const late = pause(leftMs, { signal: either }).catch(() => undefined);
      await Promise.race([late, Promise.all(waiting.map(async client => await client.answersAgain()))]);
      timer.abort();
    }
  }

  /** What is known of the peers beside what they say themselves. */
  readonly presence: Presence = {
    absence: place => this.#absence(place),
    placeOf: (nodeId, address) =>
      this.#ids.placeOf(nodeId, address, this.#facts, place => this.#there(place) !== undefined),
  };

  #absence(index: number): string | undefined {
    const { state, isolated, unseen } = this.#facts[index] ?? { state: 'missing' };
    if (unseen !== undefined) return `cannot be judged: ${unseen}`;
    if (state === 'paused') return 'is paused';
    const client = this.#open.get(index);
    if (state !== 'running' || client?.end !== undefined) {
      const why = client?.endCause ?? this.#endCauses.get(index);
      return why === undefined ? 'does not run' : `does not run: ${why}`;
    }
    if (client?.silentMs !== undefined) return silenceText(client.silentMs);
    if (isolated === true) return 'is disconnected from the network';
    return this.#there(index) === undefined ? 'cannot be reached' : undefined;
  }

  /** Lets go of the channel of a peer that is ending, once it has told how. */
  async ended(index: number): Promise<void> {
    const client = this.#open.get(index);
    if (client === undefined) return;
    await told(client);
    this.#drop(index, client);
  }

  /** Runs `setup` of the topology. @throws {LabError} as `runSetup` */
  async setUp(signal: AbortSignal | undefined): Promise<void> {
    await runSetup(this.#programs, signal);
  }

  /** What `facts:` of a peer's kind has found. */
  valuesOf(index: number): Readonly<Record<string, string>> | undefined {
    return this.#programs.values.of(index);
  }

  /** Lets go of every channel. */
  close(): void {
    for (const client of this.#open.values()) client.close();
  }

  /** Values of `facts:` that a peer has come back with in place of others, since this was asked last. */
  takeChangedValues(index: number): readonly ChangedValue[] {
    return this.#programs.values.takeChanged(index);
  }

  /** True for a peer that speaks no contract: what it is asked takes as long as commands do. */
  isProgram(index: number): boolean {
    return this.#programs.kindOf(index) !== undefined;
  }

  /** True for a peer that runs: by its channel, or, as long as none is held, by the driver's word. */
  runs(index: number): boolean {
    return this.#isHeld ? this.#there(index) !== undefined : this.#facts[index]?.state === 'running';
  }

  #there(index: number): PeerClient | undefined {
    const client = this.#open.get(index);
    return client?.isReady && !client.isAway ? client : undefined;
  }

  async #openNew(ranBefore: ReadonlySet<number>): Promise<void> {
    this.#isHeld = true;
    const { readyTimeoutMs: timeoutMs = READY_TIMEOUT_MS } = this.#bounds;
    const before: Greeted[] = [];
    // Of thousands, those whose `ready` was kept are not asked who they are.
    const areMany = capabilityIfAny(this.#running, 'together') !== undefined;
    await Promise.all(
      this.#facts.map(async peer => {
        // A lab that is repaired keeps its paused peers.
        if (peer.state === 'paused') return;
        if (peer.state !== 'running') throw await notRunning(this.#running, peer);
        const client = await this.#openOne(peer);
        // It may have said `ready` before anybody listened.
        if (ranBefore.has(peer.index)) before.push({ client, answered: client.greet(timeoutMs) });
        else requireVersion(await client.ready({ isNew: areMany && client.isReady, timeoutMs }), peer.name);
      }),
    );
    await untilAnswered(before, this.#bounds.answerTimeoutMs);
  }

  async #look(): Promise<void> {
    const before = this.#facts;
    this.#facts = await this.#running.survey();
    this.#identified = undefined;
    const opened = await Promise.all(
      this.#facts.map(async peer => {
        const { index, state, containerId, processId } = peer;
        const client = this.#open.get(index);
        client?.setPaused(state === 'paused');
        const known = before[index];
        const isAnother = known?.containerId !== containerId || known?.processId !== processId;
        if (client !== undefined && (state === 'stopped' || state === 'missing')) this.#release(index, client);
        else if (state === 'running' && (client === undefined || client.end !== undefined || isAnother)) {
          return await this.#openAgain(peer);
        }
        return undefined;
      }),
    );
    await untilAnswered(
      opened.filter(greeted => greeted !== undefined),
      this.#bounds.answerTimeoutMs,
    );
  }

  /** Opens the channel of a peer anew. What ended just now, or cannot be asked, is away: why is kept for who needs it. */
  async #openAgain(peer: PeerFacts): Promise<Greeted | undefined> {
    const { index } = peer;
    this.#drop(index, this.#open.get(index));
    if (!this.#isHeld) return undefined;
    try {
      const client = await this.#openOne(peer);
      const { readyTimeoutMs: timeoutMs = READY_TIMEOUT_MS } = this.#bounds;
      return { client, answered: client.greet(timeoutMs) };
    } catch (error) {
      if (!(error instanceof LabError && error.code === 'PEER_FAILED')) throw error;
      this.#troubles.set(index, error);
      return undefined;
    }
  }

  async #openOne({ index, name }: PeerFacts): Promise<PeerClient> {
    const channel = openProgram(this.#programs, index, await this.#running.channel(index));
    const { replyTimeoutMs = channel.program === undefined ? undefined : PROGRAM_REPLY_TIMEOUT_MS } = this.#bounds;
    const client = new PeerClient(channel, name, index, replyTimeoutMs);
    this.#troubles.delete(index);
    this.#open.set(index, client);
    void client.introduced().then(() => {
      if (!client.isReady) return;
      this.#ids.learn(index, client.info.nodeId);
      this.#identified = undefined;
    });
    for (const listener of this.#onOpened) listener(client);
    return client;
  }

  /** Of a peer that has ended: it may still tell how. */
  #release(index: number, client: PeerClient): void {
    this.#open.delete(index);
    void told(client).then(() => {
      this.#keepCause(index, client);
      client.close();
    });
  }

  #drop(index: number, client: PeerClient | undefined): void {
    if (client !== undefined) this.#keepCause(index, client);
    client?.close();
    if (this.#open.get(index) === client) this.#open.delete(index);
  }

  #keepCause(index: number, { endCause }: PeerClient): void {
    if (endCause === undefined) this.#endCauses.delete(index);
    else this.#endCauses.set(index, endCause);
  }

  #notThere(index: number): LabError {
    const name = this.#facts[index]?.name ?? String(index);
    return new LabError('PEER_FAILED', `${name} ${this.#absence(index) ?? 'is not there'}`, {
      details: { peer: name },
    });
  }
}

/** Resolves once a peer that is ending has told how, or is late. */
async function told(client: PeerClient): Promise<void> {
  let bound: Timer | undefined;
  const late = new Promise<void>(resolve => {
    bound = startTimer(resolve, LAST_LINES_MS);
  });
  await Promise.race([client.ended, late]);
  stopTimer(bound);
}

/** @throws {LabError} `CONTRACT_BROKEN` for a peer of another version: what it means by its lines is not known */
function requireVersion({ contract }: PeerInfo, peer: string): void {
  if (contract === CONTRACT_VERSION) return;
  const message = `${peer} speaks version ${contract} of the peer contract; this lab speaks version ${CONTRACT_VERSION}`;
  throw new LabError('CONTRACT_BROKEN', message, { details: { peer, contract } });
}

async function notRunning(running: RunningLab, { index, name, state }: PeerFacts): Promise<LabError> {
  const words = new LastWords();
  try {
    for await (const line of running.logs(index, { tail: LOG_TAIL })) words.add(line);
  } catch {
    // Its log has gone with it; that it does not run is the news.
  }
  const { clause, lines: log } = words;
  return new LabError('PEER_FAILED', `${name} was started but is ${state}${clause}`, { details: { peer: name, log } });
}
