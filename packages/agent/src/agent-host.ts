/** What surrounds an agent: time, chance, connections and the way out for its lines. Real in packages/node, virtual in packages/simulation. */
import type { LinkShape } from '@peerlab/conditions';
import type { DialOutcome, Id, Link } from '@peerlab/protocol';

export type { DialOutcome };

/** See the module's header. */
export interface AgentHost {
  /** Milliseconds on a clock that never goes back. */
  nowMs(): number;
  /** Calls back at or soon after the time; replaces what was wanted before. */
  schedule(atMs: number, callback: () => void): void;
  /** A new random id. */
  randomId(): Id;
  /**
   * Makes a link's sending side behave as these settings say, from now on; without settings, as it is by itself. Not called
   * for what the peer does itself (`down`, `mute`). Left out: this host cannot.
   */
  shape?(link: Link, settings: LinkShape | undefined): void;
  dial(host: string, port: number, outcome: DialOutcome): void;
  /** Writes one line to the lab; the line end is added. */
  write(line: string): void;
  /** The agent has left: every link is closed. The process may end. */
  left(): void;
}
