/** How a lab is after some lines of its trace: folds what changes it into the header that a trace from there on needs. */
import { type SecuritySetting, weaker } from '@peerlab/conditions';
import type { TraceEvent, TraceHeader } from '@peerlab/trace';

/** The session of a link from before the trace: only its going names it. */
const BEFORE = 'before';

/** True for events that change how a lab is: which peers run, which links are up. */
export function changesLab({ event }: TraceEvent): boolean {
  return event === 'link-up' || event === 'link-down' || event === 'peer-state';
}

/** See the module's header. */
export class LabState {
  #header: TraceHeader;
  readonly #placeOfNode: Map<string, number>;
  readonly #placeOfName: Map<string, number>;
  /** Sessions that are open at one end of a link, by place and place of the neighbour. */
  readonly #sessions: Map<number, Map<number, Set<string>>> = new Map();
  /** How the ends of links say that they are protected, by `place neighbour`. */
  readonly #protection: Map<string, SecuritySetting | undefined> = new Map();
  readonly #isolated: Map<string, TraceEvent> = new Map();

  constructor(header: TraceHeader) {
    this.#header = header;
    this.#placeOfNode = new Map(header.peers.map(({ nodeId }, place) => [nodeId, place]));
    this.#placeOfName = new Map(header.peers.map(({ name }, place) => [name, place]));
    for (const [a, b, security] of header.linksUp) {
      this.#protection.set(`${a} ${b}`, security).set(`${b} ${a}`, security);
      this.#ends(a, b).add(BEFORE);
      this.#ends(b, a).add(BEFORE);
    }
  }

  /** Takes an event that {@link changesLab}; others are no news. */
  take(event: TraceEvent): void {
    if (event.event === 'peer-state') this.#takeState(event);
    else if (event.event === 'link-up' || event.event === 'link-down') {
      const [from, to] = [this.#placeOfName.get(event.by), this.#placeOfNode.get(event.peer)];
      if (from === undefined || to === undefined) return;
      const own = this.#ends(from, to);
      if (event.event === 'link-up') {
        own.add(event.session);
        this.#protection.set(`${from} ${to}`, event.security);
      } else if (!own.delete(event.session)) own.delete(BEFORE);
    }
  }

  /** The header as of now, and the events that say what a header cannot: which peers are off the network. */
  opening(): readonly [TraceHeader, ...TraceEvent[]] {
    const linksUp = [...this.#sessions].flatMap(([a, neighbours]) =>
      [...neighbours.keys()].filter(b => a < b && this.#isUp(a, b)).map(b => this.#linkUp(a, b)),
    );
    return [{ ...this.#header, linksUp }, ...this.#isolated.values()];
  }

  #takeState(event: TraceEvent & { readonly event: 'peer-state' }): void {
    const { name, state, isolated } = event;
    const peers = this.#header.peers.map(peer => (peer.name === name ? { ...peer, state } : peer));
    this.#header = { ...this.#header, peers };
    if (isolated === true) this.#isolated.set(name, event);
    else this.#isolated.delete(name);
    // A peer that is gone says nothing of its links any more.
    const place = this.#placeOfName.get(name);
    if (place !== undefined && (state === 'stopped' || state === 'missing')) this.#sessions.delete(place);
  }

  #linkUp(a: number, b: number): TraceHeader['linksUp'][number] {
    const security = weaker(this.#protection.get(`${a} ${b}`), this.#protection.get(`${b} ${a}`));
    return security === undefined ? [a, b] : [a, b, security];
  }

  #isUp(a: number, b: number): boolean {
    return this.#ends(a, b).size > 0 && this.#ends(b, a).size > 0;
  }

  #ends(from: number, to: number): Set<string> {
    const neighbours = this.#sessions.get(from) ?? new Map<number, Set<string>>();
    this.#sessions.set(from, neighbours);
    const own = neighbours.get(to) ?? new Set<string>();
    neighbours.set(to, own);
    return own;
  }
}
