/** What `lab test` found: the one value that every writer of reports takes, and that the library gives. */
import type { TrafficReport } from '@peerlab/capture';
import type { DriverName, LabErrorCode } from '@peerlab/driver';
import { type Tally, tallyOf, type Verdict, verdictOf } from '@peerlab/finding';
import type { StepFinding } from '../steps/step-finding.ts';

/** A whole run. */
export interface RunReport {
  readonly format: 2;
  readonly driver: DriverName;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly timeMs: number;
  /** Every lab was run to its end, and nothing failed. What could not be proven is counted in {@link claims}. */
  readonly passed: boolean;
  /** The claims of all labs, by their verdict. */
  readonly claims: Tally;
  /** In the order in which they were asked for. */
  readonly labs: readonly LabReport[];
}

/** One lab. */
export interface LabReport {
  /** The topology file, as it was named. */
  readonly file: string;
  /** The name in the file; the lab itself had a unique name. */
  readonly name: string;
  readonly driver: DriverName;
  /** 0, as the two that follow, where the file could not be read. */
  readonly seed: number;
  readonly peers: number;
  readonly links: number;
  /**
   * - `passed`: it was brought up, and every claim is proven; `not-proven`: nothing failed, but some claims are not proven;
   * - `failed`: a claim failed;
   * - `error`: it could not be brought up or brought to an end, for a reason that is in `error`;
   * - `interrupted`: the caller gave up; `not-run`: before it began.
   */
  readonly outcome: 'passed' | 'not-proven' | 'failed' | 'error' | 'interrupted' | 'not-run';
  readonly steps: readonly StepFinding[];
  /** The claims of its steps, by their verdict: see {@link claimsOf}. */
  readonly claims: Tally;
  /** What holds for the lab as a whole, such as that its graph is not connected. */
  readonly notes: readonly string[];
  readonly error?: ReportedError | undefined;
  /** From start to complete removal, in milliseconds of real time. */
  readonly timeMs: number;
  /** A command that reproduces the run. */
  readonly replay: string;
  /** On the simulation: equal for two runs that went the same way. */
  readonly traceHash?: string | undefined;
  /** The folder with what is known of a failure. */
  readonly artifacts?: string | undefined;
  /** A page in that folder that plays what happened, offline. */
  readonly replayPage?: string | undefined;
  /** The traffic from peer to peer, from when the lab was up to the end of its scenario; only where its packets were captured. */
  readonly capture?: CapturedTraffic | undefined;
}

/** What a capture of a lab saw. */
export interface CapturedTraffic extends TrafficReport {
  /** The files of packets: all peers in one, then one of each. */
  readonly files: readonly string[];
}

/** An error as a report tells it. */
export interface ReportedError {
  /** `DEFECT` for what is no error of a lab. */
  readonly code: LabErrorCode | 'TOPOLOGY_INVALID' | 'USAGE' | 'DEFECT';
  readonly message: string;
  readonly advice?: string | undefined;
  /** Of a file that is no topology: each problem, with its line, from 1. */
  readonly problems?: readonly { readonly line: number; readonly message: string }[] | undefined;
  /** The last lines that the peer at fault printed. */
  readonly log?: readonly string[] | undefined;
}

const OUTCOMES: Readonly<Record<Verdict, LabReport['outcome']>> = {
  proven: 'passed',
  failed: 'failed',
  'not-proven': 'not-proven',
};

/** The steps of a lab that was run to its end, with what they come to. */
export function toldSteps(steps: readonly StepFinding[]): Pick<LabReport, 'steps' | 'claims' | 'outcome'> {
  return { steps, claims: tallyOf(claimsOf(steps)), outcome: OUTCOMES[verdictOf(steps)] };
}

/** True for a lab that was run to its end, and where nothing failed. */
export function hasPassed({ outcome }: Pick<LabReport, 'outcome'>): boolean {
  return outcome === 'passed' || outcome === 'not-proven';
}

/**
 * The single claims of steps, each at its place in the file: a step that consists of other steps or checks makes no claim itself,
 * unless it failed, or is not proven, by what is in none of them.
 */
export function claimsOf(steps: readonly StepFinding[]): StepFinding[] {
  return steps.flatMap(step => {
    const { line, path } = step;
    const inner = claimsOf(step.steps).map(one => (one.line === 0 ? { ...one, line, path: one.path || path } : one));
    const isTold = step.verdict === 'proven' || inner.some(({ verdict }) => verdict === step.verdict);
    // The links that a heal brings back are a claim beside its checks.
    const isOwn = inner.length === 0 || step.kind === 'heal' || !isTold;
    return isOwn ? [step, ...inner] : inner;
  });
}

/** The innermost steps with this verdict, at the line of the nearest step that has one. */
export function stepsThat(verdict: Verdict, steps: readonly StepFinding[]): StepFinding[] {
  return steps.flatMap(step => {
    const inner = stepsThat(verdict, step.steps);
    if (inner.length > 0) return inner.map(one => (one.line === 0 ? { ...one, line: step.line } : one));
    return step.verdict === verdict ? [step] : [];
  });
}
