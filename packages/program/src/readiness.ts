/** Waits until a program is ready, as its kind says: a line that it prints, a port that takes connections, a command that succeeds. */
import type { DialOptions } from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import type { ProgramReadiness } from '@peerlab/topology';
import type { ProgramCommands } from './program-commands.ts';

/** Between two attempts, in milliseconds. */
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 500;
/** How long a port is tried at a time, in milliseconds: between, it is seen whether anybody still waits. */
const DIAL_MS = 20_000;

/** What readiness is found out with. */
export interface ReadinessPorts {
  readonly commands: ProgramCommands;
  /** Tries a TCP port at its address: see CanDial. */
  readonly dial: (port: number, options: DialOptions) => Promise<boolean>;
  /** Resolves when the program has printed a line that matches, in the run that is looked at. */
  readonly printed: (pattern: RegExp) => Promise<void>;
  readonly signal: AbortSignal;
}

/** See the module's header. Resolves early when the signal fires. @throws {LabError} where the peer does not run */
export async function untilReady(
  ready: ProgramReadiness | undefined,
  { commands, dial, printed, signal }: ReadinessPorts,
): Promise<void> {
  if (ready === undefined) return;
  if ('log' in ready) {
    await printed(commands.pattern(ready.log));
    return;
  }
  const attempt =
    'port' in ready
      ? async () => await dial(Number(commands.words([ready.port])[0]), { timeoutMs: DIAL_MS, signal })
      : async () => (await commands.run(ready.command, {}, signal)).isSuccess;
  for (
    let pauseMs = FIRST_PAUSE_MS;
    !signal.aborted && !(await attempt());
    pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs)
  ) {
    await pause(pauseMs, { signal }).catch(() => undefined);
  }
}
