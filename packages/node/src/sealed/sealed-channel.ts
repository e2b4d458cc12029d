/**
 * Links over TLS 1.3. TLS brings secrecy and fresh keys for each connection; who the ends are, they prove to each other
 * within it (packages/protocol/src/security/link-proofs.ts), with a value of the connection that a third cannot have.
 */
import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { helloVersion, type Link, PROTOCOL_VERSION } from '@peerlab/protocol';
import { carry, type LinkInput } from '../tcp/carry.ts';
import type { Channel, ChannelEnd } from '../tcp/channel.ts';
import { channelCertificate } from './channel-certificate.ts';
import { SealedTransport } from './sealed-transport.ts';

/** The first byte of a TLS connection: a record of its handshake. A frame begins with the high byte of its length: 0. */
const TLS_HANDSHAKE = 0x16;

/** Renegotiation and compression do not exist in 1.3; Node takes no early data. Sessions are not resumed. */
const TLS_1_3 = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', secureOptions: constants.SSL_OP_NO_TICKET } as const;

/** The channel of sealed nodes. All nodes of a process may share it. */
export async function createSealedChannel(): Promise<Channel> {
  return new SealedChannel(createSecureContext({ ...TLS_1_3, ...(await channelCertificate()) }));
}

class SealedChannel implements Channel {
  readonly #context: SecureContext;

  constructor(context: SecureContext) {
    this.#context = context;
  }

  open(socket: Socket, role: 'dialler' | 'acceptor', drained: (() => void) | undefined): ChannelEnd {
    const transport = new SealedTransport(socket, drained);
    const begin = role === 'dialler' ? this.#dial : this.#accept;
    return { transport, carry: (link, input) => begin(socket, transport, link, input) };
  }

  readonly #dial = (socket: Socket, transport: SealedTransport, link: Link, input: LinkInput): void => {
    // The link was refused before anything was dialled: there is nothing to encrypt.
    if (socket.destroyed) return;
    socket.setNoDelay(true);
    // The certificate proves nothing, so nothing is checked of it: see the module's header.
    const tls = connect({ socket, ...TLS_1_3, rejectUnauthorized: false, checkServerIdentity: () => undefined });
    tls.once('error', error => {
      if (transport.binding === undefined && isTlsError(error)) input.ended(link, 'wrong-security');
    });
    tls.once('secureConnect', () => transport.secured(tls));
    carry(tls, link, input);
  };

  readonly #accept = (socket: Socket, transport: SealedTransport, link: Link, input: LinkInput): void => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => input.ended(link));
    socket.once('readable', () => {
      const first = socket.read() as Uint8Array | null;
      if (first === null) socket.destroy();
      else if (first[0] === TLS_HANDSHAKE) {
        socket.unshift(first);
        const tls = new TLSSocket(socket, { isServer: true, secureContext: this.#context });
        tls.once('secure', () => transport.secured(tls));
        carry(tls, link, input);
      } else {
        const isVersion1 = helloVersion(first, 0, first.length) === PROTOCOL_VERSION;
        transport.unsecured();
        input.refused?.(link, isVersion1 ? 'wrong-version' : 'wrong-security');
      }
    });
  };
}

/** An error of TLS, not of the connection beneath: the other end does not speak it, or not this version. */
function isTlsError(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && /^(ERR_SSL|EPROTO)/.test(error.code);
}
