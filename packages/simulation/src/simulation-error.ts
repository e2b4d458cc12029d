/** The one error class of the simulation: something asked for cannot be simulated. A broken invariant is a plain Error. */

/**
 * - `BAD_SETTING`: a setting is outside its range; the message names it;
 * - `CANNOT_FIT`: the run needs more memory than there is.
 */
export type SimulationErrorCode = 'BAD_SETTING' | 'CANNOT_FIT';

/** See the module's header. Nothing has been run when it is thrown. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  readonly code: SimulationErrorCode;
  /** What to do about it, in one sentence. */
  readonly advice: string;

  constructor(code: SimulationErrorCode, message: string, advice: string) {
    super(message);
    this.code = code;
    this.advice = advice;
  }
}
