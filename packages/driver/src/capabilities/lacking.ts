/** The answer of a lab that does not have a capability. */

/** See the module's header. */
export class Lacking {
  /** Why, in one clause that can end a sentence: `local peers share the loopback interface of this machine`. */
  readonly reason: string;
  /** What to do instead. */
  readonly advice: string | undefined;

  constructor(reason: string, advice?: string) {
    this.reason = reason;
    this.advice = advice;
  }
}
