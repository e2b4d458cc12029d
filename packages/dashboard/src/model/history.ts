/**
 * The one model behind the page: folds the lines of a trace, live or replayed, into what can be asked for any moment
 * (moment.ts). No I/O, clock or page; fed in the order of the trace.
 */
import { type DrawnLinkSettings, type SecuritySetting, weaker } from '@peerlab/conditions';
import type { Finding } from '@peerlab/finding';
import { distancesFrom, type Graph, graphFromEdges, horizon, predictedFloodFrames } from '@peerlab/graph';
import type { PeerState, PeerTraceEvent, TraceEvent, TraceHeader } from '@peerlab/trace';
import { Activity } from './activity.ts';
import { type CopyEvent, CopyMoment } from './copy-moment.ts';
import { Message, type Promised } from './message.ts';
import { Tally } from './tally.ts';
import { type Moment, shownEnd, Timeline } from './timeline.ts';

/** Messages of which every frame is kept. Older ones keep their totals. */
const MAX_DETAILED = 2000;

/** Frames that are kept in all. @default 300000: about 30 MB */
const MAX_FRAMES = 300_000;

/** A message that nobody judges is taken to rest after so many milliseconds without news. @default 3000: longer than a hop takes */
const REST_MS = 3000;

/** Events of a peer that are kept for its log. */
const MAX_LOG = 300;

/** What counts are kept of a peer. */
export const COUNTED = ['received', 'sent', 'duplicate', 'expired', 'dropped'] as const;

/** A value from a moment on. */
export interface Since<T> extends Moment {
  readonly value: T;
}

/** How a peer is. */
export type PeerCondition = PeerState | 'isolated';

/** A peer through time. */
export interface PeerTrack {
  readonly place: number;
  readonly name: string;
  /** What people call it, where the topology says. */
  readonly label: string | undefined;
  readonly nodeId: string;
  readonly address: string;
  readonly conditions: Since<PeerCondition>[];
  readonly log: (Moment & { readonly event: PeerTraceEvent })[];
  readonly counts: Readonly<Record<(typeof COUNTED)[number], Tally>>;
}

/** A link through time; drawn in the topology, or found beside it. */
export interface LinkTrack {
  readonly a: number;
  readonly b: number;
  readonly isDrawn: boolean;
  /** What the topology says of it; `there` is from `a` to `b`. */
  readonly settings: DrawnLinkSettings;
  /** True once the topology or a fault made it slow, lossy or narrow: then its frames may be drawn as slow. */
  isShaped: boolean;
  readonly ups: Since<boolean>[];
  /** How it is protected while it is up, as its ends say; undefined where neither does. */
  readonly security: Since<SecuritySetting | undefined>[];
}

/** What a check found, and when. */
export type CheckMark = Finding & Moment & { readonly name: string };

/** Something that was done to the lab, or is worth a word. */
export interface Mark extends Moment {
  readonly kind: 'fault' | 'heal' | 'note' | 'lost';
  readonly text: string;
}

/** See the module's header. */
export class LabHistory {
  readonly header: TraceHeader;
  readonly peers: readonly PeerTrack[];
  readonly links: LinkTrack[] = [];
  readonly messages: Message[] = [];
  readonly checks: CheckMark[] = [];
  readonly marks: Mark[] = [];
  readonly activity: Activity = new Activity();
  /** Events that peers could not tell, because nobody read them in time. */
  lostEvents = 0;
  /** Messages of which only totals are kept. */
  summarised = 0;
  events = 0;
  /** The recording has ended: nothing more comes. */
  isEnded = false;
  #frames = 0;
  #firstAtMs: number | undefined;
  #lastAtMs = 0;
  #lastShownMs = 0;
  #graph: Graph | undefined;
  readonly #timeline: Timeline = new Timeline();
  readonly #byId: Map<string, Message> = new Map();
  readonly #early: Map<string, (TraceEvent & PeerTraceEvent)[]> = new Map();
  readonly #byNodeId: Map<string, PeerTrack> = new Map();
  readonly #byName: Map<string, PeerTrack> = new Map();
  readonly #linkOf: Map<string, LinkTrack> = new Map();
  /** Sessions that are open at one end of a link, by `place neighbour`. */
  readonly #sessions: Map<string, Set<string>> = new Map();
  /** How one end of a link says that it is protected, by the same. */
  readonly #protection: Map<string, SecuritySetting | undefined> = new Map();

