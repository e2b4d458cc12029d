/**
 * Processes whose starter is gone: a peer that is paused does not notice that its standard input has ended, and what a
 * start script has started may never look at it.
 */
import { fateOf, type OwnProcess, ownProcesses, readIdentity, STARTER_VARIABLE } from '@peerlab/driver';
import { KEEPER_VARIABLE } from './keeper-processes.ts';

/** A process without its starter. */
export interface Orphan extends OwnProcess {
  readonly lab: string;
  readonly peer: string;
}

/** The orphans of keepers with such sockets; undefined: of a program that was tried without a lab. */
export function findOrphans(isMeant: (socket: string | undefined) => boolean): readonly Orphan[] {
  const started = ownProcesses(environment => environment.has(STARTER_VARIABLE));
  return started.flatMap(one => {
    const { environment } = one;
    // Who cannot be asked may live.
    const isGone = fateOf(readIdentity(environment.get(STARTER_VARIABLE))) === 'gone';
    if (!isGone || !isMeant(environment.get(KEEPER_VARIABLE))) return [];
    return [{ ...one, lab: environment.get('PEERLAB_LAB') ?? '', peer: environment.get('PEERLAB_NAME') ?? '' }];
  });
}
