/** Looking at a lab without a trace in it. */
import { capabilityIfAny, type RunningLab } from '@peerlab/driver';

/** Runs what only looks, in a way that changes nothing of a run that can be repeated: see IsReproducible. Elsewhere it just runs. */
export function aside<T>(running: RunningLab, look: () => T): T {
  const run = capabilityIfAny(running, 'reproduce');
  return run === undefined ? look() : run.aside(look);
}
