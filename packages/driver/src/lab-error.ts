/** The one error class of the lab. Only the command line turns its code into an exit status and advice. */

/**
 * What went wrong.
 * - `ENGINE_UNREACHABLE`: no engine answers, or it stopped answering;
 * - `ENGINE_REFUSED`: the engine answered a request with an error;
 * - `CANNOT_CARRY`: the preflight refused the lab: too many peers, no free subnet, not enough memory;
 * - `NAME_TAKEN`: the name belongs to a lab with another topology, or to something that is no lab;
 * - `NO_SUCH_LAB`, `NO_SUCH_PEER`: nothing of that name;
 * - `PEER_FAILED`: a peer ended, or never became ready;
 * - `PROGRAM_MISSING`: where a peer runs there is no such program, or it cannot be run;
 * - `PEER_REFUSED`: a peer answered a command with an error;
 * - `PEER_SILENT`: a peer did not answer a command within its bound;
 * - `CONTRACT_BROKEN`: a peer answered in a way that the contract does not allow;
 * - `NOT_SETTLED`: the lab did not come to rest within its bound;
 * - `LINKS_MISSING`: links could not be made;
 * - `NOT_SUPPORTED`: this driver, or these peers, cannot do that;
 * - `ABORTED`: the caller gave up.
 */
export type LabErrorCode =
  | 'ENGINE_UNREACHABLE'
  | 'ENGINE_REFUSED'
  | 'CANNOT_CARRY'
  | 'NAME_TAKEN'
  | 'NO_SUCH_LAB'
  | 'NO_SUCH_PEER'
  | 'PEER_FAILED'
  | 'PROGRAM_MISSING'
  | 'PEER_REFUSED'
  | 'PEER_SILENT'
  | 'CONTRACT_BROKEN'
  | 'NOT_SETTLED'
  | 'LINKS_MISSING'
  | 'NOT_SUPPORTED'
  | 'ABORTED';

/** What a {@link LabError} is made from, beside its code and message. */
export interface LabErrorOptions {
  /** What to do about it, in one sentence. */
  readonly advice?: string;
  /** Facts for a program: names, numbers, the peer's last log lines. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /**
   * True when it is certain that the effect did not happen; false when it may have.
   * @default true
   */
  readonly definite?: boolean;
}

/** Something that the lab was asked for could not be done. A broken invariant is a plain `Error`: a defect. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;
  readonly advice: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly definite: boolean;

  /** Also of another copy of Peerlab in this process: that of a driver from a package, beside a `lab` that is installed elsewhere. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'LabError';
  }

  constructor(code: LabErrorCode, message: string, options: LabErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.advice = options.advice;
    this.details = options.details ?? {};
    this.definite = options.definite ?? true;
  }
}
