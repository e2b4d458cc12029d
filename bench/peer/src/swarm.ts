/** Peers of one contestant, linked as a graph says. */

/** Where messages go, and what arrives. */
export interface Swarm {
  readonly peerCount: number;
  /** Floods a message from a peer; may be awaited for flow control. */
  broadcast(from: number, payload: Uint8Array): unknown;
  dm(from: number, to: number, payload: Uint8Array): unknown;
  /** Called for each broadcast that arrives anywhere: replaced by each workload. */
  onBroadcast: (at: number, payload: Uint8Array) => void;
  onDm: (at: number, payload: Uint8Array) => void;
  usage(): Promise<Usage>;
  close(): Promise<void>;
}

/** What the peers have used up so far. */
export interface Usage {
  /** Processor time of every process, in microseconds. */
  readonly cpuUs: number;
  /** The most memory at once, summed over processes, in bytes. */
  readonly peakRssBytes: number;
  /** Message frames sent by all peers; undefined: the contestant does not tell. */
  readonly frames: number | undefined;
}

/** A process's own share. */
export function ownUsage(): { cpuUs: number; peakRssBytes: number } {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, peakRssBytes: process.resourceUsage().maxRSS * 1024 };
}
