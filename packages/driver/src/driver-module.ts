/** What a driver is chosen by: the constant `driverModule` of a driver of this workspace, the default export of a package `peerlab-driver-NAME`. */
import type { Driver, DriverName } from './driver.ts';
import type { EngineSpec } from './engine-spec.ts';
import type { Progress } from './progress.ts';

/** What the installation brings for drivers. */
export interface DriverInstallation {
  /** Absolute path of the project's own peer: one file, for Node. */
  readonly peerProgram: string;
  /** The version of `peerlab`, such as `0.1.0`. */
  readonly version: string;
  /**
   * The engines that labs are to span, or are looked for on. A driver that knows none leaves them aside.
   * @default the one that the driver finds by itself
   */
  readonly engines?: readonly EngineSpec[] | undefined;
  /** The engine of a peer, both by name, where the user says which. @default none */
  readonly pinned?: ReadonlyMap<string, string> | undefined;
}

/**
 * The version of the driver interface: of {@link DriverModule}, `Driver`, `RunningLab` and the capabilities. It grows when a driver that was written
 * for the one before could no longer be used.
 */
export const DRIVER_CONTRACT = 1;

/** See the module's header. */
export interface DriverModule {
  /** The version of the driver interface that it was written for: {@link DRIVER_CONTRACT}. */
  readonly contract: number;
  readonly name: DriverName;
  /** For the help of `--driver`, in one clause: `a container for each peer`. */
  readonly describe: string;
  /** True when a lab lives in the process that makes it: no other command finds it, and it goes with the process. */
  readonly isOfOneProcess: boolean;
  /** True where labs span the engines of {@link DriverInstallation}. @default false */
  readonly takesEngines?: boolean;
  /** As of the driver that it makes: see `Driver.isVirtual`. @default false */
  readonly isVirtual?: boolean;
  /** True where peers can share a container: it heeds `LabPlan.pack`. @default false */
  readonly packs?: boolean;
  /** The steps that its `up` reports, in this order. */
  readonly steps: readonly Progress['step'][];
  /**
   * Makes the driver. Nothing is asked of an engine, started or written before its first call.
   * @throws {LabError} `NOT_SUPPORTED` for engines that it can tell to be wrong
   */
  create(installation: DriverInstallation): Driver;
  /**
   * Why so many peers cannot run, as the end of "they cannot run": `as containers, because one network bridge carries 1,000`.
   * Undefined where they can.
   */
  whyNotCarry(peerCount: number): string | undefined;
}
