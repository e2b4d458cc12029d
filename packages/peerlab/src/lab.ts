/** The lab as a library, for test runners and scripts: `await using net = await lab.up('ring-20.yaml')`. */
import { readFileSync } from 'node:fs';
import type { OptionNames } from '@peerlab/conditions';
import type { Driver, DriverName } from '@peerlab/driver';
import { bringUpThrowAway, checkOptions } from '@peerlab/lab';
import { parseTopology, type Topology } from '@peerlab/topology';
import { driverByName } from './drivers.ts';
import { Net } from './net.ts';

/** How a lab is brought up. */
export interface NetOptions {
  /**
   * Where the peers run: one of the drivers by name, or one that is handed in.
   * @default auto: Docker where an engine answers, else local
   */
  readonly driver?: 'auto' | DriverName | Driver | undefined;
  /** In place of the topology's seed. */
  readonly seed?: number | undefined;
  /** Gives the bringing up up; what was made of the lab goes. */
  readonly signal?: AbortSignal | undefined;
  /** Programs to run as some of the peers, each a command line, by peer name. */
  readonly programs?: Readonly<Record<string, readonly string[]>> | undefined;
  /** How long a peer may take from its start to its `ready`, in milliseconds. */
  readonly readyTimeoutMs?: number | undefined;
}

/** Complete by its type. */
const NET_OPTIONS: OptionNames<NetOptions> = {
  driver: true,
  seed: true,
  signal: true,
  programs: true,
  readyTimeoutMs: true,
};

/** See the module's header. */
export const lab: { readonly up: typeof up } = { up };

/**
 * Brings a throw-away lab up, with its links as drawn, under a unique name: any number of them may run at the same
 * time. It goes when it is disposed of, and, on its own, when this process ends.
 * @param topology a file, or a topology
 * @throws {TypeError} for an unknown option; {TopologyError} for what is wrong in the file; {LabError} as `bringUp`: nothing is left then
 */
async function up(topology: string | Topology, options: NetOptions = {}): Promise<Net> {
  checkOptions('lab.up', options, NET_OPTIONS);
  const { driver: wanted = 'auto', seed, ...rest } = options;
  const read = typeof topology === 'string' ? parseTopology(readFileSync(topology), { file: topology }) : topology;
  const drawn = { ...read, ...(seed === undefined ? {} : { seed }) };
  const driver = typeof wanted === 'string' ? await driverByName(wanted) : wanted;
  const { lab: up } = await bringUpThrowAway(drawn, driver, rest);
  return new Net(up);
}
