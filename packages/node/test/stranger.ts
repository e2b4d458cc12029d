/** A connection that speaks the protocol by hand, as well or as badly as a test wants. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeHello, FRAME_TYPE, LENGTH_BYTES, PROTOCOL_VERSION, TYPE_AT } from '@peerlab/protocol';

/** Where to connect, and from where. */
export interface StrangerSettings {
  readonly host: string;
  readonly port: number;
  /** A loopback address: peers limit how often one address connects. */
  readonly localAddress?: string;
  readonly network?: string;
}

/** See the module's header. */
export class Stranger {
  readonly socket: Socket;
  readonly nodeId: Uint8Array = randomBytes(16);
  readonly #network: string;
  #read: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, network: string) {
    this.socket = socket;
    this.#network = network;
    socket.on('error', () => undefined);
  }

  /** Connects; fails never: a connection that is refused is just closed. */
  static async connect({ host, port, localAddress, network = 'peerlab' }: StrangerSettings): Promise<Stranger> {
    const socket = connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) });
    const stranger = new Stranger(socket, network);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    return stranger;
  }

  /** Sends a HELLO. */
  hello(): void {
    this.socket.write(
      encodeHello({
        version: PROTOCOL_VERSION,
        features: 0,
        nodeId: this.nodeId,
        instance: randomBytes(16),
        session: randomBytes(16),
        listenPort: 0,
        network: Buffer.from(this.#network),
        listenHost: new Uint8Array(0),
      }),
    );
  }

  /** Says HELLO, waits for the answer, and reads no further. */
  async handshake(): Promise<void> {
    this.hello();
    await this.frame(FRAME_TYPE.hello);
    this.socket.pause();
  }

  /** Reads until a frame of this type has come, and gives it; undefined when the connection ends first. */
  async frame(type: number): Promise<Buffer | undefined> {
    for (;;) {
      while (this.#read.length >= LENGTH_BYTES && this.#read.length >= this.#read.readUInt32BE(0) + LENGTH_BYTES) {
        const size = this.#read.readUInt32BE(0) + LENGTH_BYTES;
        const frame = this.#read.subarray(0, size);
        this.#read = this.#read.subarray(size);
        if (frame[TYPE_AT] === type) return frame;
      }
      const more = await this.#more();
      if (more === undefined) return undefined;
      this.#read = Buffer.concat([this.#read, more]);
    }
  }

  /** The connection has ended. */
  async closed(): Promise<void> {
    this.socket.resume();
    if (!this.socket.closed) await once(this.socket, 'close');
  }

  async #more(): Promise<Buffer | undefined> {
    const abort = new AbortController();
    const { signal } = abort;
    this.socket.resume();
    try {
      return await Promise.race([
        once(this.socket, 'data', { signal }).then(([chunk]) => chunk as Buffer),
        once(this.socket, 'close', { signal }).then(() => undefined),
      ]);
    } finally {
      this.socket.pause();
      abort.abort();
    }
  }
}
