/** Ctrl-C and its kin: the first gives the work up in good order, the second at once. */
import { EXIT } from './exit.ts';
import { note } from './output/print.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that fires on the first SIGINT, SIGTERM or SIGHUP.
 * @param leftover what may be left when the user does not wait, and how to remove it
 */
export function interruptible(leftover: string): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      note(`stopped at once; ${leftover}`);
      process.exit(EXIT.interrupted);
    }
    note('stopping … (again to stop at once)');
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return controller.signal;
}

/** For verbs that run until they are stopped. */
export interface Stream {
  /** Fires on the first signal, or when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** 130 after a signal, else 0. */
  status(): number;
}

/** Ends a stream of events or lines in good order. A second signal ends it at once. */
export function untilStopped(): Stream {
  const controller = new AbortController();
  let isInterrupted = false;
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
