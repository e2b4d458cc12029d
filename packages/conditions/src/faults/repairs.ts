/** What mends single peers: one row each. Links come back with `heal`, or one by one with `link-up`. */

/** A repair of a peer. */
export interface Repair {
  /** What was wrong with the peer. */
  readonly mends: 'stopped' | 'paused' | 'isolated';
  /** What it does, in a clause. */
  readonly description: string;
  /** What was done, after the peer's name. */
  readonly done: string;
}

/** The verbs of repairs. */
export type RepairVerb = 'start' | 'unpause' | 'rejoin';

/** See {@link Repair}. */
export const REPAIRS: Readonly<Record<RepairVerb, Repair>> = {
  start: { mends: 'stopped', description: 'starts peers that do not run', done: 'started' },
  unpause: { mends: 'paused', description: 'resumes paused peers', done: 'unpaused' },
  rejoin: {
    mends: 'isolated',
    description: 'reconnects isolated peers to the network',
    done: 'reconnected to the network',
  },
};

/** See {@link RepairVerb}. */
export const REPAIR_VERBS: readonly RepairVerb[] = Object.keys(REPAIRS) as RepairVerb[];
