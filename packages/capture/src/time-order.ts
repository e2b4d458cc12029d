/** Puts what comes from several captures into the order of time: each is in order, but one may come later than another. */
import type { Packet } from './packet.ts';

/** How far apart the captures of one moment may come, in nanoseconds. @default one second: what comes later is written as it comes */
const WINDOW_NS = 1_000_000_000n;

interface Waiting {
  readonly peer: string;
  readonly packet: Packet;
}

/** See the module's header. */
export class TimeOrder {
  readonly #write: (peer: string, packet: Packet) => void;
  readonly #windowNs: bigint;
  #waiting: Waiting[] = [];
  #latestNs = 0n;

  constructor(write: (peer: string, packet: Packet) => void, windowNs: bigint = WINDOW_NS) {
    this.#write = write;
    this.#windowNs = windowNs;
  }

  /** Takes a packet, and writes those that nothing can come before any more. */
  take(peer: string, packet: Packet): void {
    this.#waiting.push({ peer, packet });
    if (packet.timeNs <= this.#latestNs) return;
    this.#latestNs = packet.timeNs;
    const [first] = this.#waiting;
    // Sorting once for each window, not for each packet.
    if (first !== undefined && this.#latestNs - first.packet.timeNs > 2n * this.#windowNs) {
      this.#flush(this.#latestNs - this.#windowNs);
    }
  }

  /** Writes what is left. */
  end(): void {
    this.#flush(this.#latestNs);
  }

  #flush(untilNs: bigint): void {
    this.#waiting.sort((a, b) => (a.packet.timeNs < b.packet.timeNs ? -1 : a.packet.timeNs > b.packet.timeNs ? 1 : 0));
    const cut = this.#waiting.findIndex(({ packet }) => packet.timeNs > untilNs);
    const due = cut === -1 ? this.#waiting : this.#waiting.slice(0, cut);
    this.#waiting = cut === -1 ? [] : this.#waiting.slice(cut);
    for (const { peer, packet } of due) this.#write(peer, packet);
  }
}
