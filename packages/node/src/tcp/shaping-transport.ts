/**
 * A transport that can play a network: what is sent waits its time before it goes to the real one. Nothing is held back
 * until settings are given, and nothing more once they are cleared and the queue is empty.
 */

import { performance } from 'node:perf_hooks';
import type { LinkSettings } from '@peerlab/conditions';
import { isDataType, LENGTH_BYTES, type LinkTransport, MIN_FRAME_BYTES, TYPE_AT } from '@peerlab/protocol';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import { DelayLine } from './delay-line.ts';

/** Settings under which nothing is held back. */
const NOTHING: LinkSettings = {};

/** See the module's header. */
export class ShapingTransport implements LinkTransport {
  readonly #inner: LinkTransport;
  readonly #key: number;
  #line: DelayLine | undefined;
  #isShaped = false;
  #isClosed = false;
  #timer: Timer | undefined;

  /** @param key any 32 bits: delays and losses are drawn from them */
  constructor(inner: LinkTransport, key: number) {
    this.#inner = inner;
    this.#key = key;
  }

  get queuedBytes(): number {
    return this.#inner.queuedBytes + (this.#line?.waitingBytes ?? 0);
  }

  get writingBytes(): number {
    return this.#inner.writingBytes ?? 0;
  }

  get binding(): Uint8Array | undefined {
    return this.#inner.binding;
  }

  /** Plays a network with these settings from now on; without them, none. @throws {LinkSettingError} */
  shape(settings: LinkSettings | undefined): void {
    if (this.#isClosed) return;
    this.#isShaped = settings !== undefined;
    if (this.#line !== undefined) this.#line.settings = settings ?? NOTHING;
    else if (settings !== undefined) this.#line = new DelayLine(settings, this.#key, () => performance.now());
  }

  send(bytes: Uint8Array): number {
    if (this.#line === undefined) return this.#inner.send(bytes);
    let lost = 0;
    for (const frame of framesOf(bytes)) {
      const isData = isDataType(frame[TYPE_AT] ?? 0);
      if (!this.#line.take(frame, isData)) lost++;
    }
    this.#pass();
    return lost;
  }

  /** What waits goes at once, and then the end: an orderly end loses nothing. */
  close(how: 'flush' | 'abort'): void {
    this.#isClosed = true;
    stopTimer(this.#timer);
    if (how === 'flush') for (const frame of this.#line?.all() ?? []) this.#inner.send(frame);
    this.#line = undefined;
    this.#inner.close(how);
  }

  #pass(): void {
    const line = this.#line;
    if (line === undefined) return;
    stopTimer(this.#timer);
    for (const frame of line.due()) this.#inner.send(frame);
    const { nextAtMs } = line;
    if (nextAtMs !== Number.POSITIVE_INFINITY) {
      // Never early: a timer may fire a fraction of a millisecond too soon.
      this.#timer = startTimer(() => this.#pass(), Math.ceil(nextAtMs - performance.now()));
    } else if (!this.#isShaped) this.#line = undefined;
  }
}

/** The frames of what a peer sends; it sends whole ones. */
function* framesOf(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const left = bytes.length - at;
    const size = left < MIN_FRAME_BYTES ? left : Math.min(left, LENGTH_BYTES + view.getUint32(at));
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
