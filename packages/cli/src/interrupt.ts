/**
 * Ctrl-C and similar signals: the first cancels the work gracefully, the second at once. An error that nobody caught
 * gives it up too: what was made of a lab must not stay because of a defect.
 */
import { startTimer, stopTimer } from '@peerlab/timers';
import { EXIT, tellError } from './exit.ts';
import { ignoresHangup, theseTraces } from './hangup.ts';
import { note } from './output/print.ts';
import { letTerminalsStall } from './output/standard-output.ts';

/** The signals that end a command. Under nohup the end of the terminal does not. */
const SIGNALS: readonly NodeJS.Signals[] = ignoresHangup(theseTraces())
  ? ['SIGINT', 'SIGTERM']
  : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** How long a reader that is slow has for what was printed before a signal, in milliseconds. */
const LAST_READ_MS = 500;

/** The timeout of cancelling work after an uncaught error, in milliseconds: a roll-back of a large lab. */
const GIVE_UP_MS = 60_000;

/** The work that can be cancelled now. */
let current: AbortController | undefined;
let defect: { readonly error: unknown } | undefined;
let isInterrupted = false;

/** Has SIGHUP ignored where it was before this process began: Node sets it back to its default. */
export function respectNohup(): void {
  if (!SIGNALS.includes('SIGHUP')) process.on('SIGHUP', () => undefined);
}

/**
 * Handles an uncaught error: cancels the current work.
 * @returns false when there is none
 */
export function giveUp(error: unknown): boolean {
  if (current === undefined) return false;
  // The first one says what happened; those after it may well be its consequences.
  if (defect !== undefined) return true;
  defect = { error };
  note('stopping after an unexpected error …');
  current.abort();
  startTimer(() => process.exit(tellError(error)), GIVE_UP_MS).unref();
  return true;
}

/** The error that cancelled the work; undefined if there was none. */
export function uncaught(): { readonly error: unknown } | undefined {
  return defect;
}

/**
 * A signal that fires on the first SIGINT, SIGTERM or SIGHUP, and on an error that nobody caught.
 * @param leftover what may be left when the user does not wait, and how to remove it
 */
export function interruptible(leftover: string): AbortSignal {
  const controller = new AbortController();
  isInterrupted = false;
  letTerminalsStall();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      note(`stopped at once; ${leftover}`);
      process.exit(EXIT.interrupted);
    }
    isInterrupted = true;
    note('stopping … (press Ctrl-C again to stop at once)');
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  current = controller;
  return controller.signal;
}

/** For verbs that run until they are stopped. */
export interface Stream {
  /** Fires on the first signal, or when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** 130 after a signal, else 0. */
  status(): number;
}

/** Ends a stream of events or lines gracefully. A second signal ends it at once. */
export function untilStopped(): Stream {
  const controller = new AbortController();
  isInterrupted = false;
  letTerminalsStall();
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (isInterrupted) process.exit(EXIT.interrupted);
      isInterrupted = true;
      controller.abort();
    });
  }
  process.stdout.on('error', () => controller.abort());
  return { signal: controller.signal, status: () => (isInterrupted ? EXIT.interrupted : EXIT.ok) };
}

/**
 * Resolves when waiting for the reader of the output is over: at once on a signal, soon after an earlier one.
 * @param over ends the listening
 */
export async function readersTimeOver(over: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    const onSignal = (): void => resolve();
    const bound = isInterrupted ? startTimer(onSignal, LAST_READ_MS) : undefined;
    for (const name of SIGNALS) process.on(name, onSignal);
    over.addEventListener('abort', () => {
      stopTimer(bound);
      for (const name of SIGNALS) process.off(name, onSignal);
      resolve();
    });
  });
}
