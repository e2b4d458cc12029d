/**
 * The faults: one row each, from which the command line, topology files, scenarios, the page, chaos and docs/FAULTS.md
 * derive. What a fault does to a lab is the other half: packages/lab/src/faults/effects.
 */
import type { ParameterName } from './parameters.ts';
import type { RepairVerb } from './repairs.ts';

/** A row. */
export interface FaultRow {
  /** `groups` of peers; `peers`; `links`: pairs of peers, or all links of peers. */
  readonly targets: 'groups' | 'peers' | 'links';
  /** What it may be told. */
  readonly options: readonly ParameterName[];
  /** The link settings that it puts on its targets: it needs at least one of them. */
  readonly settings: readonly ParameterName[];
  /** The capability that it needs of its peers, as they announce it, or of the driver; left out where every driver can. */
  readonly needs?: {
    readonly of: 'peer' | 'driver';
    readonly capability: string;
    /** The driver's capability that is used for peers that lack theirs. */
    readonly else?: string;
  };
  /** What undoes it, beside `heal`; `none`: it is over once it is done. */
  readonly undo: RepairVerb | 'heal' | 'none';
  /** True when chaos draws it unless told otherwise. */
  readonly isInChaos: boolean;
  /** What it does to its targets, in a clause that a sentence or a table can hold. */
  readonly description: string;
  /** What was done, before the targets: `killed n3`. */
  readonly done: string;
}

/** The rows. A list in them is a tuple of words, so that {@link Fault} follows from it. */
export const FAULTS = {
  partition: {
    targets: 'groups',
    options: ['oneWay'],
    settings: [],
    needs: { of: 'peer', capability: 'shape', else: 'cut' },
    undo: 'heal',
    isInChaos: true,
    description: 'cuts every link between groups; peers that are in no group form one more',
    done: 'partition:',
  },
  kill: {
    targets: 'peers',
    options: ['signal'],
    settings: [],
    undo: 'start',
    isInChaos: true,
    description: 'ends peers at once, without BYE',
    done: 'killed',
  },
  stop: {
    targets: 'peers',
    options: [],
    settings: [],
    undo: 'start',
    isInChaos: false,
    description: 'shuts peers down gracefully',
    done: 'stopped',
  },
  restart: {
    targets: 'peers',
    options: [],
    settings: [],
    undo: 'none',
    isInChaos: false,
    description: 'shuts peers down and starts them again; they keep name, address and node id',
    done: 'restarted',
  },
  pause: {
    targets: 'peers',
    options: [],
    settings: [],
    needs: { of: 'driver', capability: 'pause' },
    undo: 'unpause',
    isInChaos: true,
    description: 'freezes peers; their connections stay open until the neighbours time out, after at most 25 s',
    done: 'paused',
  },
  isolate: {
    targets: 'peers',
    options: [],
    settings: [],
    needs: { of: 'driver', capability: 'isolate' },
    undo: 'rejoin',
    isInChaos: true,
    description: 'disconnects peers from the network',
    done: 'disconnected from the network:',
  },
  'link-down': {
    targets: 'links',
    options: [],
    settings: [],
    needs: { of: 'peer', capability: 'shape', else: 'cut' },
    undo: 'heal',
    isInChaos: true,
    description: 'cuts links',
    done: 'cut',
  },
  slow: {
    targets: 'links',
    options: [],
    settings: ['latencyMs', 'jitterMs'],
    needs: { of: 'peer', capability: 'shape', else: 'shapeInterface' },
    undo: 'heal',
    isInChaos: true,
    description: 'delays frames in both directions',
    done: 'slow',
  },
  flaky: {
    targets: 'links',
    options: [],
    settings: ['lossRatio'],
    needs: { of: 'peer', capability: 'shape', else: 'shapeInterface' },
    undo: 'heal',
    isInChaos: true,
    description: 'loses transmissions',
    done: 'flaky',
  },
  rate: {
    targets: 'links',
    options: [],
    settings: ['bandwidthKbps'],
    needs: { of: 'peer', capability: 'shape', else: 'shapeInterface' },
    undo: 'heal',
    isInChaos: false,
    description: 'limits the bandwidth',
    done: 'rate',
  },
} as const;

/** The verbs of faults. */
export type FaultVerb = keyof typeof FAULTS;

/** The verbs whose faults hit targets of a kind. */
export type VerbOn<T extends FaultRow['targets']> = {
  [V in FaultVerb]: (typeof FAULTS)[V]['targets'] extends T ? V : never;
}[FaultVerb];

/** See {@link FaultVerb}; in the order of the table. */
export const FAULT_VERBS: readonly FaultVerb[] = Object.keys(FAULTS) as FaultVerb[];

const ROWS: Readonly<Record<FaultVerb, FaultRow>> = FAULTS;

/** The row of a verb. */
export function faultRow(verb: FaultVerb): FaultRow {
  return ROWS[verb];
}

/** True for a fault that stays until it is undone; false for one that is over once it is done. */
export function isLasting(verb: FaultVerb): boolean {
  return ROWS[verb].undo !== 'none';
}

/** The parameters of a verb: its settings, then its options. */
export function parametersOf(verb: FaultVerb): readonly ParameterName[] {
  const { settings, options } = ROWS[verb];
  return [...settings, ...options];
}

/** The verbs that take a parameter. */
export function verbsTaking(parameter: ParameterName): readonly FaultVerb[] {
  return FAULT_VERBS.filter(verb => parametersOf(verb).includes(parameter));
}

/** The verbs that hit peers, links or groups. */
export function verbsOn<T extends FaultRow['targets']>(targets: T): readonly VerbOn<T>[] {
  return FAULT_VERBS.filter((verb): verb is VerbOn<T> => ROWS[verb].targets === targets);
}
