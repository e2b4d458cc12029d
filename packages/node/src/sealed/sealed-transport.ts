/** A link's transport over a connection that is being encrypted: what is sent before that waits. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { BINDING_BYTES, type LinkTransport } from '@peerlab/protocol';
import { TcpTransport } from '../tcp/tcp-transport.ts';

/** RFC 9266, `tls-exporter`: the value that both ends of one TLS 1.3 connection have in common, and nobody else. */
const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';

/** See the module's header. */
export class SealedTransport implements LinkTransport {
  readonly #socket: Socket;
  readonly #drained: (() => void) | undefined;
  #inner: TcpTransport | undefined;
  #early: Uint8Array[] = [];
  #binding: Uint8Array | undefined;

  constructor(socket: Socket, drained: (() => void) | undefined) {
    this.#socket = socket;
    this.#drained = drained;
  }

  get binding(): Uint8Array | undefined {
    return this.#binding;
  }

  get queuedBytes(): number {
    return this.#inner?.queuedBytes ?? this.#early.reduce((sum, { length }) => sum + length, 0);
  }

  get writingBytes(): number {
    return this.#inner?.writingBytes ?? 0;
  }

  send(bytes: Uint8Array): number {
    if (this.#inner !== undefined) return this.#inner.send(bytes);
    this.#early.push(bytes);
    return 0;
  }

  /** What would be said in the clear before the connection is encrypted is not said. */
  close(how: 'flush' | 'abort'): void {
    if (this.#inner === undefined) this.#socket.destroy();
    else this.#inner.close(how);
  }

  /** The connection is encrypted from now on. */
  secured(tls: TLSSocket): void {
    this.#binding = new Uint8Array(tls.exportKeyingMaterial(BINDING_BYTES, EXPORTER_LABEL, Buffer.alloc(0)));
    this.#begin(tls, true);
  }

  /** The other end does not encrypt: it is told so in the clear, and refused. */
  unsecured(): void {
    this.#early = [];
    this.#begin(this.#socket, false);
  }

  #begin(socket: Socket, isEncrypted: boolean): void {
    this.#inner = new TcpTransport(socket, this.#drained, isEncrypted);
    for (const bytes of this.#early) this.#inner.send(bytes);
    this.#early = [];
  }
}
