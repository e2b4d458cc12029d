/** What `lab test` found: the one value that every writer of reports takes, and that the library gives. */
import type { DriverName, LabErrorCode } from '@peerlab/driver';
import type { StepOutcome } from '../steps/outcome.ts';

/** A whole run. */
export interface RunReport {
  readonly format: 1;
  readonly driver: DriverName;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly timeMs: number;
  /** Every lab passed. */
  readonly passed: boolean;
  /** In the order in which they were asked for. */
  readonly labs: readonly LabReport[];
}

/** One lab. */
export interface LabReport {
  /** The topology file, as it was named. */
  readonly file: string;
  /** The name in the file; the lab itself had one of its own. */
  readonly name: string;
  readonly driver: DriverName;
  readonly seed: number;
  readonly peers: number;
  readonly links: number;
  /**
   * - `passed`, `failed`: it was brought up, and every step came out as expected, or not;
   * - `error`: it could not be brought up or brought to an end, for a reason that is in `error`;
   * - `interrupted`: the caller gave up; `not-run`: before it began.
   */
  readonly outcome: 'passed' | 'failed' | 'error' | 'interrupted' | 'not-run';
  readonly steps: readonly StepOutcome[];
  /** What holds for the lab as a whole, such as that its graph is not connected. */
  readonly notes: readonly string[];
  readonly error?: ReportedError | undefined;
  /** From nothing to nothing, in milliseconds of this machine's time. */
  readonly timeMs: number;
  /** A command that does the same again. */
  readonly replay: string;
  /** On the simulation: equal for two runs that went the same way. */
  readonly traceHash?: string | undefined;
  /** The folder with what is known of a failure. */
  readonly artifacts?: string | undefined;
}

/** An error as a report tells it. */
export interface ReportedError {
  /** `DEFECT` for what is no error of a lab. */
  readonly code: LabErrorCode | 'TOPOLOGY_INVALID' | 'USAGE' | 'DEFECT';
  readonly message: string;
  readonly advice?: string | undefined;
  /** The last lines that the peer at fault printed. */
  readonly log?: readonly string[] | undefined;
}

/** The steps that did not come out as expected, within other steps too, outermost first left out. */
export function failedSteps(steps: readonly StepOutcome[]): StepOutcome[] {
  return steps.flatMap(step => {
    if (step.outcome === 'passed' || step.outcome === 'not-tried') return [];
    const inner = failedSteps(step.steps);
    return inner.length > 0 ? inner.map(one => (one.line === 0 ? { ...one, line: step.line } : one)) : [step];
  });
}
