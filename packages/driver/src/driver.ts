/**
 * What a driver is: the few things that differ between Docker, local processes and the simulation.
 * Drivers are handed in; the core never imports one. Every driver passes the suite in conformance/.
 */
import type { PeerEnvironment } from '@peerlab/contract';
import type { KindSpec } from '@peerlab/topology';

/** The drivers by name. */
export type DriverName = 'docker' | 'local' | 'simulation';

/** A lab as it is to be made. Peers stand in topology order: `peers[i].index === i`. */
export interface LabPlan {
  /** Unique among the labs of a driver; usable in container and network names. */
  readonly name: string;
  /** Fingerprint of the resolved topology: a lab of the same name and hash is repaired, another hash is refused. */
  readonly hash: string;
  /** The resolved topology as JSON. The driver keeps it with the lab, so that a lab needs no file to be found again. */
  readonly topology: string;
  readonly peers: readonly PlannedPeer[];
  /** A throw-away lab: it goes when the process that made it goes, however that ends. */
  readonly ephemeral: boolean;
}

/** One peer of a plan. */
export interface PlannedPeer {
  readonly index: number;
  readonly name: string;
  /** A UUID. */
  readonly nodeId: string;
  /** Settings of the topology file for the peer's program. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The program to run in place of the project's own node, as a command line for the local driver and as the
   * entry point for the Docker driver; used by tests.
   */
  readonly program?: readonly string[] | undefined;
  /** The user's own program that this peer is, where the topology file says so. */
  readonly kind?: PlannedKind | undefined;
}

/** A program of the user's: {@link KindSpec}, where `folder` is what its paths are seen from. Its variables are the peer's. */
export interface PlannedKind extends Omit<KindSpec, 'env'> {
  /** The topology file's folder, absolute. */
  readonly folder: string;
}

/** What a driver calls while it works. */
export interface WorkContext {
  /** The caller gives up: the driver stops at once, removes what this call made, and throws `ABORTED`. */
  readonly signal: AbortSignal;
  /** Tells how far the work is. */
  readonly report: (progress: Progress) => void;
}

/** A step of `up` as the driver does it; the texts end up on the user's terminal. */
export interface Progress {
  readonly step: 'image' | 'network' | 'peers';
  /** `done` carries the step's closing line, such as `20 up, 20 addresses`. */
  readonly state: 'started' | 'running' | 'done';
  readonly detail: string;
}

/** A driver, ready to make labs. */
export interface Driver {
  readonly name: DriverName;
  /**
   * Asks whether this driver can work here and now. Never throws.
   */
  probe(): Promise<Probe>;
  /**
   * Makes the lab: network and running peers, not yet linked. A lab that exists with the same hash is repaired: what
   * is missing is made anew, what runs is left alone. What a failed or aborted call made is removed before it throws.
   * @throws {LabError} `CANNOT_CARRY` before anything is made; `NAME_TAKEN`; `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`;
   *   `PEER_FAILED` when a peer ends before it is started up; `ABORTED`.
   */
  up(plan: LabPlan, context: WorkContext): Promise<RunningLab>;
  /** Finds a lab that runs, or what is left of it; undefined when there is nothing of that name. */
  find(name: string): Promise<RunningLab | undefined>;
  /** The labs of this driver, by name. */
  list(): Promise<readonly LabSummary[]>;
  /**
   * What belongs to no living lab: of throw-away labs whose owner is gone, of labs half made or half removed by a
   * command that was killed, of hosts that are dead. What cannot be told apart from a living lab is not among it. In the
   * order in which it is to be removed.
   */
  leftovers(): Promise<readonly Leftover[]>;
  /** Removes one of them; one that is gone already is no error. @throws {LabError} */
  removeLeftover(leftover: Leftover): Promise<void>;
  /** What a user may want to know of the driver's surroundings; left out where there is nothing to tell. */
  diagnose?(): Promise<readonly Diagnosis[]>;
}

/** Something that belongs to no living lab. */
export interface Leftover {
  readonly kind: 'container' | 'network' | 'process' | 'socket' | 'file';
  /** By which the driver knows it: an engine's id, a process id, a path. */
  readonly id: string;
  /** For a person, such as `peerlab-ring-20-n3`. */
  readonly name: string;
  /** The lab that it was of, by name. */
  readonly lab: string;
  /** Why it belongs to no living lab, in one clause. */
  readonly why: string;
}

