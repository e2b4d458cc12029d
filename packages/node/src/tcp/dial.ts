/** Dials a TCP address, from a chosen local address where that matters (a loopback lab). */

import { connect, isIP, type Socket } from 'node:net';
import type { DiallerHost, LinkTransport } from '@peerlab/protocol';
import { startTimer, stopTimer } from '@peerlab/timers';
import { type LinkInput, remoteAddress } from './carry.ts';
import { type Channel, PLAIN_CHANNEL } from './channel.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** Options of a dialler, besides the address. */
export interface DialSettings {
  /** The address that connections come from: a peer's own, so that others see who dials. */
  readonly localAddress?: string | undefined;
  /** How long a connection may take to stand, in milliseconds. @default 10000: as long as the handshake after it */
  readonly timeoutMs?: number | undefined;
  /** Ends the dials that have no connection yet. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each established connection. */
  readonly opened?: ((socket: Socket) => void) | undefined;
  /** See TcpTransport. */
  readonly drained?: (() => void) | undefined;
  /** What the links' bytes go through. @default plain TCP */
  readonly channel?: Channel | undefined;
  /** Puts something around the transport of each connection. @default nothing */
  readonly wrap?: ((transport: LinkTransport) => LinkTransport) | undefined;
  /** Has an outcome wait, of a peer that is frozen. @default none waits */
  readonly pass?: ((outcome: () => void) => void) | undefined;
}

/** See the module's header. */
export function createDial(settings: DialSettings, input: LinkInput): DiallerHost['dial'] {
  const {
    localAddress,
    signal,
    opened,
    drained,
    wrap = transport => transport,
    pass = outcome => outcome(),
  } = settings;
  const { timeoutMs = CONNECT_TIMEOUT_MS, channel = PLAIN_CHANNEL } = settings;
  return (host, port, outcome) => {
    const from = localAddress !== undefined && isIP(localAddress) !== 0 ? { localAddress } : {};
    const socket = connect({ host, port, allowHalfOpen: true, ...from });
    const settle = (): void => {
      stopTimer(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      // Until the link takes over, or for good.
      socket.on('error', () => undefined);
    };
    const fail = (reason: string): void => {
      settle();
      socket.destroy();
      pass(() => outcome.failed(reason));
    };
    const onError = (error: NodeJS.ErrnoException): void => fail(error.code ?? error.message);
    const onAbort = (): void => fail('cancelled');
    const timer = startTimer(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
    signal?.addEventListener('abort', onAbort);
    socket.once('error', onError);
    socket.once('connect', () => {
      settle();
      opened?.(socket);
      pass(() => {
        const end = channel.open(socket, 'dialler', drained);
        end.carry(outcome.connected(wrap(end.transport), remoteAddress(socket)), input);
      });
    });
  };
}
