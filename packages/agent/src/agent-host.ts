/** What surrounds an agent: time, chance, connections and the way out for its lines. Real in packages/node, virtual in packages/simulation. */
import type { DialOutcome, Id } from '@peerlab/protocol';

export type { DialOutcome };

/** See the module's header. */
export interface AgentHost {
  /** Milliseconds on a clock that never goes back. */
  nowMs(): number;
  /** Calls back at or soon after the time; replaces what was wanted before. */
  schedule(atMs: number, callback: () => void): void;
  /** A new random id. */
  randomId(): Id;
  dial(host: string, port: number, outcome: DialOutcome): void;
  /** Writes one line to the lab; the line end is added. */
  write(line: string): void;
  /** The agent has left: every link is closed. The process may end. */
  left(): void;
}
