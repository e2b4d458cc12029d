/**
 * The ceiling: a bare relay on node:net. A frame is its length, a 16-byte id, a type (0: for everybody; 1: a 16-byte
 * recipient follows) and a payload. A relay keeps the ids that it has seen in a Set and forwards the received bytes, one
 * write per socket and turn. No handshake, TTL, limit, liveness or counter.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { BenchPeer, Handlers } from './contestant.ts';

const HEADER = 21;
const DM_HEADER = 37;

/** See the module's header. */
export async function createRelayPeer(handlers: Handlers): Promise<BenchPeer> {
  const id = randomBytes(16).toString('latin1');
  const outboxes = new Map<Socket, Buffer[]>();
  const seen = new Set<string>();
  let dirty = false;
  let frames = 0;
  const flush = (): void => {
    dirty = false;
    for (const [socket, outbox] of outboxes) {
      if (outbox.length > 0) socket.write(outbox.length === 1 ? (outbox[0] as Buffer) : Buffer.concat(outbox));
      outbox.length = 0;
    }
  };
  const forward = (frame: Buffer, from?: Socket): void => {
    for (const [socket, outbox] of outboxes) {
      if (socket === from) continue;
      outbox.push(frame);
      frames++;
    }
    if (!dirty) setImmediate(flush);
    dirty = true;
  };
  const add = (socket: Socket): void => {
    socket.setNoDelay(true).on('error', () => undefined);
    outboxes.set(socket, []);
    let rest: Buffer | undefined;
    socket.on('data', (data: Buffer) => {
      const chunk = rest === undefined ? data : Buffer.concat([rest, data]);
      let at = 0;
      for (let size = 0; chunk.length - at >= 4; at += size) {
        size = chunk.readUInt32BE(at);
        if (size > chunk.length - at) break;
        const messageId = chunk.toString('latin1', at + 4, at + 20);
        if (seen.has(messageId)) continue;
        seen.add(messageId);
        if (chunk[at + 20] === 0) handlers.broadcast(chunk.subarray(at + HEADER, at + size));
        else if (chunk.toString('latin1', at + HEADER, at + DM_HEADER) === id) {
          handlers.dm(chunk.subarray(at + DM_HEADER, at + size));
          continue;
        }
        forward(chunk.subarray(at, at + size), socket);
      }
      rest = at === chunk.length ? undefined : chunk.subarray(at);
    });
    socket.on('close', () => outboxes.delete(socket));
  };
  const send = (payload: Uint8Array, to?: string): void => {
    const header = to === undefined ? HEADER : DM_HEADER;
    const frame = Buffer.allocUnsafe(header + payload.length);
    frame.writeUInt32BE(frame.length, 0);
    frame.set(randomBytes(16), 4);
    frame[20] = to === undefined ? 0 : 1;
    if (to !== undefined) frame.write(to, HEADER, 'latin1');
    frame.set(payload, header);
    seen.add(frame.toString('latin1', 4, 20));
    forward(frame);
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
    isReady: links => outboxes.size === links,
    broadcast: payload => send(payload),
    dm: (to, payload) => send(payload, to),
    framesSent: () => frames,
    close: async () => {
      server.close();
      for (const socket of outboxes.keys()) socket.destroy();
    },
  };
}