/** One fact of {@link Driver.diagnose}. */
export interface Diagnosis {
  /** In one or two words, such as `subnets`. */
  readonly what: string;
  /** False when labs will suffer from it. */
  readonly ok: boolean;
  readonly detail: string;
  /** What to do, where it is not ok. */
  readonly advice?: string;
}

/** What {@link Driver.probe} finds. */
export interface Probe {
  readonly available: boolean;
  /** Why, or why not, in one clause: `Docker 20.10.24 answers at unix:///var/run/docker.sock`. */
  readonly reason: string;
}

/** A lab as `lab ls` shows it. */
export interface LabSummary {
  readonly name: string;
  readonly driver: DriverName;
  readonly hash: string;
  readonly subnet: string;
  /** How many peers the topology has, and how many of them run. */
  readonly peers: number;
  readonly running: number;
  readonly ephemeral: boolean;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Who made it, as `user@host:pid`. */
  readonly owner: string;
}

/** A lab that exists. Holding one keeps streams open, not the lab alive (unless it is ephemeral and this process made it). */
export interface RunningLab {
  readonly name: string;
  readonly driver: DriverName;
  readonly hash: string;
  readonly topology: string;
  readonly ephemeral: boolean;
  readonly network: NetworkFacts;
  /** In topology order, one for every peer of the topology, running or not; as they were at the latest look: {@link survey}. */
  readonly peers: readonly PeerFacts[];
  /** Looks at the peers as they are now. */
  survey(): Promise<readonly PeerFacts[]>;
  /**
   * The control channel of a running peer. Called again, it gives the same channel while that is open. A throw-away lab
   * may obey the process that made it alone: then others can listen, and `write` rejects with `NOT_SUPPORTED`.
   * @throws {LabError} `NO_SUCH_PEER` for an index outside the topology; `PEER_FAILED` when the peer does not run.
   */
  channel(index: number): Promise<PeerChannel>;
  /**
   * What the peer printed, oldest first, as lines; `tail` bounds how many. With `follow`, waits for more until the
   * signal fires or the peer ends.
   */
  logs(index: number, options: LogOptions): AsyncIterable<string>;
  /**
   * What each peer takes of the machine, in topology order; undefined for one that does not run. Left out by a driver
   * whose peers take nothing of their own.
   */
  usage?(): Promise<readonly (PeerUsage | undefined)[]>;
  /**
   * Ends a peer by a signal, without a word to its neighbours; a paused one is unpaused for it. Its address and node id
   * stay its own, also in a throw-away lab. Resolves when the peer has ended.
   * @param signal one whose default action ends a process. @default SIGKILL: nothing can hold it up
   * @throws {LabError} `NOT_SUPPORTED` for another signal; `PEER_FAILED` when the peer does not run; `PEER_SILENT` when
   *   it does not end by that signal; `NO_SUCH_PEER`
   */
  kill(index: number, signal?: NodeJS.Signals): Promise<void>;
  /**
   * Has a peer leave in good order (SIGTERM: BYE on every link), and kills it where that takes too long; a paused one
   * is unpaused for it. Resolves when the peer has ended.
   * @throws {LabError} `PEER_FAILED` when the peer does not run; `NO_SUCH_PEER`
   */
  stop(index: number): Promise<void>;
  /**
   * Freezes a peer: it neither computes nor reads, and its connections stay open until somebody takes them for dead.
   * A paused peer is left as it is.
   * @throws {LabError} `PEER_FAILED` when the peer does not run; `NO_SUCH_PEER`
   */
  pause(index: number): Promise<void>;
  /** Lets a paused peer go on; one that runs is left as it is. @throws {LabError} as {@link pause} */
  unpause(index: number): Promise<void>;
  /**
   * Starts a peer that does not run, with the name, address and node id that it had, and on the network. One that runs,
   * paused or not, is left as it is. Resolves when its program runs; it says `ready` on a new {@link channel}.
   * @throws {LabError} `PEER_FAILED` when it cannot be started; `NOT_SUPPORTED` where only the process that made the lab
   *   can; `NO_SUCH_PEER`
   */
  start(index: number): Promise<void>;
  /**
   * Takes a whole peer off the network; it runs on, and its control channel stays. One that is off is left as it is.
   * @throws {LabError} `NOT_SUPPORTED` saying why, where a driver cannot; `PEER_FAILED` when the peer does not run;
   *   `NO_SUCH_PEER`
   */
  isolate(index: number): Promise<void>;
  /** Brings an isolated peer back, at its address; one that is on the network is left as it is. @throws as {@link isolate} */
  rejoin(index: number): Promise<void>;
  /**
   * Sets what the kernel does to everything that a peer sends, for a peer that does not announce `shape`; null: as it was.
   * Gone when the peer is started again or rejoins. Left out by a driver whose peers have no network of their own.
   * @throws {LabError} `NOT_SUPPORTED` saying why, where the kernel cannot; `PEER_FAILED` when the peer does not run, or
   *   is off the network; `NO_SUCH_PEER`
   */
  netem?(index: number, settings: NetemSettings | null): Promise<void>;
  /**
   * Lets that much of the lab's own time pass, in milliseconds, at once: for a driver whose time is not the clock's, which
   * is the simulation. Left out by the others: there one waits.
   */
  passTime?(timeMs: number): Promise<void>;
  /** The lab's own time, in milliseconds since it began; left out where that is the clock's. */
  readonly nowMs?: number;
  /** A hash of everything that happened: equal for two runs that went the same way. Left out where a machine's chance is in it. */
  readonly traceHash?: string;
  /** Removes the lab, wholly: peers, network, processes, sockets. Removing what is partly gone is not an error. */
  down(): Promise<void>;
  /** Lets go of the streams; the lab runs on, unless it is ephemeral. */
  close(): Promise<void>;
}

