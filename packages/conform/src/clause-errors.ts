/** The errors by which the trial of a clause says that the promise is broken, not made, or cannot be tried here. */

/** A promise that is not kept; the message says what was seen. */
export class ClauseBroken extends Error {
  override readonly name = 'ClauseBroken';
}

/** A part of the contract that a peer may leave out, and does; the message says what the lab then cannot show. */
export class ClauseLeftOut extends Error {
  override readonly name = 'ClauseLeftOut';
}

/** A clause that cannot be tried on this driver. */
export class ClauseNotTried extends Error {
  override readonly name = 'ClauseNotTried';
}

/** @throws {ClauseBroken} where the condition does not hold */
export function hold(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new ClauseBroken(otherwise);
}

/** How a peer ended, as the end of a sentence that begins with "it". */
export function inWords(reason: string): string {
  return reason.startsWith('killed') ? `was ${reason}` : reason;
}
