/** The control channels of a lab's peers: opened, waited ready, and opened anew where a peer was started again. */
import type { PeerFacts, RunningLab } from '@peerlab/driver';
import { LabError, PeerClient, untilAborted } from '@peerlab/driver';
import type { Endpoint } from '../links/wiring.ts';

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

/** How long a channel may take to end once its peer has, in milliseconds: the last lines on their way, on a busy machine. */
const LAST_LINES_MS = 5000;

/** Lines of a peer's log that go with an error. */
const LOG_TAIL = 20;

/** See the module's header. */
export class Endpoints {
  readonly #running: RunningLab;
  readonly #bounds: ReplyBounds;
  readonly #open: Map<number, PeerClient> = new Map();
  readonly #onOpened: Set<(client: PeerClient) => void> = new Set();
  #facts: readonly PeerFacts[];
  #looking: Promise<void> = Promise.resolve();

  private constructor(running: RunningLab, bounds: ReplyBounds) {
    this.#running = running;
    this.#bounds = bounds;
    this.#facts = running.peers;
  }

  /**
   * Opens the channel of every peer that runs, and waits until each is ready.
   * @throws {LabError} `PEER_FAILED` naming the first peer that did not get ready; `ABORTED`
   */
  static async open(running: RunningLab, { isNew, signal, ...bounds }: AttachOptions): Promise<Endpoints> {
    const endpoints = new Endpoints(running, bounds);
    const openOne = async (peer: PeerFacts): Promise<void> => {
      if (peer.state === 'running') await endpoints.#openOne(peer.index);
      // A lab that is repaired keeps its paused peers.
      else if (isNew && peer.state !== 'paused') throw await notRunning(running, peer);
    };
    try {
      await untilAborted(Promise.all(running.peers.map(openOne)), signal);
      return endpoints;
    } catch (error) {
      endpoints.close();
      throw error;
    }
  }

  /** In topology order; undefined where a peer does not run, is paused, or has ended meanwhile. */
  get all(): readonly Endpoint[] {
    return this.#facts.map(({ index, state, address, port }) => {
      const client = this.#open.get(index);
      const isThere = client !== undefined && client.end === undefined && state !== 'paused';
      return isThere ? { client, address, port } : undefined;
    });
  }

  /** As they were at the latest {@link refresh}. */
  get facts(): readonly PeerFacts[] {
    return this.#facts;
  }

  /** Every channel that was opened, of peers that have ended meanwhile as well; not those of paused ones. */
  get clients(): PeerClient[] {
    return this.#facts.flatMap(({ index, state }) => (state === 'paused' ? [] : (this.#open.get(index) ?? [])));
  }

  /** Calls the listener with every channel that is open, and with every one that is opened from now on. @returns a function that stops it */
  onOpened(listener: (client: PeerClient) => void): () => void {
    this.#onOpened.add(listener);
    for (const client of this.#open.values()) listener(client);
    return () => this.#onOpened.delete(listener);
  }

  /**
   * Looks at the peers as they are now: channels of peers that have ended go, those of peers that run again are opened.
   * @throws {LabError} `PEER_FAILED` naming a peer that did not get ready
   */
  async refresh(): Promise<void> {
    // One after the other: two at once would both open the channel of a peer that runs again.
    const turn = this.#looking.then(async () => await this.#look());
    this.#looking = turn.catch(() => undefined);
    await turn;
  }

  async #look(): Promise<void> {
    const before = this.#facts;
    this.#facts = await this.#running.survey();
    await Promise.all(
      this.#facts.map(async ({ index, state, containerId, processId }) => {
        const client = this.#open.get(index);
        const known = before[index];
        const isAnother = known?.containerId !== containerId || known?.processId !== processId;
        if (state === 'stopped' || state === 'missing') this.#drop(index);
        else if (state === 'running' && (client === undefined || client.end !== undefined || isAnother)) {
          await this.reopen(index);
        }
      }),
    );
  }

  /** Opens the channel of a peer anew, and waits until it is ready. @throws {LabError} `PEER_FAILED` */
  async reopen(index: number): Promise<void> {
    this.#drop(index);
    await this.#openOne(index);
  }

  /** Lets go of the channel of a peer that is ending, once it has told how. */
  async ended(index: number): Promise<void> {
    const client = this.#open.get(index);
    if (client === undefined) return;
    let bound: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => {
      bound = setTimeout(resolve, LAST_LINES_MS);
    });
    await Promise.race([client.ended, late]);
    clearTimeout(bound);
    this.#drop(index);
  }

  /** Lets go of every channel. */
  close(): void {
    for (const client of this.#open.values()) client.close();
  }

  #drop(index: number): void {
    this.#open.get(index)?.close();
    this.#open.delete(index);
  }

  async #openOne(index: number): Promise<void> {
    const name = this.#facts[index]?.name ?? String(index);
    const { readyTimeoutMs: timeoutMs = READY_TIMEOUT_MS, replyTimeoutMs } = this.#bounds;
    const client = new PeerClient(await this.#running.channel(index), name, index, replyTimeoutMs);
    this.#open.set(index, client);
    for (const listener of this.#onOpened) listener(client);
    // It may have said `ready` before anybody listened.
    await client.ready({ isNew: false, timeoutMs });
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
  return new LabError('PEER_FAILED', `${name} was started but is ${state}${last}`, { details: { peer: name, log } });
}
