/** The list of names: the one place that a new driver of this workspace is added to. */
import type { DriverModule } from '@peerlab/driver';

/** A row of the list. */
export interface ListedDriver {
  /** Labs outlive the command that made them: every command asks this driver for labs. As its module says; known here unloaded. */
  readonly lasts: boolean;
  readonly load: () => Promise<{ readonly driverModule: DriverModule }>;
}

/** In the order in which `auto` tries them. */
export const DRIVERS: ReadonlyMap<string, ListedDriver> = new Map(
  Object.entries({
    docker: { lasts: true, load: async () => await import('@peerlab/driver-docker') },
    local: { lasts: true, load: async () => await import('@peerlab/driver-local') },
    simulation: { lasts: false, load: async () => await import('@peerlab/driver-simulation') },
  }),
);

/** The names of the list, in its order. */
export const DRIVER_NAMES: readonly string[] = [...DRIVERS.keys()];
