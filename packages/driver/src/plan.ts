/** A lab as it is to be made: what a driver is handed. */
import type { SecuritySetting } from '@peerlab/conditions';
import type { KindSpec, PackWish, PeerNeeds, PortNeed } from '@peerlab/topology';

export { PUBLISHED_ADDRESS } from '@peerlab/topology';
export type { PackWish, PeerNeeds, PortNeed };

/** The plan of a lab. Peers are in topology order: `peers[i].index === i`. */
export interface LabPlan {
  /** Unique among the labs of a driver; usable in container and network names. */
  readonly name: string;
  /** Fingerprint of the resolved topology: a lab of the same name and hash is repaired, another hash is refused. */
  readonly hash: string;
  /** The resolved topology as JSON. The driver keeps it with the lab, so that a lab needs no file to be found again. */
  readonly topology: string;
  readonly peers: readonly PlannedPeer[];
  /**
   * The drawn links, by the peers' indexes, each once: so that a driver can keep linked peers together.
   * @default unknown
   */
  readonly links?: readonly (readonly [number, number])[];
  /** A throw-away lab: it goes when the process that made it goes, however that ends. */
  readonly ephemeral: boolean;
  /** How many peers share a container, for a driver that has containers. @default one */
  readonly pack?: PackWish | undefined;
}

/** One peer of a plan. */
export interface PlannedPeer {
  readonly index: number;
  readonly name: string;
  /** A UUID. With security it is derived from the peer's key. */
  readonly nodeId: string;
  /** How it is to protect its links and messages; left out: not at all. */
  readonly security?: PlannedSecurity | undefined;
  /** Settings of the topology file for the peer's program. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The program to run in place of the project's own node, as a command line for the local driver and as the
   * entry point for the Docker driver; used by tests.
   */
  readonly program?: readonly string[] | undefined;
  /** What it needs beyond the driver's defaults, by its kind and itself; left out: nothing. */
  readonly needs?: PeerNeeds | undefined;
  /** The user's own program that this peer is, where the topology file says so. */
  readonly kind?: PlannedKind | undefined;
}

/** The security of a peer: its setting, and the seed that its key follows from, with its name and the lab's. */
export interface PlannedSecurity {
  readonly setting: Exclude<SecuritySetting, 'open'>;
  /** The topology's. */
  readonly seed: number;
}

/** A program of the user: {@link KindSpec}. Its paths are relative to `folder`; its variables and needs are the peer's. */
export interface PlannedKind extends Omit<KindSpec, 'env' | keyof PeerNeeds> {
  /** The topology file's folder, absolute. */
  readonly folder: string;
}
