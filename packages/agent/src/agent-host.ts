/** What surrounds an agent: time, chance, connections and the way out for its lines. Real in packages/node, virtual in packages/simulation. */
import type { Id, Link, LinkTransport } from '@peerlab/protocol';

/** How a dial ends: the host calls exactly one of the two, once, never before `dial` returns. */
export interface DialOutcome {
  /**
   * The connection stands: the agent attaches it, and gives the link back, to which the host then hands what arrives.
   * @param address the other end as `host:port`
   */
  connected(transport: LinkTransport, address: string): Link;
  /** There is no connection. `reason` in one clause, such as `connection refused`. */
  failed(reason: string): void;
}

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
