/** Runs the commands of a kind's `program:` where the peer runs, with their templates filled in by what is known now. */
import { type CanExec, LabError, type PeerFacts, runToEnd } from '@peerlab/driver';
import {
  fillPattern,
  fillWords,
  type ProgramCommand,
  type TemplateFacts,
  type TemplatePeer,
  UnknownValueError,
} from '@peerlab/topology';
import { type CommandOutcome, failureText, linesOf } from './command-outcome.ts';
import type { FoundValues } from './found-values.ts';

/** What commands are run with. */
export interface CommandPorts {
  readonly exec: CanExec;
  readonly lab: string;
  /** The peer's place. */
  readonly index: number;
  readonly peers: () => readonly PeerFacts[];
  /** Those that it has a drawn link with. */
  readonly neighbours: readonly number[];
  /** The path of a peer's first volume, as the topology has it; undefined where it has none. */
  readonly volumeOf: (index: number) => string | undefined;
  readonly values: FoundValues;
  /** How long a command may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** The other peer of a command, and what it carries. */
export interface Subject {
  readonly to?: number | undefined;
  readonly message?: string | undefined;
}

/** A command that was run. */
export interface RunCommand extends CommandOutcome {
  /** The command's own condition holds: its status, and its pattern where it has one. */
  readonly isSuccess: boolean;
  /** It ended with the status of success, whatever it printed. */
  readonly isEnded: boolean;
  /** Why it is no success, in one clause. */
  readonly failure: string;
  /** What the pattern found, line by line; in one line as often as it matches there, as an answer in JSON may be one line. */
  readonly found: readonly Readonly<Record<string, string | undefined>>[];
}

/** Bytes of a command's output that are read. */
const MAX_BYTES = 4 * 1024 * 1024;

/** See the module's header. */
export class ProgramCommands {
  readonly #ports: CommandPorts;

  constructor(ports: CommandPorts) {
    this.#ports = ports;
  }

  /** The peer's own name. */
  get name(): string {
    const { peers, index } = this.#ports;
    return peers()[index]?.name ?? String(index);
  }

  /** A pattern of the kind, as it is for this peer. */
  pattern(text: string, subject: Subject = {}): RegExp {
    return fillPattern(text, this.#facts(subject));
  }

  /** A command line of the kind, as it is for this peer. */
  words(line: readonly string[], subject: Subject = {}): readonly string[] {
    return fillWords(line, this.#facts(subject));
  }

  /**
   * Runs a command to its end. One that fails is an outcome, not an error; so is one that nobody can run, or that takes too long.
   * @throws {LabError} where the peer does not run, or the engine is gone
   */
  async run(command: ProgramCommand, subject: Subject = {}, signal?: AbortSignal): Promise<RunCommand> {
    const { exec, index, timeoutMs } = this.#ports;
    let line: readonly string[] = command.run;
    try {
      line = this.words(command.run, subject);
      const execution = await exec.exec(index, line, signal === undefined ? {} : { signal });
      const run = await runToEnd(execution, { maxBytes: MAX_BYTES, timeoutMs });
      // What nobody saw is no outcome.
      if (run.failure !== undefined) throw run.failure;
      const { status, reason, stdout, stderr } = run;
      const outcome = { status, reason, stdout, stderr };
      return this.#judged(command, line, outcome, subject);
    } catch (error) {
      const why = whyNotRun(error);
      if (why === undefined) throw error;
      const outcome = { status: undefined, reason: why, stdout: '', stderr: '' };
      return { ...outcome, isSuccess: false, isEnded: false, failure: failureText(line, outcome), found: [] };
    }
  }

  #judged(
    { status = 0, match }: ProgramCommand,
    line: readonly string[],
    outcome: CommandOutcome,
    subject: Subject,
  ): RunCommand {
    const isEnded = status === 'any' ? outcome.status !== undefined : outcome.status === status;
    const pattern = match === undefined ? undefined : new RegExp(this.pattern(match, subject), 'gm');
    const found =
      pattern === undefined
        ? []
        : linesOf(`${outcome.stdout}\n${outcome.stderr}`).flatMap(text =>
            [...text.matchAll(pattern)].map(({ groups }) => ({ ...groups })),
          );
    const isMatched = pattern === undefined || found.length > 0;
    const failure = isEnded && !isMatched ? `no line matches ${match}` : failureText(line, outcome);
    return { ...outcome, isSuccess: isEnded && isMatched, isEnded, failure, found };
  }

  #facts({ to, message }: Subject): TemplateFacts {
    const { lab, index, peers, neighbours, volumeOf, values } = this.#ports;
    const all = peers().map(
      ({ index: place, name, nodeId, address, port, data }): TemplatePeer => ({
        name,
        index: place,
        nodeId,
        address,
        port,
        // Where a folder of this machine stands for the volume, programs see that one.
        data: data ?? volumeOf(place),
        values: values.of(place),
      }),
    );
    // A peer joins the one that it is told to join, under whichever name the command has for it.
    return { lab, peers: all, own: index, neighbours, first: to ?? 0, to, message };
  }
}

/** Why a command could not be run, where that is the command's own fault; undefined for everything else. */
function whyNotRun(error: unknown): string | undefined {
  if (error instanceof UnknownValueError) return `was not run: ${error.message}`;
  if (error instanceof LabError && error.code === 'PROGRAM_MISSING') return `was not run: ${error.message}`;
  return undefined;
}
