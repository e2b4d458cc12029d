/** How fast a run goes and how long it will still take, from counts and the caller's clock. */

/** What is shown of a run. */
export interface Pace {
  /** Things done per second since the start. */
  readonly perSecond: number;
  /** Seconds that are left; null before it can be told. Never less than 0. */
  readonly leftSeconds: number | null;
}

/** @param elapsedMs since the run began, on a clock of the caller's */
export function paceOf(done: number, of: number, elapsedMs: number): Pace {
  if (done <= 0 || elapsedMs <= 0) return { perSecond: 0, leftSeconds: null };
  const perSecond = (1000 * done) / elapsedMs;
  return { perSecond, leftSeconds: Math.max(0, of - done) / perSecond };
}
