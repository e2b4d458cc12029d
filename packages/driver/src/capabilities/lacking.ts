/** The answer of a lab that does not have a capability. */

/** See the module's header. */
export class Lacking {
  /** By which it is known, whichever copy of Peerlab in this process made it: a driver from a package may have its own. */
  readonly kind = 'lacking';
  /** Why, in one clause that can end a sentence: `local peers share the loopback interface of this machine`. */
  readonly reason: string;
  /** What to do instead. */
  readonly advice: string | undefined;

  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && Reflect.get(value, 'kind') === 'lacking';
  }

  constructor(reason: string, advice?: string) {
    this.reason = reason;
    this.advice = advice;
  }
}
