/**
 * A link's transport over a TCP socket. What all links of the process send within one turn of the event loop leaves in
 * one write per socket; while a socket is full, frames wait here, shared by all links that they go to.
 */

import type { Socket } from 'node:net';
import type { LinkTransport } from '@peerlab/protocol';
import { startTimer, stopTimer } from '@peerlab/timers';

/** How long a connection that is being closed may take to hand on what was written, in milliseconds. */
const FLUSH_TIMEOUT_MS = 2000;

/** Up to so many bytes of waiting frames are joined into one write: a copy is cheaper than a write. */
const BATCH_BYTES = 65_536;

/** What a waiting frame costs beside its bytes: its place in the queue, and its share of the array object. */
const ENTRY_BYTES = 32;

/** Arrays of up to so many bytes, on average, are joined rather than written as a vector. */
const JOINED_BYTES = 2048;

const NOTHING = new Uint8Array(0);

/** The transports that have something to write in this turn. */
let dirty: TcpTransport[] = [];

function flushDirty(): void {
  const flushed = dirty;
  dirty = [];
  for (const transport of flushed) transport.flush();
}

/** See the module's header. */
export class TcpTransport implements LinkTransport {
  readonly #socket: Socket;
  readonly #drained: (() => void) | undefined;
  readonly #isEncrypted: boolean;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isDirty = false;
  #isFull = false;

  /**
   * @param drained called when everything that was sent has been taken by the network
   * @param isEncrypted the socket makes a copy of everything that is written to it
   */
  constructor(socket: Socket, drained?: () => void, isEncrypted = false) {
    this.#socket = socket;
    this.#drained = drained;
    this.#isEncrypted = isEncrypted;
  }

  get queuedBytes(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  /** A frame that is too large to be joined with others is written as it is, to every link that does not encrypt. */
  get writingBytes(): number {
    const { writableLength } = this.#socket;
    return this.#isEncrypted ? writableLength : Math.min(writableLength, BATCH_BYTES);
  }

  send(bytes: Uint8Array): number {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length + ENTRY_BYTES;
    if (this.#isDirty || this.#isFull) return 0;
    this.#isDirty = true;
    if (dirty.push(this) === 1) setImmediate(flushDirty);
    return 0;
  }

  close(how: 'flush' | 'abort'): void {
    const socket = this.#socket;
    if (how === 'abort') {
      this.#waiting = [];
      this.#waitingBytes = 0;
      socket.destroy();
      return;
    }
    this.#isFull = false;
    this.#write(Number.POSITIVE_INFINITY);
    // Half-close and read on: closing with bytes unread would reset the connection and take our BYE with it.
    socket.end();
    socket.resume();
    const timer = startTimer(() => socket.destroy(), FLUSH_TIMEOUT_MS);
    socket.once('close', () => stopTimer(timer));
  }

  /** Writes what waits, as far as the socket takes it: called once in a turn. */
  flush(): void {
    this.#isDirty = false;
    this.#write(BATCH_BYTES);
  }

  /** One call for each write: the socket's own high-water mark says nothing about when it is empty. */
  readonly #written = (): void => {
    if (this.#socket.writableLength > 0) return;
    this.#isFull = false;
    if (this.#waiting.length > 0) this.flush();
    else this.#drained?.();
  };

  #write(batchBytes: number): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) {
      this.#waiting = [];
      this.#waitingBytes = 0;
      return;
    }
    let next = 0;
    while (next < waiting.length && !this.#isFull) {
      const start = next;
      let size = waiting[next++]?.length ?? 0;
      for (; next < waiting.length; next++) {
        const more = waiting[next]?.length ?? 0;
        if (size + more > batchBytes) break;
        size += more;
      }
      this.#writeBatch(waiting, start, next, size);
      this.#isFull = socket.writableLength > 0 && batchBytes !== Number.POSITIVE_INFINITY;
      this.#waitingBytes -= size + (next - start) * ENTRY_BYTES;
    }
    if (next === waiting.length) this.#waiting = [];
    else this.#waiting = waiting.slice(next);
  }

  /** Writes the arrays `start` to `end` at once: small ones joined, since a copy costs less than an entry of a vector. */
  #writeBatch(arrays: readonly Uint8Array[], start: number, end: number, sizeBytes: number): void {
    const socket = this.#socket;
    if (end - start > 1 && sizeBytes <= (end - start) * JOINED_BYTES) {
      socket.write(joined(arrays, start, end, sizeBytes), this.#written);
      return;
    }
    socket.cork();
    for (let i = start; i < end; i++) socket.write(arrays[i] ?? NOTHING, this.#written);
    socket.uncork();
  }
}

/** The arrays `start` to `end` as one. */
function joined(arrays: readonly Uint8Array[], start: number, end: number, sizeBytes: number): Uint8Array {
  const whole = Buffer.allocUnsafe(sizeBytes);
  let at = 0;
  for (let i = start; i < end; i++) {
    const part = arrays[i] ?? NOTHING;
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
