/** Takes TCP connections. */
import { createServer, type Server, type Socket } from 'node:net';

/** Where connections are taken, and how many. */
export interface ListenSettings {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Connections at once; the operating system's answer to more is a connection that ends at once. */
  readonly maxConnections: number;
}

/**
 * Listens.
 * @throws the operating system's error
 */
export function listen(
  { host, port, maxConnections }: ListenSettings,
  accepted: (socket: Socket) => void,
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, accepted);
  server.maxConnections = maxConnections;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject);
      // What fails later is one connection; the server goes on.
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}
