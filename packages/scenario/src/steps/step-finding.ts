/** What a step found, before it is told with its place and time. */
import type { StepOutcome } from './outcome.ts';

/** See the module's header. */
export interface StepFinding extends Pick<StepOutcome, 'expected' | 'seen' | 'failures' | 'notes' | 'steps'> {
  readonly passed: boolean;
}

/** A step that has nothing to judge: it was done. */
export function done(what: string): StepFinding {
  return { passed: true, expected: what, seen: what, failures: [], notes: [], steps: [] };
}
