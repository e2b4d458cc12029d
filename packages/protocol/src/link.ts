/**
 * One link: a connection to another peer from its first byte to its last, as a state machine. A state has its own data
 * and at most one timer; the `become…` methods are the only transitions. link-lifecycle.ts and twins.ts decide which
 * transition happens, and say on the wire and to the host what it means. docs/adr/0018-link-states.md has the picture.
 */
import type { ByeReason } from './bye.ts';
import { FrameReader, type FrameSink, type ReadResult } from './frame-reader.ts';
import type { Hello } from './hello.ts';
import type { Id } from './id.ts';
import type { LinkTimer, LinkTimings } from './link-timer.ts';
import type { Direction, LinkConnection, LinkTransport } from './link-transport.ts';
import type { PeerTime } from './peer-time.ts';
import type { SeenCache } from './seen-cache.ts';

/** Why a link ended: a BYE's reason, the connection's own end, or a reason that this version does not know. */
export type LinkEnd = ByeReason | 'connection-lost' | 'unknown';

/**
 * A link's state as the host sees it.
 * - `handshake`: waits for HELLO;
 * - `probing`: has HELLO, but another link to the same peer is being asked whether it lives;
 * - `up`: carries messages;
 * - `closing`: has said BYE, still reads;
 * - `closed`.
 */
export type LinkState = 'handshake' | 'probing' | 'up' | 'closing' | 'closed';

const NEVER = Number.POSITIVE_INFINITY;

// The private union. Every member has the same first four fields in the same order, which keeps reads of them fast.
interface Phase<Name extends string, S extends LinkState, Timer extends LinkTimer | undefined> {
  readonly phase: Name;
  readonly state: S;
  /** The timer that is armed. The `frame` timer runs beside it. */
  readonly timer: Timer;
  /** When it expires. */
  readonly atMs: number;
}
type Handshake = Phase<'handshake', 'handshake', 'handshake'>;
/** Waits until the existing link to the same node id has proved that it lives, or has ended. */
type Newcomer = Phase<'newcomer', 'probing', undefined> & { readonly existing: Link; heardMs: number };
/** Up, and heard of less than the idle time ago: each sign of life moves the timer on. */
type Idle = Phase<'idle', 'up', 'idle'> & { atMs: number };
/** Up; a PING was sent and nothing was heard since. */
type Pinged = Phase<'pinged', 'up', 'pong'>;
/** Up; a newcomer claims the neighbour's id, and a PING with its token was sent. Only that PONG counts as an answer. */
type Contested = Phase<'contested', 'up', 'probe'> & { readonly newcomer: Link };
/** Up; the other end has ended it for a twin whose HELLO is still on its way: it serves until that is here. */
type Yielding = Phase<'yielding', 'up', 'yield'>;
type Draining = Phase<'draining', 'closing', 'drain'> & { readonly end: LinkEnd; readonly wasUp: boolean };
type Closed = Phase<'closed', 'closed', undefined> & { readonly end: LinkEnd; readonly wasUp: boolean };
type State = Handshake | Newcomer | Idle | Pinged | Contested | Yielding | Draining | Closed;

/** The machine's states by name: finer than {@link LinkState}. */
export type LinkPhase = State['phase'];

const NEXT: Readonly<Record<LinkPhase, ReadonlySet<LinkPhase>>> = {
  handshake: new Set(['newcomer', 'idle', 'draining', 'closed']),
  newcomer: new Set(['idle', 'draining', 'closed']),
  idle: new Set(['pinged', 'contested', 'yielding', 'draining', 'closed']),
  pinged: new Set(['idle', 'contested', 'draining', 'closed']),
  contested: new Set(['pinged', 'draining', 'closed']),
  yielding: new Set(['draining', 'closed']),
  draining: new Set(['closed']),
  closed: new Set(),
};

