/** Long work in one thread gives way now and then. */

/** Lets signals, timers and the terminal have their turn. */
export function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
