/** Somebody between two nodes, who passes on what they send each other and keeps a copy. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { channelCertificate } from '../src/sealed/channel-certificate.ts';

/** See the module's header. */
export class Wiretap implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #chunks: Buffer[];
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, chunks: Buffer[], sockets: Set<Socket>) {
    this.#server = server;
    this.#chunks = chunks;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  /** On the way to a port of this machine. */
  static to(port: number): Promise<Wiretap> {
    return Wiretap.#start(
      accepted => createServer(accepted),
      () => connect(port, '127.0.0.1'),
    );
  }

  /** The same, with a TLS connection of its own to each side. */
  static async decrypting(port: number): Promise<Wiretap> {
    const certificate = await channelCertificate();
    return Wiretap.#start(
      accepted => createTlsServer(certificate, accepted),
      () => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }),
    );
  }

  static async #start(listen: (accepted: (socket: Socket) => void) => Server, dial: () => Socket): Promise<Wiretap> {
    const chunks: Buffer[] = [];
    const sockets = new Set<Socket>();
    const pass = (from: Socket, to: Socket): void => {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        to.write(chunk);
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
    };
    const server = listen(socket => {
      const other = dial();
      pass(socket, other);
      pass(other, socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Wiretap(server, chunks, sockets);
  }

  /** Everything that went by, both ways. */
  recorded(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
