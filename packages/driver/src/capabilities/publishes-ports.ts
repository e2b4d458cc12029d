/** Ports that peers ask for (`needs.ports`) are reached from outside the lab. */

/** See the module's header. */
export interface PublishesPorts {
  /** Where each is reached now, in topology order; none of what publishes them does not run. */
  published(): Promise<readonly PublishedPort[]>;
}

/** A port of a peer, and where it is reached from outside. */
export interface PublishedPort {
  /** The peer's place. */
  readonly index: number;
  /** At its own address. */
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Of the machine that runs the peer's engine. */
  readonly hostAddress: string;
  readonly hostPort: number;
}
