/**
 * The settings of the Docker driver, each with its unit, its default and the reason for that default.
 * The driver itself is in index.ts.
 */
import type { EngineSpec } from '@peerlab/driver';
import type Dockerode from 'dockerode';

/** The most peers of one lab: a Linux bridge has 1,024 ports. */
export const DEFAULT_MAX_PEERS = 1000;

/** What {@link createDockerDriver} takes. */
export interface DockerDriverOptions {
  /** Path of the peer's program: one ES module without imports, run as `node /peer.mjs` in the container. */
  readonly peerBundle: string;
  /** The version of the project, kept on every container and network. */
  readonly version: string;
  /**
   * A connection to use in place of the one that the environment names.
   * @default as the `docker` command: `DOCKER_HOST`, then the current context, then the default socket
   */
  readonly docker?: Dockerode;
  /**
   * Engines that labs span, in place of the one that the environment names. Of one alone, labs are as on that.
   * @default none
   */
  readonly engines?: readonly EngineSpec[] | undefined;
  /**
   * Engines of peers, both by name, that a new lab on several has.
   * @default none
   */
  readonly pinned?: ReadonlyMap<string, string> | undefined;
  /**
   * Where the peers' image comes from: `auto`, `host-runtime` (the Node runtime that runs this process, no registry),
   * `dockerfile` (packages/node/Dockerfile, needs its base image), or the name of an image to use as it is.
   * @default the environment's `PEERLAB_IMAGE`, else `auto`: the host's runtime where it can run in the engine, else the Dockerfile
   */
  readonly image?: string;
  /**
   * Path of the Dockerfile for the ordinary way.
   * @default `../Dockerfile` seen from the bundle: where packages/node keeps it
   */
  readonly dockerfile?: string;
  /**
   * Address ranges, in CIDR notation, from which labs take their subnets; the first with room wins.
   * @default `['10.89.0.0/16']`: 256 labs of up to 253 peers, off the ranges that Docker gives out by itself
   *   (172.17.0.0/12, 192.168.0.0/16)
   */
  readonly subnetPools?: readonly string[];
  /**
   * How many containers are created and started at the same time.
   * @default 3: measured by bench/up on two cores, medians of three runs. The engine serialises much of a start: 20 peers
   *   take 4.8 s one by one, 3.7 s with 2, 3.6 s with 3, 3.7 to 4.6 s with 4 to 8, 4.2 s with 16 at once
   */
  readonly parallelism?: number;
  /**
   * Memory limit of one peer's container, in bytes.
   * @default 256 MiB: twenty times what an idle peer was measured to take (12 MiB); a runaway peer is ended, not the machine
   */
  readonly memoryBytes?: number;
  /**
   * Memory that the preflight counts for one peer, in bytes.
   * @default 32 MiB: an idle peer was measured to take 12 MiB (the runtime's code is shared by all) and the engine's
   *   shim for it 3 MiB; as much again for traffic
   */
  readonly peerFootprintBytes?: number;
  /**
   * Processes and threads that one peer may have.
   * @default 64: a peer has 8 threads; the rest is room for a program of the user's
   */
  readonly pidsLimit?: number;
  /**
   * The most peers of one lab.
   * @default 1000: a Linux bridge has 1,024 ports
   */
  readonly maxPeers?: number;
  /**
   * How long one request to the engine may take, in milliseconds.
   * @default 60,000: a loaded engine needs seconds for a start; past a minute it is taken for dead
   */
  readonly requestTimeoutMs?: number;
  /**
   * How long {@link Driver.probe} waits for an answer, in milliseconds.
   * @default 2000: a person waits for it at every command; a local engine answers within 10
   */
  readonly probeTimeoutMs?: number;
}

/** The settings with every default filled in. */
export interface DockerSettings {
  readonly peerBundle: string;
  readonly version: string;
  readonly engines: readonly EngineSpec[];
  readonly pinned: ReadonlyMap<string, string>;
  readonly image: string;
  readonly dockerfile: string | undefined;
  readonly subnetPools: readonly string[];
  readonly parallelism: number;
  readonly memoryBytes: number;
  readonly peerFootprintBytes: number;
  readonly pidsLimit: number;
  readonly maxPeers: number;
  readonly requestTimeoutMs: number;
  readonly probeTimeoutMs: number;
}

const MEBIBYTE = 1024 * 1024;

/** Fills in the defaults. */
export function withDefaults(options: DockerDriverOptions): DockerSettings {
  return {
    peerBundle: options.peerBundle,
    version: options.version,
    engines: options.engines ?? [],
    pinned: options.pinned ?? new Map(),
    image: options.image ?? (process.env.PEERLAB_IMAGE || 'auto'),
    dockerfile: options.dockerfile,
    subnetPools: options.subnetPools ?? ['10.89.0.0/16'],
    parallelism: options.parallelism ?? 3,
    memoryBytes: options.memoryBytes ?? 256 * MEBIBYTE,
    peerFootprintBytes: options.peerFootprintBytes ?? 32 * MEBIBYTE,
    pidsLimit: options.pidsLimit ?? 64,
    maxPeers: options.maxPeers ?? DEFAULT_MAX_PEERS,
    requestTimeoutMs: options.requestTimeoutMs ?? 60_000,
    probeTimeoutMs: options.probeTimeoutMs ?? 2000,
  };
}
