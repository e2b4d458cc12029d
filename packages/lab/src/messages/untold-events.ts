/**
 * Events that peers could not tell, because what they printed was not read in time (`overflow`). A delivery that was not
 * told looks like one that never was: what such a peer missed is not judged. That is a limit of the observer.
 */
import type { PeerClient } from '@peerlab/driver';

interface LostEvents {
  readonly place: number;
  readonly name: string;
  readonly lost: number;
  readonly isProgram: boolean;
}

/** Counts from its making on. */
export class UntoldEvents {
  readonly #clients: readonly (PeerClient | undefined)[];
  readonly #before: readonly number[];

  /** @param clients in topology order, undefined where a peer does not run */
  constructor(clients: readonly (PeerClient | undefined)[]) {
    this.#clients = clients;
    this.#before = clients.map(client => client?.lostEvents ?? 0);
  }

  /** The places of the peers that could not tell everything since. */
  get peers(): ReadonlySet<number> {
    return new Set(this.#lost.map(({ place }) => place));
  }

  /** What is not judged, one sentence a peer. */
  get reasons(): string[] {
    return this.#lost.map(({ name, lost, isProgram }) => {
      const events = lost === 1 ? 'event' : 'events';
      const why = isProgram
        ? 'the program of its listen: was not running all the time'
        : `${lost} ${events} of it went unread, because this lab read too slowly`;
      return `what ${name} received is not judged: ${why}`;
    });
  }

  get #lost(): LostEvents[] {
    return this.#clients.flatMap((client, place) => {
      const lost = (client?.lostEvents ?? 0) - (this.#before[place] ?? 0);
      return client === undefined || lost <= 0
        ? []
        : [{ place, name: client.name, lost, isProgram: client.program !== undefined }];
    });
  }
}
