/** A setting of a link that is outside its range. */
export class LinkSettingError extends Error {
  override readonly name = 'LinkSettingError';
  readonly code = 'BAD_SETTING';
  /** What to do about it, in one sentence. */
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}