  constructor(header: TraceHeader) {
    this.header = header;
    const beginning = { atMs: 0, shownMs: 0 };
    const revision = (): number => this.events;
    this.peers = header.peers.map(({ name, nodeId, address, state }, place) => ({
      place,
      name,
      label: labelOf(header.topology.peers[place]?.[1]),
      nodeId,
      address,
      conditions: [{ ...beginning, value: state }],
      log: [],
      counts: {
        received: new Tally(revision),
        sent: new Tally(revision),
        duplicate: new Tally(revision),
        expired: new Tally(revision),
        dropped: new Tally(revision),
      },
    }));
    for (const peer of this.peers) {
      this.#byNodeId.set(peer.nodeId, peer);
      this.#byName.set(peer.name, peer);
    }
    for (const [a, b, settings] of header.topology.links) this.#link(a, b, Object(settings));
    for (const [a, b, security] of header.linksUp) {
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        this.#ends(from, to).add('before');
        this.#protection.set(`${from} ${to}`, security);
      }
      const link = this.#link(a, b);
      link.ups.push({ ...beginning, value: true });
      link.security.push({ ...beginning, value: security });
    }
  }

  /** The beginning of what is known: a simulation's clock may have run for long before. */
  get beginning(): Moment {
    return { atMs: this.#firstAtMs ?? 0, shownMs: 0 };
  }

  /** The end of what is known. */
  get end(): Moment {
    let shownMs = this.#lastShownMs;
    for (const message of this.messages.slice(-200)) shownMs = Math.max(shownMs, shownEnd(message));
    return { atMs: this.#lastAtMs, shownMs };
  }

  /** The place of a peer by its name; -1 for a stranger. */
  placeOf(name: string): number {
    return this.#byName.get(name)?.place ?? -1;
  }

  /** The place of a peer by its node id; -1 for a stranger. */
  placeOfNode(nodeId: string): number {
    return this.#byNodeId.get(nodeId)?.place ?? -1;
  }

  message(id: string): Message | undefined {
    return this.#byId.get(id);
  }

  /**
   * Whether nothing more is expected of a message: it was judged, or nothing came of it for a while.
   * @param nowMs the time on the lab's clock
   */
  isAtRest(message: Message, nowMs: number): boolean {
    return message.outcome !== undefined || this.isEnded || nowMs - message.lastAtMs > REST_MS;
  }

  /** Takes the next event of the trace. */
  take(event: TraceEvent): void {
    this.events++;
    this.#firstAtMs ??= event.atMs;
    this.#lastAtMs = Math.max(this.#lastAtMs, event.atMs);
    if ('by' in event) this.#peerEvent(event);
    else this.#labEvent(event);
  }

  #labEvent(event: Exclude<TraceEvent, { by: string }>): void {
    switch (event.event) {
      case 'peer-state':
        this.#condition(event.name, event.isolated === true ? 'isolated' : event.state, event.atMs);
        return;
      case 'check': {
        const { event: _, ...check } = event;
        this.checks.push({ ...check, ...this.#moment(event.atMs) });
        return;
      }
      case 'message': {
        const message = this.#byId.get(event.id);
        if (message === undefined) return;
        const { verdict, reason, frames, predictedFrames, explanations } = event;
        const due = event.due.map(name => this.placeOf(name));
        message.outcome = { verdict, reason, due, frames, predictedFrames, explanations };
        if (event.to !== undefined) message.target = this.placeOf(event.to);
        return;
      }
      case 'fault':
      case 'heal':
      case 'note':
        this.marks.push({ ...this.#moment(event.atMs), kind: event.event, text: event.text });
        if (event.event === 'fault') this.#shaped(event.links ?? []);
        return;
      case 'end':
        this.isEnded = true;
        return;
    }
  }

  /** A fault was injected into links. */
  #shaped(links: readonly (readonly [string, string])[]): void {
    for (const [a, b] of links) {
      const link = this.#linkOf.get(linkKey(this.placeOf(a), this.placeOf(b)));
      if (link !== undefined) link.isShaped = true;
    }
  }

  #peerEvent(event: TraceEvent & PeerTraceEvent): void {
    const peer = this.#byName.get(event.by);
    if (peer === undefined) return;
    switch (event.event) {
      case 'link-up':
      case 'link-down':
        this.#linkEvent(peer, event);
        break;
      case 'ready':
        this.#byNodeId.set(event.nodeId, peer);
        this.#condition(peer.name, 'running', event.atMs);
        break;
      case 'overflow':
        this.lostEvents += event.lost;
        this.marks.push({
          ...this.#moment(event.atMs),
          kind: 'lost',
          text: `${event.lost} events of ${peer.name} are missing`,
        });
        break;
      default:
        this.#copy(peer, event);
        return;
    }
    this.#keep(peer, event, this.#moment(event.atMs));
  }

  #copy(peer: PeerTrack, event: TraceEvent & PeerTraceEvent & { readonly id: string }): void {
    const message = this.#byId.get(event.id) ?? this.#begin(peer, event);
    if (message === undefined) return;
    const { place } = peer;
    const { atMs } = event;
    const before = message.frames.length;
    switch (event.event) {
      case 'sent':
        message.sent(
          place,
          event.to.map(id => this.placeOfNode(id)).filter(to => to >= 0),
          event.ttl,
          this.placeOfNode(event.from ?? ''),
          atMs,
        );
        break;
      case 'received':
        message.received(place, this.placeOfNode(event.from ?? ''), event.hops, atMs);
        message.payload ??= typeof event.payload === 'string' ? event.payload : undefined;
        if (message.kind === 'dm') message.target ??= place;
        break;
      case 'duplicate':
        message.duplicate(place, this.placeOfNode(event.from), event.ttl, atMs);
        break;
      case 'expired':
        message.expiredAt(place, this.placeOfNode(event.from), atMs);
        break;
      case 'dropped':
        message.dropped(place, this.placeOfNode(event.to), event.reason, atMs);
        break;
      default:
        return;
    }
    this.#frames += message.frames.length - before;
    this.#timeline.goesOn(message);
    const from = 'from' in event ? this.placeOfNode(event.from ?? '') : -1;
    const moment = new CopyMoment(message, event as CopyEvent, place, from, atMs);
    const count = event.event === 'sent' ? event.to.length : 1;
    if (event.event !== 'expired') this.activity.add(event.event, atMs, count);
    if (event.event === 'sent') for (const _ of event.to) peer.counts.sent.add(moment);
    else peer.counts[event.event as 'received'].add(moment);
    this.#keep(peer, event, moment);
    this.#bound();
  }

  /** A message is known once its origin is: by the origin's own `sent`, or by anybody's `received`. */
  #begin(peer: PeerTrack, event: TraceEvent & PeerTraceEvent & { readonly id: string }): Message | undefined {
    const isOwn = event.event === 'sent' && event.from === undefined;
    const origin = isOwn ? peer.place : event.event === 'received' ? this.placeOfNode(event.origin) : -1;
    if (origin < 0 || !('kind' in event)) {
      const early = this.#early.get(event.id);
      if (early === undefined) this.#early.set(event.id, [event]);
      else early.push(event);
      if (this.#early.size > MAX_DETAILED) this.#early.delete(this.#early.keys().next().value ?? '');
      return undefined;
    }
    const start = this.#moment(event.atMs);
    const message = new Message({ id: event.id, kind: event.kind, origin, start, promised: this.#promise(origin) });
    this.messages.push(message);
    this.#byId.set(event.id, message);
    const early = this.#early.get(event.id) ?? [];
    this.#early.delete(event.id);
    for (const one of early) this.#peerEvent(one);
    return message;
  }

  #promise(origin: number): Promised {
    this.#graph ??= this.#graphNow();
    const graph = this.#graph;
    return {
      expected: horizon(graph, origin, Number.POSITIVE_INFINITY),
      distance: distancesFrom(graph, origin),
      framesFor: ttl => predictedFloodFrames(graph, origin, ttl),
      isShaped: (from, to) => this.#linkOf.get(linkKey(from, to))?.isShaped ?? false,
    };
  }

  #graphNow(): Graph {
    const isThere = (place: number): boolean => this.peers[place]?.conditions.at(-1)?.value === 'running';
    const up = this.links.filter(({ a, b, ups }) => ups.at(-1)?.value === true && isThere(a) && isThere(b));
    return graphFromEdges(
      this.peers.length,
      up.map(({ a, b }) => [a, b] as const),
    );
  }

  #linkEvent(peer: PeerTrack, event: Extract<TraceEvent & PeerTraceEvent, { event: 'link-up' | 'link-down' }>): void {
    const other = this.placeOfNode(event.peer);
    if (other < 0 || other === peer.place) return;
    const own = this.#ends(peer.place, other);
    // Of a link from before the recording the session is not known: its going names it.
    const link = this.#link(peer.place, other);
    if (event.event === 'link-up') {
      own.add(event.session);
      this.#protection.set(`${peer.place} ${other}`, event.security);
      const [here, there] = [`${peer.place} ${other}`, `${other} ${peer.place}`].map(key => this.#protection.get(key));
      const value = weaker(here, there);
      if (link.security.at(-1)?.value !== value) link.security.push({ ...this.#moment(event.atMs), value });
    } else if (!own.delete(event.session)) own.delete('before');
    const isUp = own.size > 0 && this.#ends(other, peer.place).size > 0;
    if ((link.ups.at(-1)?.value ?? false) === isUp) return;
    link.ups.push({ ...this.#moment(event.atMs), value: isUp });
    this.#graph = undefined;
  }

  #condition(name: string, value: PeerCondition, atMs: number): void {
    const peer = this.#byName.get(name);
    if (peer === undefined || peer.conditions.at(-1)?.value === value) return;
    const moment = this.#moment(atMs);
    peer.conditions.push({ ...moment, value });
    this.#graph = undefined;
    if (value !== 'stopped' && value !== 'missing') return;
    // A peer that is gone says nothing of its links any more.
    for (const link of this.links) {
      if (link.a !== peer.place && link.b !== peer.place) continue;
      this.#ends(peer.place, link.a === peer.place ? link.b : link.a).clear();
      if (link.ups.at(-1)?.value === true) link.ups.push({ ...moment, value: false });
    }
  }

  #ends(from: number, to: number): Set<string> {
    const key = `${from} ${to}`;
    const known = this.#sessions.get(key) ?? new Set();
    this.#sessions.set(key, known);
    return known;
  }

  /** @param settings of a link that is drawn */
  #link(a: number, b: number, settings?: DrawnLinkSettings): LinkTrack {
    const key = linkKey(a, b);
    const known = this.#linkOf.get(key) ?? {
      a,
      b,
      isDrawn: settings !== undefined,
      settings: settings ?? {},
      isShaped: settings !== undefined && Object.keys(settings).length > 0,
      ups: [],
      security: [],
    };
    if (!this.#linkOf.has(key)) {
      this.#linkOf.set(key, known);
      this.links.push(known);
    }
    return known;
  }

  #moment(atMs: number): Moment {
    const moment = this.#timeline.moment(atMs);
    this.#lastShownMs = Math.max(this.#lastShownMs, moment.shownMs);
    return moment;
  }

  #keep(peer: PeerTrack, event: PeerTraceEvent, moment: Moment): void {
    peer.log.push({ ...moment, event });
    if (peer.log.length > MAX_LOG) peer.log.shift();
  }

  #bound(): void {
    while (this.#frames > MAX_FRAMES || this.messages.length - this.summarised > MAX_DETAILED) {
      const oldest = this.messages[this.summarised];
      if (oldest === undefined || oldest === this.messages.at(-1)) return;
      this.#frames -= oldest.frames.length;
      oldest.summarise();
      this.summarised++;
    }
  }
}

function linkKey(a: number, b: number): string {
  return `${Math.min(a, b)} ${Math.max(a, b)}`;
}

/** Of a peer's settings as the trace has them. */
function labelOf(settings: unknown): string | undefined {
  const { label } = Object(settings);
  return typeof label === 'string' && label !== '' ? label : undefined;
}
