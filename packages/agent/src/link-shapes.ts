/** What the lab has set on this peer's links, by neighbour: kept while links come and go. */
import type { LinkShape } from '@peerlab/conditions';
import { type Dialler, formatId, type Id, type Link, type Peer } from '@peerlab/protocol';
import type { AgentHost } from './agent-host.ts';

/** What this carries settings out with. */
export interface ShapedParts {
  readonly peer: Peer;
  readonly dialler: Dialler;
  readonly host: AgentHost;
}

/** See the module's header. */
export class LinkShapes {
  readonly #parts: ShapedParts;
  readonly #shapes: Map<string, LinkShape> = new Map();

  constructor(parts: ShapedParts) {
    this.#parts = parts;
  }

  /** Everything that is set. */
  get all(): { peer: string; settings: LinkShape }[] {
    return [...this.#shapes].map(([peer, settings]) => ({ peer, settings }));
  }

  /** True when this host can carry it out. */
  canDo(settings: LinkShape): boolean {
    return this.#parts.host.shape !== undefined || networkPart(settings) === undefined;
  }

  /** Sets what holds for a neighbour, in place of what was set before; `null`: nothing. */
  set(id: Id, settings: LinkShape | null): void {
    const { peer, dialler, host } = this.#parts;
    const key = formatId(id);
    const before = this.#shapes.get(key);
    if (settings === null || Object.keys(settings).length === 0) this.#shapes.delete(key);
    else this.#shapes.set(key, settings);
    if ((settings?.mute ?? false) !== (before?.mute ?? false)) peer.mute(id, settings?.mute ?? false);
    const link = peer.neighbour(id);
    if (link !== undefined) this.#apply(link, before, settings ?? undefined);
    const isDown = settings?.down ?? false;
    if (isDown) {
      dialler.hold(id);
      peer.cut(id, host.nowMs());
    } else if (before?.down === true) {
      peer.restore(id);
      dialler.release(id);
    }
  }

  /** A link is up: what is set for its peer holds on it. */
  linkUp(link: Link): void {
    if (link.peer !== undefined && this.#shapes.size > 0) {
      this.#apply(link, undefined, this.#shapes.get(formatId(link.peer)));
    }
  }

  #apply(link: Link, before: LinkShape | undefined, now: LinkShape | undefined): void {
    const part = networkPart(now);
    if (part !== undefined || networkPart(before) !== undefined) this.#parts.host.shape?.(link, part);
  }
}

/** What the host carries out; undefined when there is nothing of that. */
function networkPart(settings: LinkShape | undefined): LinkShape | undefined {
  if (settings === undefined) return undefined;
  const { down: _, mute: __, ...network } = settings;
  return Object.values(network).some(value => value !== undefined) ? network : undefined;
}
