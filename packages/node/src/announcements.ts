/**
 * Who is a neighbour, as the application sees it. When two links to the same peer settle which of them stays, the
 * neighbour does not come and go.
 */

import type { LinkEnd } from '@peerlab/protocol';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { Neighbor } from './node-events.ts';

/** How long a neighbour whose twin link ended stays one without a link, in milliseconds: its other link is about to be up. */
const TWIN_WAIT_MS = 5000;

/** What an {@link Announcements} tells, and what it is told. */
export interface AnnouncementsHost {
  connected(neighbor: Neighbor): void;
  disconnected(neighbor: Neighbor, reason: LinkEnd): void;
  /** Whether a link to this peer is up. */
  isUp(id: string): boolean;
}

/** See the module's header. */
export class Announcements {
  readonly #host: AnnouncementsHost;
  readonly #announced: Map<string, Neighbor> = new Map();
  readonly #waiting: Set<Timer> = new Set();

  constructor(host: AnnouncementsHost) {
    this.#host = host;
  }

  linkUp(neighbor: Neighbor): void {
    const isNew = !this.#announced.has(neighbor.id);
    this.#announced.set(neighbor.id, neighbor);
    if (isNew) this.#host.connected(neighbor);
  }

  linkDown(id: string, reason: LinkEnd): void {
    if (reason !== 'twin') {
      this.#gone(id, reason);
      return;
    }
    const timer = startTimer(() => {
      this.#waiting.delete(timer);
      if (!this.#host.isUp(id)) this.#gone(id, reason);
    }, TWIN_WAIT_MS);
    this.#waiting.add(timer);
  }

  /** Tells the end of those that wait for their twin, and waits no more. */
  close(): void {
    for (const timer of this.#waiting) stopTimer(timer);
    this.#waiting.clear();
    for (const id of [...this.#announced.keys()]) if (!this.#host.isUp(id)) this.#gone(id, 'twin');
  }

  #gone(id: string, reason: LinkEnd): void {
    const neighbor = this.#announced.get(id);
    if (neighbor === undefined || !this.#announced.delete(id)) return;
    this.#host.disconnected(neighbor, reason);
  }
}
