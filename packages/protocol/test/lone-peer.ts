/**
 * A peer whose every connection is played by the test, at one remove less than test-peer.ts: any bytes at any moment, a
 * host that may call back into the peer, and a check that nothing about its links contradicts the rest.
 */
import {
  FRAME_TYPE,
  formatId,
  type Id,
  type Link,
  Peer,
  type PeerHost,
  type PeerOptions,
  TYPE_AT,
} from '../src/index.ts';
import type { LinkPhase } from '../src/link.ts';
import type { LinkTimer } from '../src/link-timer.ts';
import { idOf } from './wire.ts';

/** The timer of each state, beside `frame`: the table of docs/adr/0018-link-states.md. */
export const TIMER_OF: Readonly<Record<LinkPhase, LinkTimer | undefined>> = {
  handshake: 'handshake',
  newcomer: undefined,
  idle: 'idle',
  pinged: 'pong',
  contested: 'probe',
  yielding: 'yield',
  draining: 'drain',
  closed: undefined,
};

/** What a host is told of a link. */
export type HostEvent = 'linkUp' | 'linkDown' | 'linkRefused' | 'linkClosed' | 'message';

/** See the module's header. */
export class LonePeer implements PeerHost {
  readonly nodeId: Id = idOf(0x80);
  readonly peer: Peer;
  /** Every link that ever was. */
  readonly links: Link[] = [];
  /** What the host was told of each. */
  readonly told: Map<Link, HostEvent[]> = new Map();
  /** Links whose connection the peer has ended, and how often. */
  readonly ended: Map<Link, number> = new Map();
  /** Bytes that wait on every connection. */
  queuedBytes = 0;
  nowMs = 0;
  /** Done once, from within the next such call of the host. */
  surprise: { readonly event: HostEvent; readonly act: () => void } | undefined;
  /** Every state that a link was seen in. */
  readonly seen: Set<LinkPhase> = new Set();
  readonly #cut: Set<string> = new Set();
  #isLeaving = false;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #ids = 0;

  constructor(options: Partial<PeerOptions> = {}) {
    const identity = { nodeId: this.nodeId, network: Uint8Array.of(7), listenHost: new Uint8Array(0) };
    this.peer = new Peer({ ...identity, listenPort: 1, hashSeed: 3 }, this, options);
  }

  attach(direction: 'in' | 'out'): Link {
    let made: Link | undefined;
    let ends = 0;
    let hasSaidBye = false;
    const host = this;
    const transport = {
      send: (bytes: Uint8Array): number => {
        if (ends > 0) throw new Error('sent on a connection that was ended');
        if (hasSaidBye) throw new Error('sent after BYE');
        hasSaidBye = bytes[TYPE_AT] === FRAME_TYPE.bye;
        return 0;
      },
      close: (): void => {
        ends++;
        if (made !== undefined) this.ended.set(made, ends);
      },
      get queuedBytes(): number {
        return host.queuedBytes;
      },
    };
    made = this.peer.attach(transport, direction, `10.0.0.1:${this.links.length}`, this.nowMs);
    if (ends > 0) this.ended.set(made, ends);
    this.links.push(made);
    return made;
  }

  leave(): void {
    this.#isLeaving = true;
    this.peer.leave(this.nowMs);
  }

  cut(id: Id): void {
    this.#cut.add(formatId(id));
    this.peer.cut(id, this.nowMs);
  }

  restore(id: Id): void {
    this.#cut.delete(formatId(id));
    this.peer.restore(id);
  }

  /** Time passes, and the peer is called when it has asked for it. */
  pass(durationMs: number): void {
    const untilMs = this.nowMs + durationMs;
    for (let calls = 0; this.#wakeAtMs <= untilMs; calls++) {
      if (calls > 10_000) throw new Error('the peer asks for call after call');
      this.nowMs = Math.max(this.nowMs, this.#wakeAtMs);
      this.#wakeAtMs = Number.POSITIVE_INFINITY;
      this.peer.handleTimeout(this.nowMs);
    }
    this.nowMs = untilMs;
  }

  /** Throws where two things that are known of the links contradict each other. */
  check(): void {
    const { peer } = this;
    for (const link of this.links) {
      this.seen.add(link.phase);
      const where = `link ${this.links.indexOf(link)}, ${link.direction}, ${link.phase}`;
      const must = (holds: boolean, what: string): void => {
        if (!holds) throw new Error(`${where}: ${what}`);
      };
      const isUp = link.state === 'up';
      must(peer.links.has(link) === !link.isClosed, 'among the links until it is closed');
      must((this.ended.get(link) ?? 0) === (link.isClosed ? 1 : 0), 'its connection ended once, with it');
      must(peer.neighbours.includes(link) === isUp, 'among the neighbours while it is up');
      if (isUp) must(link.peer !== undefined && peer.neighbour(link.peer) === link, 'found by its neighbour');
      if (isUp || link.phase === 'newcomer') must(link.hello !== undefined, 'greeted');
      must((link.end !== undefined) === (link.state === 'closing' || link.isClosed), 'a reason once it ends');
      const own = TIMER_OF[link.phase];
      const armed = [...link.timers.keys()].filter(timer => timer !== 'frame');
      must(armed.join() === (own ?? ''), `the timers ${armed.join()}`);
      if (link.isClosed) must(link.timers.size === 0, 'no timer after the end');
      must(link.dueAtMs >= this.nowMs, 'no timer is overdue');
      must(this.#wakeAtMs <= link.dueAtMs, 'the host is asked for a call by the time a timer expires');
      if (link.newcomer !== undefined) must(link.newcomer.existing === link, 'known to its newcomer');
      if (link.existing !== undefined) must(link.existing.newcomer === link, 'known to the link that it contests');
      const told = this.told.get(link)?.join(' ') ?? '';
      const possible = isUp
        ? ['linkUp']
        : link.isClosed
          ? ['linkRefused', 'linkUp linkDown linkClosed']
          : link.state === 'closing'
            ? ['', 'linkUp linkDown']
            : [''];
      must(possible.includes(told), `the host was told: ${told}`);
    }
    const ids = peer.neighbours.map(link => formatId(link.peer ?? idOf(0)));
    if (new Set(ids).size !== ids.length) throw new Error('two links to one neighbour are up');
  }

  randomId(): Id {
    const id = new Uint8Array(16);
    new DataView(id.buffer).setUint32(12, ++this.#ids);
    return id;
  }

  schedule(atMs: number): void {
    this.#wakeAtMs = atMs;
  }

  linkUp(link: Link): void {
    if (this.#isLeaving) throw new Error('a link came up after the leave');
    if (link.peer !== undefined && this.#cut.has(formatId(link.peer))) throw new Error('a link came up that is cut');
    this.#tell(link, 'linkUp');
  }

  linkDown(link: Link): void {
    this.#tell(link, 'linkDown');
  }

  linkRefused(link: Link): void {
    this.#tell(link, 'linkRefused');
  }

  linkClosed(link: Link): void {
    this.#tell(link, 'linkClosed');
  }

  message(): void {
    this.#surprise('message');
  }

  acknowledged(): void {
    // Nothing about links follows from it.
  }

  #tell(link: Link, event: HostEvent): void {
    this.told.set(link, [...(this.told.get(link) ?? []), event]);
    this.#surprise(event);
  }

  #surprise(event: HostEvent): void {
    const { surprise } = this;
    if (surprise?.event !== event) return;
    this.surprise = undefined;
    surprise.act();
  }
}
