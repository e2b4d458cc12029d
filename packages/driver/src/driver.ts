/**
 * What a driver is: the few things that differ between Docker, local processes and the simulation. Drivers are handed in; the
 * core never imports one. Every driver passes the suite in conformance/. How one is found by name: driver-module.ts.
 */
import type { ClaimOptions } from './claim.ts';
import type { Diagnosis, Probe } from './diagnosis.ts';
import type { LabSummary } from './lab-summary.ts';
import type { Leftover } from './leftover.ts';
import type { LabPlan } from './plan.ts';
import type { WorkContext } from './progress.ts';
import type { RunningLab } from './running-lab.ts';

/** A driver's name, as it is chosen: `--driver docker`. One of the list in @peerlab/drivers, or of a package peerlab-driver-NAME. */
export type DriverName = string;

/** A driver, ready to make labs. */
export interface Driver {
  readonly name: DriverName;
  /**
   * True where a lab passes virtual time in this process, so that the topology and its seed decide all of it. Floods over the
   * graph may stand for whole peers there.
   * @default false
   */
  readonly isVirtual?: boolean;
  /**
   * Asks whether this driver can work here and now. Never throws.
   */
  probe(): Promise<Probe>;
  /**
   * Makes the lab: network and running peers, not yet linked. A lab that exists with the same hash is repaired: what
   * is missing is made anew, what runs is left alone. What a failed or aborted call made is removed before it throws, unless
   * {@link WorkContext.keepsFailed} says otherwise.
   * @throws {LabError} `CANNOT_CARRY` before anything is made; `NAME_TAKEN`; `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`;
   *   `PEER_FAILED` when a peer ends before it is started up; `ABORTED`.
   */
  up(plan: LabPlan, context: WorkContext): Promise<RunningLab>;
  /**
   * Takes the right to make, repair and prove the lab of that name, for as long as it is not disposed of: of two callers, one
   * waits for the other. That of a process that has ended is free. Left out where labs are of one process.
   * @throws {LabError} `NAME_TAKEN` when another one has it for too long; `ABORTED`; `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`
   */
  claim?(name: string, options: ClaimOptions): Promise<AsyncDisposable>;
  /** Finds a lab that runs, or what is left of it; undefined when there is nothing of that name. */
  find(name: string): Promise<RunningLab | undefined>;
  /** The labs of this driver, by name. */
  list(): Promise<readonly LabSummary[]>;
  /**
   * The leftovers: throw-away labs whose owner has ended, labs left incomplete by a
   * command that was killed, dead hosts. What may belong to a running lab, since nobody here can ask its owner, is
   * included with the doubt. In the order in which it is to be removed.
   */
  leftovers(): Promise<readonly Leftover[]>;
  /** Removes one of them; one that is gone already is no error. @throws {LabError} */
  removeLeftover(leftover: Leftover): Promise<void>;
  /** What a user may want to know of the driver's surroundings; left out where there is nothing to tell. */
  diagnose?(): Promise<readonly Diagnosis[]>;
}
