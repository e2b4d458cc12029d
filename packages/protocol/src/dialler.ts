/**
 * Dialling for a peer's host: one dial at a time (dials.ts), and the addresses that are dialled again when their link is
 * lost (wanted.ts). Without I/O; the agent and the library share it. The host passes `linkUp`, `linkDown` and
 * `linkRefused` of its peer on to it.
 */
import type { Alarm } from './alarm.ts';
import { type DialDone, Dials } from './dials.ts';
import type { Id } from './id.ts';
import type { Link, LinkEnd } from './link.ts';
import type { LinkTransport } from './link-transport.ts';
import type { Peer } from './peer.ts';
import { DEFAULT_REDIAL_OPTIONS, type RedialOptions } from './redial.ts';
import { Wanted } from './wanted.ts';

/** How a dial ends: the host calls exactly one of the two, once, never before `dial` returns. */
export interface DialOutcome {
  /**
   * The connection stands: it is attached, and the link is given back, to which the host then hands what arrives.
   * @param address the other end as `host:port`
   */
  connected(transport: LinkTransport, address: string): Link;
  /** There is no connection. `reason` in one clause, such as `connection refused`. */
  failed(reason: string): void;
}

/** What the host of a {@link Dialler} gives. */
export interface DiallerHost {
  /** Milliseconds on a clock that never goes back. */
  nowMs(): number;
  dial(host: string, port: number, outcome: DialOutcome): void;
}

/** See the module's header. */
export class Dialler {
  readonly #peer: Peer;
  readonly #host: DiallerHost;
  readonly #alarm: Alarm;
  readonly #dials: Dials = new Dials();
  readonly #wanted: Wanted;
  #isStopped = false;

  /** @param random uniform in [0, 1): the jitter */
  constructor(
    peer: Peer,
    host: DiallerHost,
    alarm: Alarm,
    random: () => number,
    redial: RedialOptions = DEFAULT_REDIAL_OPTIONS,
  ) {
    this.#peer = peer;
    this.#host = host;
    this.#alarm = alarm;
    this.#wanted = new Wanted(random, redial);
  }

  /**
   * Dials once. An address that was reached is dialled again whenever its link is lost, until it is hung up.
   * @returns gives the dial up: its link is hung up if it is not up yet. Without effect once the dial has ended.
   */
  connect(host: string, port: number, done: DialDone): () => void {
    return this.#dial(host, port, outcome => {
      if ('link' in outcome) {
        this.#wanted.add(host, port);
        this.#wanted.reached(host, port, outcome.link, this.#host.nowMs());
      }
      done(outcome);
    });
  }

  /** Dials once. The link is not dialled again by itself when it is lost. */
  once(host: string, port: number, done: DialDone): void {
    this.#dial(host, port, done);
  }

  /** Whether a link to this peer is dialled again when it is lost. */
  wants(peer: Id): boolean {
    return this.#wanted.includes(peer);
  }

  /** Dials an address and keeps dialling it, however often it fails. */
  keepDialling(host: string, port: number): void {
    if (this.#wanted.add(host, port)) this.#dialWanted(host, port);
  }

  /** Does not dial this peer again. */
  forget(peer: Id): void {
    this.#wanted.forget(peer);
  }

  /** Does not dial this peer again by itself until {@link release}. */
  hold(peer: Id): void {
    this.#wanted.hold(peer);
  }

  /** Dials this peer again where it is wanted, at once. */
  release(peer: Id): void {
    this.#wanted.release(peer, this.#host.nowMs());
    this.#arm();
  }

  /** Dials no more. */
  stop(): void {
    this.#isStopped = true;
  }

  linkUp(link: Link): void {
    this.#dials.up(link);
  }

  linkDown(link: Link, reason: LinkEnd): void {
    if (link.peer === undefined || reason === 'twin') return;
    this.#wanted.lost(link.peer, reason, this.#host.nowMs());
    this.#arm();
  }

  linkRefused(link: Link, reason: LinkEnd, by: Id | undefined): void {
    const existing = by === undefined ? undefined : this.#peer.neighbour(by);
    this.#dials.refused(link, reason, by, existing, this.#host.nowMs());
    this.#armTwins();
  }

  #armTwins(): void {
    const atMs = this.#dials.nextAtMs();
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.#alarm.set('twins', atMs, () => {
      this.#dials.expire(this.#host.nowMs());
      this.#armTwins();
    });
  }

  #dial(host: string, port: number, done: DialDone): () => void {
    let isGivenUp = false;
    let attached: Link | undefined;
    this.#host.dial(host, port, {
      connected: (transport, address) => {
        const link = this.#peer.attach(transport, 'out', address, this.#host.nowMs());
        if (link.state === 'closed') done({ failure: `not made: ${link.end ?? 'closed'}`, end: link.end });
        else this.#dials.started(link, done);
        attached = link;
        if (isGivenUp) this.#peer.hangup(link, this.#host.nowMs());
        return link;
      },
      failed: failure => done({ failure }),
    });
    return () => {
      isGivenUp = true;
      if (attached?.state === 'handshake') this.#peer.hangup(attached, this.#host.nowMs());
    };
  }

  #dialWanted(host: string, port: number): void {
    this.#dial(host, port, outcome => {
      const now = this.#host.nowMs();
      if ('link' in outcome) this.#wanted.reached(host, port, outcome.link, now);
      else this.#wanted.failed(host, port, outcome.end, now);
      this.#arm();
    });
  }

  #arm(): void {
    const atMs = this.#wanted.nextAtMs();
    if (this.#isStopped || atMs === Number.POSITIVE_INFINITY) return;
    this.#alarm.set('redial', atMs, () => {
      if (this.#isStopped) return;
      for (const { host, port } of this.#wanted.due(this.#host.nowMs())) this.#dialWanted(host, port);
      this.#arm();
    });
  }
}
