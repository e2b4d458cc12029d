/**
 * What holds on each direction of a lab's links: what the topology says, what was found to be set when the lab was taken
 * hold of, and the faults of this process on top, one layer each, so that one can be lifted without the others.
 */
import { type DrawnLinkSettings, type LinkShape, oneWay, type Way } from '@peerlab/conditions';
import { possibleLinks, type Topology } from '@peerlab/topology';

/** What one fault changes: settings on top of those below, by direction. */
export type Layer = Map<Direction, LinkShape>;

/** A direction of a link, by the places of its peers: {@link direction}. */
export type Direction = `${number}>${number}`;

/** The direction from one peer to another. */
export function direction(from: number, to: number): Direction {
  return `${from}>${to}`;
}

/** The places of the peers of a direction. */
export function endsOf(key: Direction): readonly [from: number, to: number] {
  const [from = -1, to = -1] = key.split('>').map(Number);
  return [from, to];
}

/** See the module's header. */
export class LinkState {
  readonly #own: ReadonlyMap<Direction, LinkShape>;
  readonly #found: Map<Direction, LinkShape> = new Map();
  readonly #layers: Set<Layer> = new Set();

  constructor(topology: Topology) {
    this.#own = new Map(
      possibleLinks(topology).flatMap(({ a, b, settings }) => {
        const [there, back] = [shapeOf(settings, 'there'), shapeOf(settings, 'back')];
        if (there === undefined || back === undefined) return [];
        return [[direction(a, b), there] as const, [direction(b, a), back] as const];
      }),
    );
  }

  /** What the topology says. */
  own(key: Direction): LinkShape | undefined {
    return this.#own.get(key);
  }

  /** What is to hold; undefined: nothing, as the network is. */
  wanted(key: Direction): LinkShape | undefined {
    const base = this.#found.get(key) ?? this.#own.get(key);
    const layers = [...this.#layers].flatMap(layer => layer.get(key) ?? []);
    if (layers.length === 0) return isEmpty(base) ? undefined : base;
    return Object.assign({}, base, ...layers) as LinkShape;
  }

  /** True where nothing gets through: the link is cut by either end. */
  isDown(a: number, b: number): boolean {
    return this.wanted(direction(a, b))?.down === true || this.wanted(direction(b, a))?.down === true;
  }

  /** True where what the first sends does not reach the second, though the link is up. */
  isMuted(from: number, to: number): boolean {
    return this.wanted(direction(from, to))?.mute === true;
  }

  /** The directions that are not as the topology says. */
  get changed(): Direction[] {
    const touched = new Set([...this.#found.keys(), ...[...this.#layers].flatMap(layer => [...layer.keys()])]);
    return [...touched].filter(key => !isSame(this.wanted(key), this.own(key)));
  }

  /** The directions that the topology says something of. */
  get ownDirections(): readonly Direction[] {
    return [...this.#own.keys()];
  }

  /** Takes what a peer says is set on what it sends. Where that is not what is wanted, somebody else has set it: it holds. */
  found(key: Direction, settings: LinkShape | undefined): void {
    if (isSame(settings, this.wanted(key))) return;
    for (const layer of this.#layers) layer.delete(key);
    if (isSame(settings, this.own(key))) this.#found.delete(key);
    else this.#found.set(key, settings ?? {});
  }

  /** The topology holds in these directions again, whatever was set. */
  forget(keys: Iterable<Direction>): void {
    for (const key of keys) {
      this.#found.delete(key);
      for (const layer of this.#layers) layer.delete(key);
    }
  }

  put(layer: Layer): void {
    this.#layers.add(layer);
  }

  /** @returns false when it was not there */
  take(layer: Layer): boolean {
    return this.#layers.delete(layer);
  }

  /** Takes every layer off. */
  clear(): void {
    this.#layers.clear();
    this.#found.clear();
  }
}

/** The settings that a link has in one direction; undefined for none. */
function shapeOf(settings: DrawnLinkSettings, way: Way): LinkShape | undefined {
  return isEmpty(settings) ? undefined : oneWay(settings, way);
}

function isEmpty(shape: object | undefined): boolean {
  return shape === undefined || Object.values(shape).every(value => value === undefined || value === false);
}

function isSame(a: LinkShape | undefined, b: LinkShape | undefined): boolean {
  return textOf(a) === textOf(b);
}

/** The same for the same settings, in whichever order; `down: false` is as good as nothing. */
function textOf(shape: LinkShape | undefined): string {
  const entries = Object.entries(shape ?? {}).filter(([, value]) => value !== undefined && value !== false);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
