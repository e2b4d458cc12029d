/** What a link's bytes go through between the protocol and a TCP socket: nothing, or encryption (sealed/). */
import type { Socket } from 'node:net';
import type { Link, LinkTransport } from '@peerlab/protocol';
import { carry, type LinkInput } from './carry.ts';
import { TcpTransport } from './tcp-transport.ts';

/** One end of a connection. */
export interface ChannelEnd {
  /** What the link sends by. */
  readonly transport: LinkTransport;
  /** Begins to hand on what arrives. To be called once, at once, with the link that has the transport. */
  readonly carry: (link: Link, input: LinkInput) => void;
}

/** See the module's header. */
export interface Channel {
  /** @param drained see TcpTransport */
  open(socket: Socket, role: 'dialler' | 'acceptor', drained: (() => void) | undefined): ChannelEnd;
}

/** Bytes go over TCP as they are. */
export const PLAIN_CHANNEL: Channel = {
  open: (socket, _, drained) => ({
    transport: new TcpTransport(socket, drained),
    carry: (link, input) => carry(socket, link, input),
  }),
};
