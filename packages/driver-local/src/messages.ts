/**
 * What a driver asks of a lab keeper and what the keeper tells, each a frame (frames.ts). Both ends are always of one
 * installation; `PROTOCOL` in the greeting tells a keeper of another version apart.
 */
import type {
  ChannelEnd,
  ExecutionEnd,
  LabErrorCode,
  LabPlan,
  NetworkFacts,
  PeerFacts,
  Progress,
} from '@peerlab/driver';

/** The version of these messages. */
export const PROTOCOL = 3;

/** A question; each gets one answer with the same id. */
export type Question =
  /** The lab as it is now: {@link KeeperFacts}. */
  | { readonly ask: 'facts' }
  /** Start what is missing: {@link UpAnswer}; {@link Telling} `progress` on the way. `abort` takes it back. */
  | {
      readonly ask: 'up';
      readonly plan: LabPlan;
      readonly owner: string;
      readonly cwd: string;
      /** As of WorkContext. */
      readonly keepsFailed?: boolean | undefined;
    }
  /** Take the question `up` with that id back. */
  | { readonly ask: 'abort'; readonly up: number }
  /** Have an eye on the peer's process that runs now: {@link AttachAnswer}; `ended` when it ends. */
  | { readonly ask: 'attach'; readonly index: number }
  /**
   * The lines of one run of a peer from a position on, as `lines`; without `run`, of every run, the last `tail` of
   * those kept first; then `ended` where the peer does not run, or as soon as it ends.
   */
  | {
      readonly ask: 'subscribe';
      readonly index: number;
      readonly run?: number;
      readonly from?: number;
      readonly tail?: number;
    }
  /** No more of that run. */
  | { readonly ask: 'detach'; readonly index: number; readonly run: number }
  /** One line for the standard input of that run of the peer. */
  | { readonly ask: 'write'; readonly index: number; readonly run: number; readonly line: string }
  /** Do something to a peer; answered when it is done, a start with {@link StartAnswer}. */
  | ({ readonly ask: 'operate'; readonly index: number } & Operation)
  /**
   * Run a program beside a peer; answered when it runs. Then `chunk` for what it prints, and `ended` last, with this question's id as
   * `exec`. It ends with the connection.
   */
  | {
      readonly ask: 'exec';
      readonly index: number;
      readonly command: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly hasInput: boolean;
    }
  /** For the program's standard input, in base64; without a chunk, its end. Answered when the program has taken it. */
  | { readonly ask: 'exec-input'; readonly exec: number; readonly chunk?: string }
  /** End the program and what it has started; answered when they are gone. */
  | { readonly ask: 'exec-kill'; readonly exec: number }
  /** The folder that the peer's programs run in: a string. */
  | { readonly ask: 'folder'; readonly index: number }
  /** The lines that are kept, oldest first: a string array. */
  | { readonly ask: 'logs'; readonly index: number; readonly tail?: number; readonly latestRun?: boolean }
  /** End the lab; answered when every peer is gone, just before the keeper goes as well. */
  | { readonly ask: 'down' };

/** What can be done to a peer: {@link RunningLab} says what each is. */
export type Operation =
  | { readonly do: 'kill'; readonly signal: NodeJS.Signals }
  | { readonly do: 'stop' | 'pause' | 'unpause' | 'start' };

/** A question with its id, which is unique on its connection. */
export type Asked = Question & { readonly id: number };

/** What the keeper tells. `run` counts the processes that a peer has had. */
export type Telling =
  | { readonly greeting: number; readonly name: string; readonly keeperPid: number }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: WireError }
  | { readonly id: number; readonly progress: Progress }
  | { readonly lines: readonly WireLine[]; readonly index: number; readonly run: number }
  | { readonly ended: ChannelEnd; readonly index: number; readonly run: number }
  /** What a program printed, in base64. */
  | { readonly exec: number; readonly stream: 1 | 2; readonly chunk: string }
  | { readonly exec: number; readonly ended: WireExecutionEnd }
  /** The last message to a controller that reads too slowly. */
  | { readonly cutOff: string };

/** One line of a peer: 1 for standard output, 2 for standard error, and the text. */
export type WireLine = readonly [stream: 1 | 2, text: string];

/** How a program ended; a failure is the connection's, and not told on it. */
export type WireExecutionEnd = Omit<ExecutionEnd, 'failure'>;

/** A LabError as a message. `ENDING`: the lab is being removed; ask again once it has ended. */
export interface WireError {
  readonly code: LabErrorCode | 'ENDING';
  readonly message: string;
  readonly advice?: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly definite: boolean;
}

/** The lab as its keeper knows it. */
export interface KeeperFacts {
  readonly name: string;
  readonly hash: string;
  readonly topology: string;
  readonly ephemeral: boolean;
  /** Who made it, as `user@host:pid`. */
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly network: NetworkFacts;
  readonly peers: readonly PeerFacts[];
}

/** What `up` answers. */
export interface UpAnswer {
  readonly facts: KeeperFacts;
  /** What this call started: the peer's index and the number of its run. */
  readonly started: readonly (readonly [index: number, run: number])[];
}

/** What starting a peer answers: the number of its run; undefined where it ran already. */
export interface StartAnswer {
  readonly run?: number;
}

/** What `attach` answers. Positions count the lines that the peer has printed in all of its runs. */
export interface AttachAnswer {
  readonly run: number;
  /** Where the run's first line stands. */
  readonly start: number;
  /** Where the next line will stand. */
  readonly position: number;
}
