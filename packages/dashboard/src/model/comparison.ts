/** A prediction against what happened. */
import type { Message } from './message.ts';

/** See the module's header. Places of peers. */
export interface Comparison {
  readonly right: readonly number[];
  /** Guessed, and not reached. */
  readonly tooMany: readonly number[];
  /** Reached, and not guessed. */
  readonly overlooked: readonly number[];
}

/** Compares who was guessed with who has the message. Its origin counts on neither side. */
export function compared(guessed: ReadonlySet<number>, { receptions, origin }: Message): Comparison {
  const reached = new Set(receptions.keys());
  reached.delete(origin);
  const picks = [...guessed].filter(peer => peer !== origin);
  return {
    right: picks.filter(peer => reached.has(peer)),
    tooMany: picks.filter(peer => !reached.has(peer)),
    overlooked: [...reached].filter(peer => !guessed.has(peer)),
  };
}

/** `4 of 6 right, 1 too many`; `6 of 6 right` where nothing else was picked. */
export function scoreText({ right, tooMany, overlooked }: Comparison): string {
  const score = `${right.length} of ${right.length + overlooked.length} right`;
  return tooMany.length === 0 ? score : `${score}, ${tooMany.length} too many`;
}
