/** What a peer knows of time: the instant of the call that it is in, and when it has asked to be woken. */

const NEVER = Number.POSITIVE_INFINITY;

/** See the module's header. */
export class PeerTime {
  /** The instant of the host's latest call, in milliseconds. */
  nowMs = 0;
  readonly #schedule: (atMs: number) => void;
  #wakeAtMs: number = NEVER;

  /** @param schedule asks the host for a call at this time; replaces what was asked for before */
  constructor(schedule: (atMs: number) => void) {
    this.#schedule = schedule;
  }

  /** Asks to be woken at this time at the latest. Infinity asks for nothing. */
  wake(atMs: number): void {
    if (atMs >= this.#wakeAtMs) return;
    this.#wakeAtMs = atMs;
    this.#schedule(atMs);
  }

  /** The host has woken the peer: nothing is asked for any more. */
  woken(nowMs: number): void {
    this.nowMs = nowMs;
    this.#wakeAtMs = NEVER;
  }
}
