/** Trying a TCP port from this process. */
import { connect } from 'node:net';
import { pause } from '@peerlab/timers';
import type { DialOptions } from './capabilities/can-dial.ts';

/** Between two attempts, in milliseconds. */
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 500;
/** An attempt that has no answer within this time is made anew, in milliseconds. */
const ATTEMPT_MS = 2000;

/** See CanDial.dial, of an address that this process reaches. */
export async function dialFromHere(
  host: string,
  port: number,
  { timeoutMs, signal = new AbortController().signal }: DialOptions,
): Promise<boolean> {
  const giveUpMs = performance.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs)) {
    if (signal.aborted) return false;
    if (await attempt(host, port, signal)) return true;
    const leftMs = giveUpMs - performance.now();
    if (leftMs <= 0) return false;
    await pause(Math.min(pauseMs, leftMs), { signal }).catch(() => undefined);
  }
}

async function attempt(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect({ host, port, signal });
    const end = (isTaken: boolean): void => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.setTimeout(ATTEMPT_MS, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
