/** A lab that exists: what every driver can do with it. What only some can do is asked for by name: capabilities/. */
import type { OfferedCapabilities } from './capabilities/capabilities.ts';
import type { NetworkFacts, PeerFacts } from './facts.ts';
import type { LogOptions, PeerChannel } from './peer-channel.ts';
import type { WithoutEffect } from './without-effect.ts';

/** A lab that exists. Holding one keeps streams open, not the lab alive (unless it is ephemeral and this process made it). */
export interface RunningLab {
  readonly name: string;
  /** The name of its driver. */
  readonly driver: string;
  readonly hash: string;
  readonly topology: string;
  readonly ephemeral: boolean;
  readonly network: NetworkFacts;
  /** One for every peer, in topology order, running or not; as of the latest {@link survey}. */
  readonly peers: readonly PeerFacts[];
  /** What can be done with it beyond this interface, or why not. Ask with `capability` or `requireCapability`. */
  readonly capabilities: OfferedCapabilities;
  /** What its peers may ask for and do not get; left out: they get all. */
  readonly withoutEffect?: WithoutEffect;
  /**
   * Looks at the peers as they are now.
   * @param isThorough after something failed: also for what takes seconds to find out, such as whether engines still reach each other, so that no
   *   peer is blamed for it. @default false
   */
  survey(isThorough?: boolean): Promise<readonly PeerFacts[]>;
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
   * Ends a peer by a signal, without a word to its neighbours; a paused one is unpaused for it. Its address and node id
   * stay its own, also in a throw-away lab. Resolves when the peer has ended.
   * @param signal one whose default action ends a process. @default SIGKILL: nothing can hold it up
   * @throws {LabError} `NOT_SUPPORTED` for another signal; `PEER_FAILED` when the peer does not run; `PEER_SILENT` when
   *   it does not end by that signal; `NO_SUCH_PEER`
   */
  kill(index: number, signal?: NodeJS.Signals): Promise<void>;
  /**
   * Shuts a peer down gracefully (SIGTERM: BYE on every link), and kills it after a timeout; a paused one
   * is unpaused for it. Resolves when the peer has ended.
   * @throws {LabError} `PEER_FAILED` when the peer does not run; `NO_SUCH_PEER`
   */
  stop(index: number): Promise<void>;
  /**
   * Starts a peer that does not run, with the name, address and node id that it had, and on the network. One that runs,
   * paused or not, is left as it is. Resolves when its program runs; it says `ready` on a new {@link channel}.
   * @throws {LabError} `PEER_FAILED` when it cannot be started; `NOT_SUPPORTED` where only the process that made the lab
   *   can; `NO_SUCH_PEER`
   */
  start(index: number): Promise<void>;
  /** Removes the lab, wholly: peers, network, processes, sockets. Removing what is partly gone is not an error. */
  down(): Promise<void>;
  /** Lets go of the streams; the lab runs on, unless it is ephemeral. */
  close(): Promise<void>;
}
