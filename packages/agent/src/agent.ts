/**
 * The control agent: a {@link Peer} that meets the lab's contract. Command lines in, reply and event lines out;
 * docs/PEER-CONTRACT.md is the text. I/O, clock and randomness come from the host (agent-host.ts), so the container,
 * the local process and the simulation run this very code.
 */
import {
  CONTRACT_VERSION,
  type Command,
  commandSchema,
  type ErrorCode,
  isSequence,
  type NeighbourInfo,
  type PeerEvent,
  type PeerInfo,
  type Results,
  type TraceRecordEvent,
} from '@peerlab/contract';
import {
  Alarm,
  type ByeReason,
  Dialler,
  formatId,
  ID_BYTES,
  type Id,
  type Link,
  type LinkEnd,
  type LinkTransport,
  type Message,
  Peer,
  type PeerHost,
  type PeerOptions,
  type PeerSecurity,
  type PeerTrace,
  parseId,
  sameId,
} from '@peerlab/protocol';
import type { AgentHost } from './agent-host.ts';
import { FlightRecorder, MAX_RECORDS } from './flight-recorder.ts';
import { LinkShapes } from './link-shapes.ts';
import { payloadBytes, payloadJson, type TextCodec } from './payload.ts';
import { SessionLedger } from './session-ledger.ts';

/** What this project's own peer can do beyond the minimum. */
const AGENT_CAPABILITIES = ['dm', 'ttl', 'counters', 'trace', 'history', 'disconnect', 'shape', 'ping'] as const;

/** Who the agent's peer is, and its settings. */
export interface AgentSettings {
  readonly nodeId: Id;
  /** The lab's name: peers of another are refused. At most 255 bytes in UTF-8. */
  readonly lab: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly version: string;
  /** Any 32 bits, unknown outside. */
  readonly hashSeed: number;
  readonly codec: TextCodec;
  /** How the peer proves who it is, whose node id is that of its key. @default not at all */
  readonly security?: PeerSecurity | undefined;
  readonly options?: Partial<PeerOptions>;
  /** What the flight recorder keeps, never more than MAX_RECORDS. @default MAX_RECORDS */
  readonly maxRecords?: number;
}

/** A command that cannot be done: becomes the error of its reply. */
class Refusal {
  readonly code: ErrorCode;
  readonly message: string;

