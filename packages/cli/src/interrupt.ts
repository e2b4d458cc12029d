/** Ctrl-C and SIGTERM: the first gives the work up in good order, the second at once. */
import { EXIT } from './exit.ts';
import { note } from './output/print.ts';

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
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return controller.signal;
}
