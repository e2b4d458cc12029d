/** Watches one lab of a test run and keeps what explains a failure. artifacts.ts and the command's --record implement it. */
import type { RunningLab } from '@peerlab/driver';
import type { Lab } from '@peerlab/lab';
import type { LabTraceEvent } from '@peerlab/trace';
import type { CapturedTraffic, LabReport } from '../report/run-report.ts';

/** See the module's header. */
export interface LabObserver {
  /** Called once, as soon as the lab is up. */
  watch(lab: Lab): Promise<void>;
  /**
   * Called when the lab could not be brought up, before anything of it is removed.
   * @param running left out where the driver itself has failed
   */
  failed?(error: unknown, running?: RunningLab): Promise<void>;
  /** Takes what happened to the lab, or was done to it. */
  note(event: LabTraceEvent): void;
  /**
   * Called when the lab did not pass, while it is still up, if it came up at all.
   * @returns the folder with what was kept, if there is one
   */
  keep(report: LabReport): Promise<string | undefined>;
  /**
   * Called at the end of the scenario, while the lab is up.
   * @returns what was captured, if it was
   */
  capture?(): Promise<CapturedTraffic | undefined>;
  /** Ends the watching. */
  close(): Promise<void>;
}