  constructor(code: ErrorCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** See the module's header. */
export class Agent implements PeerHost {
  readonly peer: Peer;
  readonly #settings: AgentSettings;
  readonly #host: AgentHost;
  readonly #ledger: SessionLedger = new SessionLedger();
  readonly #recorder: FlightRecorder;
  readonly #dialler: Dialler;
  readonly #shapes: LinkShapes;
  readonly #alarm: Alarm;
  readonly #connecting: Set<(refusal: Refusal) => void> = new Set();
  #isTracing = false;
  #isLeaving = false;
  #hasLeft = false;

  constructor(settings: AgentSettings, host: AgentHost) {
    this.#settings = settings;
    this.#host = host;
    const { nodeId, hashSeed, listen, codec, lab, security, maxRecords = MAX_RECORDS } = settings;
    this.#recorder = new FlightRecorder(host.nowMs(), Math.min(MAX_RECORDS, maxRecords));
    this.#alarm = new Alarm(
      (atMs, callback) => host.schedule(atMs, callback),
      () => host.nowMs(),
    );
    const network = codec.encode(lab);
    const listenHost = codec.encode(listen.host);
    const identity = { nodeId, network, listenHost, listenPort: listen.port, hashSeed, security };
    this.peer = new Peer(identity, this, settings.options);
    this.peer.trace = this.#trace;
    this.#dialler = new Dialler(this.peer, host, this.#alarm, () => fractionOf(host.randomId()));
    this.#shapes = new LinkShapes({ peer: this.peer, dialler: this.#dialler, host });
  }

  /** Says `ready`: to be called once links can be taken. */
  start(): void {
    this.#tell({ event: 'ready', ...this.#info() });
  }

  /** Dials an address and keeps dialling it, however often it fails. */
  keepDialling(host: string, port: number): void {
    this.#dialler.keepDialling(host, port);
  }

  /** An accepted connection. The host hands what arrives on it to `received` and `ended`. */
  accepted(transport: LinkTransport, address: string): Link {
    return this.peer.attach(transport, 'in', address, this.#host.nowMs());
  }

  /** Bytes from a link. */
  received(link: Link, chunk: Uint8Array): void {
    this.peer.receive(link, chunk, this.#host.nowMs());
    // A link that takes frames although it is not up here (its twin stays, or is being probed) counts from then on.
    if (link.framesIn > 0 && (link.state === 'probing' || link.state === 'closing')) this.#ledger.opened(link);
  }

  /** A link's connection has ended by the other end, or failed. @param reason where more is known than that */
  ended(link: Link, reason?: LinkEnd): void {
    this.peer.connectionEnded(link, this.#host.nowMs(), reason);
  }

  /** The other end is refused before it said anything that the link could read. */
  refused(link: Link, reason: ByeReason): void {
    this.peer.hangup(link, this.#host.nowMs(), reason);
  }

  /** Leaves the network: BYE on every link, then `left` of the host. */
  leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#dialler.stop();
    for (const answer of this.#connecting) answer(new Refusal('stopping', 'this peer is shutting down'));
    this.peer.leave(this.#host.nowMs());
    this.#checkLeft();
  }

  /** Takes one line from the lab. */
  command(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.#host.write(`not JSON, ignored: ${line.slice(0, 200)}`);
      return;
    }
    const parsed = commandSchema.safeParse(value);
    if (parsed.success) {
      this.#obey(parsed.data);
      return;
    }
    const seq = typeof value === 'object' && value !== null && 'seq' in value ? value.seq : undefined;
    const issue = parsed.error.issues[0];
    const message = issue === undefined ? 'not a command' : `${issue.path.join('.') || 'command'}: ${issue.message}`;
    if (isSequence(seq)) this.#reply(seq, new Refusal('bad-command', message));
    else this.#host.write(`command without a sequence number, ignored: ${line.slice(0, 200)}`);
  }

  #obey(command: Command): void {
    try {
      if (command.command === 'connect') this.#connect(command);
      else if (command.command === 'ping') this.#ping(command);
      else if (command.command === 'dm') this.#dm(command);
      else this.#reply(command.seq, this.#answer(command));
      if (command.command === 'stop') this.leave();
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal('internal', String(error));
      this.#reply(command.seq, refusal);
    }
  }

  #answer(command: Exclude<Command, { command: 'connect' | 'ping' | 'dm' }>): Results[keyof Results] {
    const now = this.#host.nowMs();
    switch (command.command) {
      case 'info':
        return this.#info();
      case 'neighbours':
        return { links: this.peer.neighbours.map(link => this.#neighbourInfo(link)) };
      case 'counters':
        return { sessions: this.#ledger.counters(), totals: { ...this.peer.totals } };
      case 'history':
        return this.#recorder.recall(command.id.toLowerCase(), now);
      case 'trace':
        this.#isTracing = command.on;
        return {};
      case 'disconnect': {
        const peer = requireId(command.peer);
        const link = this.peer.neighbour(peer);
        if (link === undefined) throw new Refusal('no-such-peer', `no link to ${command.peer}`);
        this.#dialler.forget(peer);
        this.peer.hangup(link, now);
        return {};
      }
      case 'broadcast': {
        const { bytes, content } = payloadBytes(command.payload, this.#settings.codec);
        return this.#sent(() => this.peer.broadcast(bytes, { content, ttl: command.ttl }, now));
      }
      case 'shape':
        return this.#shape(command.links ?? []);
      case 'stop':
        return {};
    }
  }

  /** The reply waits for the recipient's key, where that is to be found first. */
  #dm({ seq, to, payload, ttl, key }: Extract<Command, { command: 'dm' }>): void {
    const recipient = this.#otherPeer(to);
    const { bytes, content } = payloadBytes(payload, this.#settings.codec);
    if (key !== undefined) this.peer.learnKey(bytesOfHex(key));
    this.peer.prepareDm(recipient, this.#host.nowMs(), isReady => {
      try {
        if (!isReady && !this.#isLeaving) throw new Refusal('no-such-peer', `nobody has told the key of ${to}`);
        this.#reply(
          seq,
          this.#sent(() => this.peer.dm(recipient, bytes, { content, ttl }, this.#host.nowMs())),
        );
      } catch (error) {
        this.#reply(seq, error instanceof Refusal ? error : new Refusal('internal', String(error)));
      }
    });
  }

  #sent(send: () => Id): { readonly id: string } {
    if (this.#isLeaving) throw new Refusal('stopping', 'this peer is shutting down');
    try {
      return { id: formatId(send()) };
    } catch (error) {
      if (error instanceof RangeError) throw new Refusal('too-large', error.message);
      throw error;
    }
  }

  #connect({ seq, host, port }: Extract<Command, { command: 'connect' }>): void {
    if (this.#isLeaving) throw new Refusal('stopping', 'this peer is shutting down');
    const answer = (result: Results['connect'] | Refusal): void => {
      if (this.#connecting.delete(answer)) this.#reply(seq, result);
    };
    this.#connecting.add(answer);
    this.#dialler.connect(host, port, outcome => {
      if ('link' in outcome) answer(connectResult(outcome.link));
      else answer(new Refusal('connect-failed', `connecting to ${host}:${port}: ${outcome.failure}`));
    });
  }

  /** All of it or, where something cannot be done, nothing. */
  #shape(links: NonNullable<Extract<Command, { command: 'shape' }>['links']>): Results['shape'] {
    for (const { peer, settings } of links) {
      if (settings !== null && !this.#shapes.canDo(settings)) {
        throw new Refusal('not-supported', `this peer cannot simulate network conditions on its link to ${peer}`);
      }
    }
    for (const { peer, settings } of links) this.#shapes.set(requireId(peer), settings);
    return { links: this.#shapes.all };
  }

  #ping({ seq, peer }: Extract<Command, { command: 'ping' }>): void {
    const link = this.peer.neighbour(requireId(peer));
    if (link === undefined) throw new Refusal('no-such-peer', `no link to ${peer}`);
    this.peer.ping(link, this.#host.nowMs(), rttMs => {
      this.#reply(seq, rttMs === undefined ? new Refusal('no-such-peer', `the link to ${peer} ended`) : { rttMs });
    });
  }

  #otherPeer(text: string): Id {
    const id = requireId(text);
    if (sameId(id, this.peer.nodeId))
      throw new Refusal('bad-command', 'to: a peer cannot send a direct message to itself');
    return id;
  }

  // --- what the peer tells its host ---

  randomId(): Id {
    return this.#host.randomId();
  }

  schedule(atMs: number): void {
    this.#alarm.set('peer', atMs, () => this.peer.handleTimeout(this.#host.nowMs()));
  }

  linkUp(link: Link): void {
    this.#ledger.opened(link);
    this.#shapes.linkUp(link);
    this.#tell({ event: 'link-up', ...this.#neighbourInfo(link) });
    this.#dialler.linkUp(link);
  }

  linkDown(link: Link, reason: LinkEnd): void {
    const { session, peer } = connectResult(link);
    this.#tell({ event: 'link-down', session, peer, reason });
    this.#dialler.linkDown(link, reason);
  }

  linkRefused(link: Link, reason: LinkEnd, by: Id | undefined): void {
    this.#dialler.linkRefused(link, reason, by);
    this.linkClosed(link);
  }

  linkClosed(link: Link): void {
    this.#ledger.closed(link);
    this.#checkLeft();
  }

  message(message: Message): void {
    this.#tell({
      event: 'received',
      id: formatId(message.id),
      kind: message.kind,
      origin: formatId(message.origin),
      from: formatId(message.link.peer ?? this.peer.nodeId),
      hops: message.hops,
      payload: payloadJson(message.payload, message.content, this.#settings.codec),
    });
  }

  acknowledged(): void {
    // The contract asks for no acknowledgements; the library does.
  }

  readonly #trace: PeerTrace = {
    sent: (id, kind, to, ttl, from) =>
      this.#record({
        event: 'sent',
        id: formatId(id),
        kind,
        ...(from === undefined ? {} : { from: formatId(from.peer ?? id) }),
        to: to.map(link => formatId(link.peer ?? id)),
        ttl,
      }),
    duplicate: (id, from, ttl) =>
      this.#record({ event: 'duplicate', id: formatId(id), from: formatId(from.peer ?? id), ttl }),
    expired: (id, from) => this.#record({ event: 'expired', id: formatId(id), from: formatId(from.peer ?? id) }),
    dropped: (id, to, reason) =>
      this.#record({ event: 'dropped', id: formatId(id), to: formatId(to.peer ?? id), reason }),
  };

  #record(record: TraceRecordEvent): void {
    this.#recorder.keep(record, this.#host.nowMs());
    if (this.#isTracing) this.#tell(record);
  }

  #checkLeft(): void {
    if (!this.#isLeaving || this.#hasLeft || this.peer.links.size > 0) return;
    this.#hasLeft = true;
    this.#host.left();
  }

  #info(): PeerInfo {
    const { security } = this.#settings;
    return {
      contract: CONTRACT_VERSION,
      nodeId: formatId(this.#settings.nodeId),
      node: { name: 'peerlab', version: this.#settings.version },
      listen: this.#settings.listen,
      capabilities: security === undefined ? AGENT_CAPABILITIES : [...AGENT_CAPABILITIES, 'identity'],
      security: security?.mode ?? 'open',
      ...(security === undefined ? {} : { publicKey: hex(security.publicKey) }),
    };
  }

  /** A link that is up has been proven as its security asks; whether it is encrypted, its connection knows. */
  #neighbourInfo(link: Link): NeighbourInfo {
    const proven = link.transport.binding === undefined ? 'signed' : 'sealed';
    return {
      ...connectResult(link),
      direction: link.direction,
      address: link.address,
      security: this.#settings.security === undefined ? 'open' : proven,
    };
  }

  #tell(event: PeerEvent): void {
    this.#host.write(JSON.stringify(event));
  }

  #reply(seq: string, answer: Results[keyof Results] | Refusal): void {
    const line =
      answer instanceof Refusal
        ? { reply: seq, error: { code: answer.code, message: answer.message } }
        : { reply: seq, result: answer };
    this.#host.write(JSON.stringify(line));
  }
}

/** A number in [0, 1) from an id's last four bytes, which are random in every kind of id. */
function fractionOf(id: Id): number {
  return new DataView(id.buffer, id.byteOffset, ID_BYTES).getUint32(ID_BYTES - 4) / 2 ** 32;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

function connectResult(link: Link): Results['connect'] {
  const { peer, session } = link;
  return {
    peer: peer === undefined ? '' : formatId(peer),
    session: session === undefined ? '' : formatId(session),
  };
}

function requireId(text: string): Id {
  const id = parseId(text);
  if (id === undefined) throw new Refusal('bad-command', `not an id: ${text}`);
  return id;
}

function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
