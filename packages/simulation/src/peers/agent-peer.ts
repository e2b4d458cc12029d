/** One whole peer of a simulated world: an agent, and what surrounds it in place of a process. */

import { Agent, type AgentHost, type AgentSettings, type DialOutcome, type TextCodec } from '@peerlab/agent';
import type { LinkSettings, LinkShape } from '@peerlab/conditions';
import { Random } from '@peerlab/graph';
import {
  type Id,
  type Link,
  type LinkTransport,
  type PeerOptions,
  type PeerSecurity,
  parseId,
} from '@peerlab/protocol';

/** Makes the agent: the project's own, or one that behaves otherwise; its host can also print errors and exit. */
export type CreateAgent = (settings: AgentSettings, host: AgentPeer) => Agent;

/** What a peer is made from. */
export interface AgentPeerSpec {
  /** Its place in the world; also what its delays are drawn from. */
  readonly index: number;
  /** A UUID. */
  readonly nodeId: string;
  /** Where it takes links. Unique in its world. */
  readonly host: string;
  readonly port: number;
  readonly options?: Partial<PeerOptions> | undefined;
  /** As of AgentSettings. Between two sealed peers, connections are as good as encrypted. */
  readonly security?: PeerSecurity | undefined;
  readonly createAgent?: CreateAgent | undefined;
  /** See AgentSettings. */
  readonly maxRecords?: number | undefined;
}

/** What a peer needs of the world around it. */
export interface PeerSurroundings {
  readonly nowUs: number;
  /** Lets something happen at this time. */
  later(atUs: number, kind: 'timer', run: () => void): void;
  /** Dials an address for the peer. */
  dial(from: AgentPeer, localAddress: string, address: string, outcome: DialOutcome): void;
  /** The peer has ended. */
  ended(peer: AgentPeer): void;
}

/** The peer's end of a connection. */
export interface PeerConnection extends LinkTransport {
  /** What is sent from here on is as these settings say; without them, as the world's. */
  shape(settings: LinkSettings | undefined): void;
}

/** How a peer ended: with an exit status, 0 when it left in peace, or killed. */
export type AgentPeerEnd = { readonly status: number } | 'killed';

/** Takes what a peer prints. */
export type LineListener = (line: string, stream: 'stdout' | 'stderr') => void;

/** The version that simulated peers state. */
const VERSION = '0.1.0';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const codec: TextCodec = {
  encode: text => encoder.encode(text),
  decode: bytes => {
    try {
      return utf8.decode(bytes);
    } catch {
      return undefined;
    }
  },
};

/** See the module's header. */
export class AgentPeer implements AgentHost {
  readonly index: number;
  readonly address: string;
  readonly agent: Agent;
  /** True for one that encrypts its connections. */
  readonly isSealed: boolean;
  /** Undefined while it runs. */
  end: AgentPeerEnd | undefined;
  /** Called with every line that the peer prints. */
  onLine: LineListener = () => undefined;
  /** Called once when it has ended. */
  onEnd: (end: AgentPeerEnd) => void = () => undefined;
  readonly #world: PeerSurroundings;
  readonly #random: Random;
  readonly #connections: Set<PeerConnection> = new Set();
  #alarm = 0;
  /** What a paused peer will take when it goes on, in order; undefined while it is not paused. */
  #held: (() => void)[] | undefined;
  #lastPort = 49151;

  /** @param seed of its ids and its redials */
  constructor(world: PeerSurroundings, spec: AgentPeerSpec, lab: string, seed: number) {
    const { index, host, port, options, security, createAgent, maxRecords } = spec;
    const nodeId = parseId(spec.nodeId);
    if (nodeId === undefined) throw new RangeError(`the node id of peer ${index} is not a UUID: ${spec.nodeId}`);
    this.#world = world;
    this.#random = new Random(seed);
    this.index = index;
    this.address = `${host}:${port}`;
    this.isSealed = security?.mode === 'sealed';
    const settings: AgentSettings = {
      nodeId,
      lab,
      listen: { host, port },
      version: VERSION,
      hashSeed: this.#random.u32(),
      codec,
      ...(security === undefined ? {} : { security }),
      ...(options === undefined ? {} : { options }),
      ...(maxRecords === undefined ? {} : { maxRecords }),
    };
    this.agent = createAgent?.(settings, this) ?? new Agent(settings, this);
  }

  /** Hands the peer a line of its standard input. */
  command(line: string): void {
    this.takes(() => this.agent.command(line));
  }

  get isPaused(): boolean {
    return this.#held !== undefined;
  }

  /** Freezes the peer: what comes to it waits, and so do its timers. */
  pause(): void {
    if (this.end === undefined) this.#held ??= [];
  }

  /** Lets the peer go on: it takes what has come meanwhile, in order. */
  unpause(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const take of held) this.takes(take);
  }

  /** Lets the peer take something: now, or once it goes on; never, once it has ended. */
  takes(take: () => void): void {
    if (this.#held !== undefined) this.#held.push(take);
    else if (this.end === undefined) take();
  }

  /** Ends the peer at once, without a BYE; its connections end as a kernel ends those of a killed process. */
  kill(): void {
    this.#finish('killed');
  }

  /** A connection that it takes part in. */
  join(end: PeerConnection): void {
    this.#connections.add(end);
  }

  /** A connection is over. */
  leaveConnection(end: PeerConnection): void {
    this.#connections.delete(end);
  }

  // --- AgentHost ---

  nowMs(): number {
    return this.#world.nowUs / 1000;
  }

  schedule(atMs: number, callback: () => void): void {
    const alarm = ++this.#alarm;
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.#world.later(microsecondAtOrAfter(atMs), 'timer', () => {
      this.takes(() => {
        if (this.#alarm === alarm) callback();
      });
    });
  }

  randomId(): Id {
    return this.#random.bytes16();
  }

  dial(host: string, port: number, outcome: DialOutcome): void {
    this.#lastPort = this.#lastPort === 65535 ? 49152 : this.#lastPort + 1;
    const local = `${this.address.slice(0, this.address.lastIndexOf(':'))}:${this.#lastPort}`;
    this.#world.dial(this, local, `${host}:${port}`, outcome);
  }

  shape(link: Link, shape: LinkShape | undefined): void {
    const connection = [...this.#connections].find(own => own === link.transport);
    connection?.shape(shape);
  }

  write(line: string): void {
    this.onLine(line, 'stdout');
  }

  left(): void {
    // The last BYE is on its way: connections end after it.
    this.exit(0);
  }

  // --- what a program can do beside ---

  /** Prints a line on the standard error. */
  writeError(line: string): void {
    this.onLine(line, 'stderr');
  }

  /** Ends as a program does that exits. */
  exit(status: number): void {
    this.#finish({ status });
  }

  #finish(end: AgentPeerEnd): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.#held = undefined;
    for (const connection of [...this.#connections]) connection.close('flush');
    this.#world.ended(this);
    this.onEnd(end);
  }
}

/**
 * The first microsecond at which `nowMs()` is not before the time. The product alone may be rounded down to one that is:
 * the peer would be woken too early, and ask for the very same microsecond, for ever.
 */
function microsecondAtOrAfter(atMs: number): number {
  const atUs = Math.ceil(atMs * 1000);
  return atUs / 1000 < atMs ? atUs + 1 : atUs;
}
