/** What a peer's program needs of its surroundings, beyond the tight defaults. */

/** What a kind or a peer may ask for; what is left out keeps the driver's default. */
export interface PeerNeeds {
  /** Folders that it may write to, absolute: kept while the peer is killed and started, gone with the lab. The first is `{data}`. */
  readonly volumes?: readonly string[] | undefined;
  /** Files that it finds at its first start: path to content, both templates; each below a volume. */
  readonly write?: Readonly<Record<string, string>> | undefined;
  readonly memoryBytes?: number | undefined;
  /** Processors, also parts of one. */
  readonly cpus?: number | undefined;
  /** Processes and threads. */
  readonly pids?: number | undefined;
  /** Folders in memory, absolute, empty at each start, with their size in bytes. */
  readonly tmpfs?: Readonly<Record<string, number>> | undefined;
  /** Linux capabilities without `CAP_`, such as `NET_ADMIN`. */
  readonly capabilities?: readonly string[] | undefined;
  /** Devices of the engine's machine, absolute. */
  readonly devices?: readonly string[] | undefined;
  /** Kernel settings of its namespaces. */
  readonly sysctls?: Readonly<Record<string, string>> | undefined;
  /** Ports that are reached from outside the lab. */
  readonly ports?: readonly PortNeed[] | undefined;
  /** `uid` or `uid:gid`; `0:0` is root. */
  readonly user?: string | undefined;
}

/** A port of a peer that is to be reached from outside. */
export interface PortNeed {
  /** At the peer's own address. */
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Of the engine's machine. @default 127.0.0.1: nobody but that machine */
  readonly address?: string | undefined;
  /** There. @default one that is free */
  readonly hostPort?: number | undefined;
}
