/** A program that knows nothing of labs, as a topology file describes it: what is run, and which of its lines mean what. */

/**
 * A command line, word by word. Each word is a template: templates.ts takes it apart, `fillWords` fills it in.
 */
export type CommandLine = readonly string[];

/** A command that the lab runs to its end. */
export interface ProgramCommand {
  readonly run: CommandLine;
  /** The exit status of success. @default 0 */
  readonly status?: number | 'any' | undefined;
  /** A pattern (a template, then a regular expression) that a line of what it prints matches. */
  readonly match?: string | undefined;
}

/** How a program tells that it is ready; it counts from its start. */
export type ProgramReadiness =
  /** A line that it prints. A pattern. */
  | { readonly log: string }
  /** A TCP port that takes connections at its address. A template. */
  | { readonly port: string }
  /** A command that succeeds. */
  | { readonly command: ProgramCommand };

/**
 * A program. Patterns are templates first, then regular expressions for one line; their named groups say what they find:
 * `peer` (name, address or id), `message` (what the lab sent), `key` (the program's own name of a message), `value`.
 */
export interface ProgramSpec {
  /** What stays running: the peer itself. */
  readonly run: CommandLine;
  /** Left out: as soon as it runs. */
  readonly ready?: ProgramReadiness | undefined;
  /** Names `{to.…}`: for each drawn link, by the peer that dials. Else once, at each peer but the first. */
  readonly join?: ProgramCommand | undefined;
  /** Prints its neighbours; `match` has the group `peer`. */
  readonly members?: ProgramCommand | undefined;
  /** Names `{message}`, unless the program names its messages itself. */
  readonly broadcast?: ProgramCommand | undefined;
  /** A direct message: names `{to.…}`, and `{message}` as `broadcast` does. */
  readonly send?: ProgramCommand | undefined;
  /** A line that says that a message has arrived: the group `message`, or `key`. */
  readonly received?: string | undefined;
  /** Stays running beside `run`; its lines are heard as well. */
  readonly listen?: CommandLine | undefined;
  /** Asked by each peer of each other one: names `{to.…}`. */
  readonly probe?: ProgramCommand | undefined;
  /** What `broadcast` and `send` print of the message's own name: the group `key`. */
  readonly key?: string | undefined;
  /** The signal that ends it. @default SIGTERM */
  readonly stop?: NodeJS.Signals | undefined;
}

/** A command that succeeds once at each of its peers, when all peers are ready and before links are made. */
export interface SetupStep extends ProgramCommand {
  /** The peers at which it runs, by name. */
  readonly on: readonly string[];
  /** How long it may fail before the step has failed, in milliseconds. Left out: it runs once. */
  readonly withinMs?: number | undefined;
}
