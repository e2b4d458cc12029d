/** Waits until a program is ready, as its kind says: a line that it prints, a port that takes connections, a command that succeeds. */
import { connect } from 'node:net';
import { pause } from '@peerlab/timers';
import type { ProgramReadiness } from '@peerlab/topology';
import type { ProgramCommands } from './program-commands.ts';

/** Between two attempts, in milliseconds. */
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 500;
/** A port that does not answer within this time is tried again, in milliseconds. */
const CONNECT_MS = 2000;

/** What readiness is found out with. */
export interface ReadinessPorts {
  readonly commands: ProgramCommands;
  /** Where it takes connections. */
  readonly address: () => string;
  /** Resolves when the program has printed a line that matches, in the run that is looked at. */
  readonly printed: (pattern: RegExp) => Promise<void>;
  readonly signal: AbortSignal;
}

/** See the module's header. Resolves early when the signal fires. @throws {LabError} where the peer does not run */
export async function untilReady(
  ready: ProgramReadiness | undefined,
  { commands, address, printed, signal }: ReadinessPorts,
): Promise<void> {
  if (ready === undefined) return;
  if ('log' in ready) {
    await printed(commands.pattern(ready.log));
    return;
  }
  const attempt =
    'port' in ready
      ? async () => await takesConnections(address(), Number(commands.words([ready.port])[0]), signal)
      : async () => (await commands.run(ready.command, {}, signal)).isSuccess;
  for (
    let pauseMs = FIRST_PAUSE_MS;
    !signal.aborted && !(await attempt());
    pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs)
  ) {
    await pause(pauseMs, { signal }).catch(() => undefined);
  }
}

async function takesConnections(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect({ host, port, signal });
    const end = (isTaken: boolean): void => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.setTimeout(CONNECT_MS, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
