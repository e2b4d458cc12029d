/** Dials a TCP address, from a chosen local address where that matters (a loopback lab). */
import { connect, isIP } from 'node:net';
import type { AgentHost } from '@peerlab/agent';
import { carry, type LinkInput, remoteAddress } from './carry.ts';
import { TcpTransport } from './tcp-transport.ts';

/** How long a connection may take to stand, in milliseconds. @default 10000: as long as the handshake after it */
const CONNECT_TIMEOUT_MS = 10_000;

/** @param localAddress the address that connections come from: a peer's own, so that others see who dials */
export function createDial(localAddress: string | undefined, input: LinkInput): AgentHost['dial'] {
  return (host, port, outcome) => {
    const from = localAddress !== undefined && isIP(localAddress) !== 0 ? { localAddress } : {};
    const socket = connect({ host, port, allowHalfOpen: true, ...from });
    const fail = (reason: string): void => {
      clearTimeout(timer);
      socket.destroy();
      outcome.failed(reason);
    };
    const onError = (error: NodeJS.ErrnoException): void => fail(error.code ?? error.message);
    const timer = setTimeout(() => {
      socket.off('error', onError);
      socket.on('error', () => undefined);
      fail(`no answer within ${CONNECT_TIMEOUT_MS} ms`);
    }, CONNECT_TIMEOUT_MS);
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      carry(socket, outcome.connected(new TcpTransport(socket), remoteAddress(socket)), input);
    });
  };
}
