/** The control channel to one peer, and its log. */
import type { LabError } from './lab-error.ts';

/** The two text streams of a peer's control agent. */
export interface PeerChannel {
  /** Writes one line; the line end is added. Resolves when the stream has taken it. Rejects once the channel is closed. */
  write(line: string): Promise<void>;
  /**
   * Hands each line of the peer's standard output and standard error to the listener, in order. Lines that came
   * before the first listener are kept for it. `atMs`: when the peer printed it, on the clock of PassesTime; only where
   * the lab has one.
   */
  listen(listener: (line: string, stream: 'stdout' | 'stderr', atMs?: number) => void): void;
  /** Resolves when the peer's output has ended, with what is known of how. Never rejects. */
  readonly closed: Promise<ChannelEnd>;
  /** Lets go of the streams. */
  close(): void;
  /** Only where the peer speaks no contract: what the lab can ask of it in another way. */
  readonly program?: ProgramPeer | undefined;
}

/** A peer that speaks no contract, and to which the lab speaks by the commands of its kind. */
export interface ProgramPeer {
  /** Commands of every peer that its kind does not describe. */
  readonly lacks: ReadonlySet<ProgramCommandName>;
  /** False where what it receives cannot be seen. */
  readonly tellsReceived: boolean;
  /**
   * True where the program itself names what it sends (`key`). Two that are sent at once may then exclude each other, as blocks of one
   * height do: they are sent one after the other.
   */
  readonly namesMessages: boolean;
  /**
   * Resolves once what it receives is heard: at once, unless what listens beside it has ended and is being started again. That is
   * waited for some seconds.
   */
  readonly hears?: (() => Promise<void>) | undefined;
  /**
   * Asks it for an answer of another peer, where there are no messages to send; left out where its kind does not describe how.
   * @param to the other peer's place
   */
  readonly probe?: ((to: number, signal?: AbortSignal) => Promise<ProbeAnswer>) | undefined;
}

/** Commands that every peer of the contract takes, and that a kind may leave out. */
export type ProgramCommandName = 'connect' | 'neighbours' | 'broadcast';

/** What a probe came to. */
export interface ProbeAnswer {
  readonly isReached: boolean;
  /** How it ended, in one clause, with what it printed last. */
  readonly detail: string;
}

/** How a channel ended. */
export interface ChannelEnd {
  /** In one clause: `exited with status 1`, `killed by SIGKILL`, `let go`. */
  readonly reason: string;
  readonly exitCode?: number;
  /**
   * Why the channel broke, where that is no end of the peer: the engine, or the process that holds the lab, is gone, or has
   * cut this reader off, since it read too slowly.
   */
  readonly failure?: LabError;
}

/** How much of a log is wanted. */
export interface LogOptions {
  /** The number of last lines, at least 1; default: all kept lines. */
  readonly tail?: number;
  /** Only what was printed since the peer's latest start; not with `follow`. @default false */
  readonly latestRun?: boolean;
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}
