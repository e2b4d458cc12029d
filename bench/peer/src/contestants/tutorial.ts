/**
 * The usual tutorial's peer: JSON objects written one by one, no framing but a split on `}{`, no noDelay (or with it,
 * as the variant says), an unbounded Set of message ids, a hello that exchanges ids.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { BenchPeer, CreateBenchPeer, Handlers } from './contestant.ts';

interface TutorialMessage {
  readonly type: 'hello' | 'broadcast' | 'dm';
  readonly id: string;
  readonly origin: string;
  readonly destination?: string;
  readonly ttl: number;
  readonly message?: string;
}

/** See the module's header. */
export function tutorialPeers({ noDelay }: { readonly noDelay: boolean }): CreateBenchPeer {
  return handlers => createTutorialPeer(handlers, noDelay);
}

async function createTutorialPeer(handlers: Handlers, noDelay: boolean): Promise<BenchPeer> {
  const id = randomUUID();
  const neighbours = new Map<string, Socket>();
  const seen = new Set<string>();
  const connections = new Set<Socket>();
  let frames = 0;
  const write = (socket: Socket, message: TutorialMessage): void => void socket.write(JSON.stringify(message));
  const forward = (message: TutorialMessage, from?: Socket): void => {
    for (const socket of neighbours.values()) {
      if (socket === from) continue;
      write(socket, message);
      frames++;
    }
  };
  const take = (socket: Socket, message: TutorialMessage): void => {
    if (message.type === 'hello') {
      neighbours.set(message.origin, socket);
      return;
    }
    if (seen.has(message.id)) return;
    seen.add(message.id);
    const payload = Buffer.from(message.message ?? '', 'base64');
    if (message.type === 'broadcast') handlers.broadcast(payload);
    else if (message.destination === id) handlers.dm(payload);
    if (message.destination !== id && message.ttl > 1) forward({ ...message, ttl: message.ttl - 1 }, socket);
  };
  const add = (socket: Socket): void => {
    connections.add(socket);
    socket.setNoDelay(noDelay).on('error', () => undefined);
    let rest = '';
    socket.on('data', data => {
      const parts = (rest + data.toString()).split('}{');
      rest = '';
      parts.forEach((part, i) => {
        const text = `${i > 0 ? '{' : ''}${part}${i < parts.length - 1 ? '}' : ''}`;
        try {
          take(socket, JSON.parse(text));
        } catch {
          if (i === parts.length - 1) rest = text;
        }
      });
    });
    write(socket, { type: 'hello', id: randomUUID(), origin: id, ttl: 1 });
  };
  const originate = (message: Pick<TutorialMessage, 'type' | 'destination' | 'message'>): void => {
    const whole = { ...message, id: randomUUID(), origin: id, ttl: 255 };
    seen.add(whole.id);
    forward(whole);
  };
  const server = createServer(add).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    id,
    port: (server.address() as AddressInfo).port,
    connect: async port => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      add(socket);
    },
    isReady: links => neighbours.size === links,
    broadcast: payload => originate({ type: 'broadcast', message: Buffer.from(payload).toString('base64') }),
    dm: (to, payload) => originate({ type: 'dm', destination: to, message: Buffer.from(payload).toString('base64') }),
    framesSent: () => frames,
    close: async () => {
      server.close();
      for (const socket of connections) socket.destroy();
    },
  };
}
