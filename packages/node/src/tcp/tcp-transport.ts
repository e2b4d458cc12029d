/** A link's transport over a TCP socket: what is sent within one turn of the event loop leaves in one write. */
import type { Socket } from 'node:net';
import type { LinkTransport } from '@peerlab/protocol';

/** How long a connection that is being closed may take to hand on what was written, in milliseconds. */
const FLUSH_TIMEOUT_MS = 2000;

/** See the module's header. */
export class TcpTransport implements LinkTransport {
  readonly #socket: Socket;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get queuedBytes(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  send(bytes: Uint8Array): void {
    if (this.#waiting.length === 0) process.nextTick(this.#flush);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  close(how: 'flush' | 'abort'): void {
    this.#flush();
    const socket = this.#socket;
    if (how === 'abort') {
      socket.destroy();
      return;
    }
    // Half-close and read on: closing with bytes unread would reset the connection and take our BYE with it.
    socket.end();
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), FLUSH_TIMEOUT_MS);
    socket.once('close', () => clearTimeout(timer));
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    const [first] = waiting;
    if (waiting.length === 1 && first !== undefined) {
      this.#socket.write(first);
      return;
    }
    this.#socket.cork();
    for (const bytes of waiting) this.#socket.write(bytes);
    this.#socket.uncork();
  };
}