/** What a peer takes of the machine. */
export interface PeerUsage {
  /** Resident memory, in bytes. */
  readonly memoryBytes: number;
  /** Processor time since it started, user and system, in milliseconds. */
  readonly cpuMs: number;
}

/** How much of a log is wanted. */
export interface LogOptions {
  /** Last lines, at least 1; left out, all that is kept. */
  readonly tail?: number;
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** What a peer's network interface does to what it sends; what is left out is not done. */
export interface NetemSettings {
  /** One way, in milliseconds. */
  readonly latencyMs?: number | undefined;
  /** The latency varies by so much either way, in milliseconds: packets may overtake each other. */
  readonly jitterMs?: number | undefined;
  /** Part of the packets that are lost, 0 to 1; a stream sends them again. */
  readonly lossRatio?: number | undefined;
  /** In kilobits per second, above 0. */
  readonly bandwidthKbps?: number | undefined;
}

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
  readonly nodeId: string;
  /** Its own IP address in the lab. */
  readonly address: string;
  /** Where it takes links. */
  readonly port: number;
  readonly state: 'running' | 'paused' | 'stopped' | 'missing';
  /** True while it is off the network: {@link RunningLab.isolate}. */
  readonly isolated?: boolean;
  readonly containerId?: string;
  readonly processId?: number;
}

/** The two text streams of a peer's control agent. */
export interface PeerChannel {
  /** Writes one line; the line end is added. Resolves when the stream has taken it. Rejects once the channel is closed. */
  write(line: string): Promise<void>;
  /**
   * Hands each line of the peer's standard output and standard error to the listener, in order. Lines that came
   * before the first listener are kept for it. `atMs`: when the peer printed it, on {@link RunningLab.nowMs}; only where
   * the lab has such a clock.
   */
  listen(listener: (line: string, stream: 'stdout' | 'stderr', atMs?: number) => void): void;
  /** Resolves when the peer's output has ended, with what is known of how. Never rejects. */
  readonly closed: Promise<ChannelEnd>;
  /** Lets go of the streams. */
  close(): void;
}

/** How a channel ended. */
export interface ChannelEnd {
  /** In one clause: `exited with status 1`, `killed by SIGKILL`, `let go`. */
  readonly reason: string;
  readonly exitCode?: number;
}

/** Everything that the project's node needs to know at its start is in {@link PeerEnvironment}; drivers build it with this. */
export function peerEnvironment(
  plan: LabPlan,
  peer: PlannedPeer,
  listen: string,
): PeerEnvironment & Record<string, string> {
  return {
    ...peer.env,
    PEERLAB_NAME: peer.name,
    PEERLAB_LAB: plan.name,
    PEERLAB_LISTEN: listen,
    PEERLAB_NODE_ID: peer.nodeId,
    PEERLAB_EPHEMERAL: plan.ephemeral ? '1' : '0',
  };
}
