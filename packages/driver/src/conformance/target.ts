/** What the suite is told about the driver that it is to try. */
import type { CapabilityName } from '../capabilities/capabilities.ts';
import type { Driver } from '../driver.ts';

/** A part of the suite: a file of suite/. */
export type ConformancePart =
  | 'life'
  | 'channels'
  | 'links'
  | 'logs'
  | 'repair'
  | 'names'
  | 'failures'
  | 'ephemeral'
  | 'operations'
  | 'shapes'
  | 'capabilities';

/** A driver to be tried. */
export interface ConformanceTarget {
  /** The driver's name, for the report. */
  readonly name: string;
  /** Makes a driver as another process would: instances share nothing but the system. */
  readonly createDriver: () => Driver;
  /**
   * URL of a module, in plain JavaScript, whose `createDriver()` makes the same driver in another process.
   */
  readonly driverModule: string;
  /** What its labs announce, here: the suite's part for each runs, and no lab may announce more or less. */
  readonly capabilities: readonly CapabilityName[];
  /** What the system still has of a lab - containers, networks, processes, sockets -, each in a few words. */
  readonly leftovers: (lab: string) => Promise<readonly string[]>;
  /** The parts that run, where a whole run takes too long. @default all: only they make a driver conform */
  readonly parts?: readonly ConformancePart[];
  /**
   * False for a driver whose labs live in the process that made them: of these none can outlive it.
   * @default true
   */
  readonly outlivesOwner?: boolean;
  /**
   * How many times `up` is interrupted at a random moment.
   * @default 6
   */
  readonly interruptions?: number;
  /**
   * How long any one thing may take that the suite waits for, in milliseconds.
   * @default 30,000: loaded machines need seconds; what takes longer is stuck
   */
  readonly patienceMs?: number;
}
