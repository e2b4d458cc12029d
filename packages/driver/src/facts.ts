/** What a driver knows of a lab's network and peers. */

/** The network that a lab's peers are on. */
export interface NetworkFacts {
  readonly name: string;
  /** In CIDR notation. */
  readonly subnet: string;
  /** True when nothing on it can reach beyond it. */
  readonly internal: boolean;
}

/** A peer as the driver sees it. */
export interface PeerFacts {
  readonly index: number;
  readonly name: string;
  /** As planned, or, where the driver has heard it, as the peer's own program announced it. */
  readonly nodeId: string;
  /** Its own IP address in the lab. */
  readonly address: string;
  /** Where it takes links. */
  readonly port: number;
  readonly state: 'running' | 'paused' | 'stopped' | 'missing';
  /** True while it is off the network: see CanIsolate. */
  readonly isolated?: boolean;
  /** The folder of this machine that stands for its first volume, where that is not the volume's own path. */
  readonly data?: string;
  readonly containerId?: string;
  /** The engine that has it, by name, where the lab spans several. */
  readonly engine?: string;
  /**
   * Why the driver cannot see it, or what reaches it, in one clause: `engine b does not answer`. Where it cannot see it, `state` is `missing`:
   * it may run.
   */
  readonly unseen?: string;
  readonly processId?: number;
}
