/** A graph that cannot be made: no such generator, or values that it does not take. */

/** See the module's header. Nothing has been made when it is thrown. */
export class GeneratorError extends RangeError {
  override readonly name = 'GeneratorError';
  readonly code = 'BAD_SETTING';
  /** What to do about it. */
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}
