/**
 * The settings of the local driver, each with its unit, its default and the reason for that default.
 * The driver itself is in index.ts.
 */

/** Memory of one peer, as the preflight counts it. */
export const DEFAULT_PEER_FOOTPRINT_BYTES: number = 24 * 1024 ** 2;

/** What {@link createLocalDriver} takes. */
export interface LocalDriverOptions {
  /** The peers' program as a command line, such as `[process.execPath, '/path/of/peer.mjs']`. */
  readonly peerProgram: readonly string[];
  /**
   * The folder of the labs' sockets, for this user alone. Labs of different folders do not see each other.
   * @default `$XDG_RUNTIME_DIR/peerlab`, which the system empties at logout; else `<tmpdir>/peerlab-<uid>`
   */
  readonly runtimeDirectory?: string;
  /**
   * How many peers are in their start at the same time.
   * @default twice the processors, at least 4. Measured on two: 20 peers take 0.59 s with 2 at once, 0.53 s with 4, 0.57 s
   *   with 20, and 100 peers 2.3 to 2.5 s with any; a start is nearly all computing
   */
  readonly parallelism?: number;
  /**
   * How long a peer may take from its start to its `ready`, in milliseconds.
   * @default 30,000: Node takes 0.1 s on an idle machine; a runtime that compiles first, on a busy one, needs seconds
   */
  readonly readyTimeoutMs?: number;
  /**
   * How long a peer that was told to end may take before it is killed, in milliseconds.
   * @default 4000: the project's peer leaves within 3 seconds at the latest
   */
  readonly stopTimeoutMs?: number;
  /**
   * How long a lab keeper may take to answer a short question, in milliseconds.
   * @default 10,000: it answers within 10; a machine under heavy load needs longer
   */
  readonly answerTimeoutMs?: number;
  /**
   * Memory of a lab's logs altogether, in characters; a peer's share is between 64 Ki and 1 Mi.
   * @default 64 Mi: 1 Mi for each of 64 peers, about 5000 traced events
   */
  readonly logCharacters?: number;
  /**
   * Bytes that may wait for a controller that does not read, before it is cut off.
   * @default 64 MiB: more than the longest line needs; a `lab watch` that was suspended must not eat the machine
   */
  readonly controllerBacklogBytes?: number;
  /**
   * Memory that the preflight counts for one peer, in bytes.
   * @default 24 MiB: an idle peer of the project uses 10 MiB, measured; the rest is for links and queues
   */
  readonly peerFootprintBytes?: number;
  /**
   * Where peers listen: `blocks` gives each its own address in 127.0.0.0/8, `ports` gives all of them
   * 127.0.0.1 and each its own port.
   * @default `blocks` where the system has all of 127.0.0.0/8, as Linux does; else `ports`
   */
  readonly addresses?: 'blocks' | 'ports';
}

/** What a keeper is told at its start: the settings that concern it. */
export interface KeeperSettings {
  readonly peerProgram: readonly string[];
  readonly parallelism: number;
  readonly readyTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly logCharacters: number;
  readonly controllerBacklogBytes: number;
  readonly addresses: 'blocks' | 'ports' | 'auto';
}

/** The settings with every default filled in. */
export interface LocalSettings extends KeeperSettings {
  readonly runtimeDirectory: string;
  readonly answerTimeoutMs: number;
  readonly peerFootprintBytes: number;
}
