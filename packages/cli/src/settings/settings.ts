/** The user's settings: the engines that labs are spread over. They are of this user and these machines, and so of no topology. */
import type { EngineSpec } from '@peerlab/driver';

/** What the file may say. */
export interface Settings {
  /** In the order of the file; empty where it names none. */
  readonly engines: readonly EngineSpec[];
}

/** No file. */
export const NO_SETTINGS: Settings = { engines: [] };
