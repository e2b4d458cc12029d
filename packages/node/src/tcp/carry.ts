/** Joins a socket to the link that stands for it: what arrives goes in, its end is told once. */
import type { Socket } from 'node:net';
import type { ByeReason, Link, LinkEnd } from '@peerlab/protocol';

/** Where a link's bytes and its end go. */
export interface LinkInput {
  received(link: Link, chunk: Uint8Array): void;
  /** @param reason where more is known than that the connection has ended */
  ended(link: Link, reason?: LinkEnd): void;
  /** The other end is refused before it said anything that the link could read. Needed where links are encrypted. */
  refused?(link: Link, reason: ByeReason): void;
}

/** See the module's header. The socket must have been made with `allowHalfOpen`, so that a BYE is never cut off. */
export function carry(socket: Socket, link: Link, input: LinkInput): void {
  socket.setNoDelay(true);
  // A plain array: a Buffer's `slice` would be a view that keeps the whole chunk.
  socket.on('data', (chunk: Uint8Array) => {
    input.received(link, new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
  });
  socket.on('end', () => {
    input.ended(link);
    socket.end();
  });
  // The reason of a failure is of no use to the peer: the link is lost, and 'close' follows.
  socket.on('error', () => undefined);
  socket.on('close', () => input.ended(link));
}

/** `host:port` of a socket's other end; IPv6 in brackets. */
export function remoteAddress(socket: Socket): string {
  const host = socket.remoteAddress ?? 'unknown';
  return `${host.includes(':') ? `[${host}]` : host}:${socket.remotePort ?? 0}`;
}
