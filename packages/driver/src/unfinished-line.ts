/** Notices a peer that never ends its lines: without a line end nothing that it prints would ever be heard. */

import type { LineSplitter } from '@peerlab/contract';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';

/** How long a whole object may stand without a line end, in milliseconds: who writes a line ends it with the same call. */
export const UNFINISHED_MS = 1000;

/** Look after every chunk. Once the stream has been silent, an object without a line end is handed on as what it is. */
export class UnfinishedLine {
  readonly #splitter: LineSplitter;
  readonly #onHandedOn: () => void;
  #timer: Timer | undefined;

  /** @param onHandedOn called when the splitter may have handed on a line */
  constructor(splitter: LineSplitter, onHandedOn: () => void = () => undefined) {
    this.#splitter = splitter;
    this.#onHandedOn = onHandedOn;
  }

  /** To be called after every chunk that the splitter took. */
  look(): void {
    stopTimer(this.#timer);
    if (!this.#splitter.isWaiting) return;
    this.#timer = startTimer(() => {
      this.#splitter.silent();
      this.#onHandedOn();
    }, UNFINISHED_MS);
    this.#timer.unref();
  }

  /** The stream has ended. */
  stop(): void {
    stopTimer(this.#timer);
  }
}