/** See the module's header. */
export class Link {
  readonly transport: LinkTransport;
  readonly direction: Direction;
  /** The other end, as `host:port`, for people. */
  readonly address: string;
  /** Data frames handed to the transport. */
  framesOut = 0;
  /** Data frames taken from the transport. */
  framesIn = 0;
  bytesOut = 0;
  bytesIn = 0;
  /** Frames that were not sent because the queue was full. */
  framesDropped = 0;
  /** The best TTL of each message that came by it, for messages whose horizon is exact; made by flooder.ts. */
  shown: SeenCache | undefined;
  /** Answers to its PINGs since nothing waited to be written to it. */
  pongs = 0;
  /** No data frame is sent on it: a fault that the host asked for. */
  isMuted = false;
  readonly #reader: FrameReader = new FrameReader();
  readonly #sink: FrameSink;
  readonly #timings: LinkTimings;
  readonly #time: PeerTime;
  #state: State;
  #frameAtMs: number = NEVER;
  #hello: Hello | undefined;
  #session: Id | undefined;

  constructor(connection: LinkConnection, timings: LinkTimings, time: PeerTime, sinkOf: (link: Link) => FrameSink) {
    this.transport = connection.transport;
    this.direction = connection.direction;
    this.address = connection.address;
    this.#timings = timings;
    this.#time = time;
    this.#sink = sinkOf(this);
    this.#state = { phase: 'handshake', state: 'handshake', timer: 'handshake', atMs: this.#in('handshake') };
    time.wake(this.#state.atMs);
  }

  get state(): LinkState {
    return this.#state.state;
  }

  get phase(): LinkPhase {
    return this.#state.phase;
  }

  get isClosed(): boolean {
    return this.#state.phase === 'closed';
  }

  /** Bytes of a frame whose rest has not come. */
  get unfinishedBytes(): number {
    return this.#reader.heldBytes;
  }

  /** Why it ends or has ended. */
  get end(): LinkEnd | undefined {
    return 'end' in this.#state ? this.#state.end : undefined;
  }

  /** It carries messages, or carried them before it ended, as far as this end knows. */
  get wasUp(): boolean {
    return 'wasUp' in this.#state ? this.#state.wasUp : this.#state.state === 'up';
  }

  /** The new link to the same peer that waits for this one's sign of life. */
  get newcomer(): Link | undefined {
    return this.#state.phase === 'contested' ? this.#state.newcomer : undefined;
  }

  /** The link to the same peer whose sign of life this one waits for. */
  get existing(): Link | undefined {
    return this.#state.phase === 'newcomer' ? this.#state.existing : undefined;
  }

  /** The other end's HELLO. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  /** The neighbour's node id, once its HELLO has come. */
  get peer(): Id | undefined {
    return this.#hello?.nodeId;
  }

  /** Chosen by the dialler; known to the acceptor from HELLO on. */
  get session(): Id | undefined {
    return this.#session;
  }

  /** The other end may send messages. An acceptor has answered no newcomer yet. */
  get mayCarryData(): boolean {
    return this.#hello !== undefined && (this.direction === 'out' || this.#state.phase !== 'newcomer');
  }

  /** The timers that are armed, and when they expire. */
  get timers(): ReadonlyMap<LinkTimer, number> {
    const { timer, atMs } = this.#state;
    const armed = new Map<LinkTimer, number>();
    if (timer !== undefined) armed.set(timer, atMs);
    if (this.#frameAtMs !== NEVER) armed.set('frame', this.#frameAtMs);
    return armed;
  }

  /** When the next timer expires; Infinity: none is armed. */
  get dueAtMs(): number {
    return Math.min(this.#state.atMs, this.#frameAtMs);
  }

  /** The timer that has expired. */
  expired(nowMs: number): LinkTimer | undefined {
    if (this.#frameAtMs <= nowMs) return 'frame';
    return this.#state.atMs <= nowMs ? this.#state.timer : undefined;
  }

  /** Names the session of a link that this peer dials. */
  offer(session: Id): void {
    this.#session = session;
  }

  /** Takes the other end's HELLO. A link that is draining is greeted too late: its messages are still taken. */
  greeted(hello: Hello): void {
    this.#hello = hello;
    this.#session = hello.session;
  }

  /** Hands bytes to the transport and counts them. @returns how many data frames of them are lost already */
  send(bytes: Uint8Array): number {
    this.bytesOut += bytes.length;
    return this.transport.send(bytes);
  }

  /** Takes a chunk as a sign of life, cuts it into frames and hands them to the sink. */
  read(chunk: Uint8Array): ReadResult {
    this.heard();
    this.bytesIn += chunk.length;
    const { begun } = this.#reader;
    const result = this.#reader.push(chunk, this.#sink);
    if (!this.#reader.isWaiting) this.#frameAtMs = NEVER;
    else if (this.#reader.begun !== begun) {
      this.#frameAtMs = this.#in('frame');
      this.#time.wake(this.#frameAtMs);
    }
    return result;
  }

  /** Something came from the other end. A link that is contested needs more: the PONG to its probe. */
  heard(): void {
    const state = this.#state;
    if (state.phase === 'idle') state.atMs = this.#in('idle');
    else if (state.phase === 'newcomer') state.heardMs = this.#time.nowMs;
    else if (state.phase === 'pinged') this.#becomeIdle(this.#time.nowMs);
  }

  /** The handshake is done, or the link that this newcomer waited for has ended: it carries messages from now on. */
  becomeUp(): void {
    if (this.#hello === undefined) throw new Error('a link is up before its HELLO has come');
    if (this.existing?.newcomer === this) throw new Error('a newcomer is up beside the link that it contests');
    this.#becomeIdle(this.#state.phase === 'newcomer' ? this.#state.heardMs : this.#time.nowMs);
  }

  /** A PING was sent into the silence. */
  becomePinged(): void {
    this.#become({ phase: 'pinged', state: 'up', timer: 'pong', atMs: this.#in('pong') });
  }

  /** A newcomer claims the same node id, and waits until this link has answered the PING that was sent. */
  becomeContested(newcomer: Link): void {
    if (newcomer.#hello === undefined) throw new Error('a newcomer contests a link before its HELLO has come');
    this.#check('contested');
    const wait = { timer: undefined, atMs: NEVER, existing: this, heardMs: this.#time.nowMs } as const;
    newcomer.#become({ phase: 'newcomer', state: 'probing', ...wait });
    this.#become({ phase: 'contested', state: 'up', timer: 'probe', atMs: this.#in('probe'), newcomer });
  }

  /** The other end has ended this link for a twin: it serves until that is here. */
  becomeYielding(): void {
    this.#become({ phase: 'yielding', state: 'up', timer: 'yield', atMs: this.#in('yield') });
  }

  /** BYE was sent: this end only reads from now on. */
  becomeDraining(end: ByeReason): void {
    if (this.direction === 'in' && this.#state.state !== 'up') {
      throw new Error('an accepted link drains that was not up: the other end has sent nothing');
    }
    const { wasUp } = this;
    this.#become({ phase: 'draining', state: 'closing', timer: 'drain', atMs: this.#in('drain'), end, wasUp });
  }

  /** The connection has ended, or is being ended. */
  becomeClosed(end: LinkEnd): void {
    this.#frameAtMs = NEVER;
    this.#reader.drop();
    this.#become({ phase: 'closed', state: 'closed', timer: undefined, atMs: NEVER, end, wasUp: this.wasUp });
  }

  #becomeIdle(heardMs: number): void {
    this.#become({ phase: 'idle', state: 'up', timer: 'idle', atMs: heardMs + this.#timings.idle });
  }

  #become(next: State): void {
    this.#check(next.phase);
    const contested = this.existing;
    this.#state = next;
    this.#time.wake(next.atMs);
    // Nobody waits for the probe any more: it goes on as an ordinary PING.
    if (contested?.newcomer === this) contested.becomePinged();
  }

  #check(next: LinkPhase): void {
    const { phase } = this.#state;
    if (!NEXT[phase].has(next)) throw new Error(`a link that is ${phase} cannot become ${next}`);
  }

  #in(timer: LinkTimer): number {
    return this.#time.nowMs + this.#timings[timer];
  }
}
