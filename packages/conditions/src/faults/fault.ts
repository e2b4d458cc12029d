/** A fault as it is asked for: a union with one member for each row of fault-table.ts. */
import type { FAULTS, FaultRow, FaultVerb, VerbOn } from './fault-table.ts';
import type { ParameterValues } from './parameters.ts';

/** A link, by the names of the peers at its ends. */
export type LinkEnds = readonly [string, string];

/** The groups of a partition; the peers that are in none form one more. */
export interface GroupTargets {
  readonly groups: readonly (readonly string[])[];
}

/** Peers by name, or drawn. */
export interface PeerTargets {
  readonly peers?: readonly string[] | undefined;
  /** So many of them, drawn by the seed; where none are named, of all. */
  readonly random?: number | undefined;
  /** @default the topology's */
  readonly seed?: number | undefined;
}

/** Links by their ends, all links of the peers, or some of these drawn. */
export interface LinkTargets extends PeerTargets {
  readonly links?: readonly LinkEnds[] | undefined;
}

/** What the verbs of a kind hit. */
export interface TargetsOfKind {
  readonly groups: GroupTargets;
  readonly peers: PeerTargets;
  readonly links: LinkTargets;
}

/** The fault of one verb. */
export type FaultOf<V extends FaultVerb> = { readonly verb: V } & TargetsOfKind[(typeof FAULTS)[V]['targets']] &
  Pick<ParameterValues, (typeof FAULTS)[V]['options'][number] | (typeof FAULTS)[V]['settings'][number]>;

/** See the module's header. */
export type Fault = { readonly [V in FaultVerb]: FaultOf<V> }[FaultVerb];

/** A fault whose targets are of a kind. */
export type FaultOn<T extends FaultRow['targets']> = Fault & { readonly verb: VerbOn<T> };

/** What a fault names, whatever its kind. */
export function targetsOf(fault: Fault): Partial<GroupTargets> & LinkTargets {
  return fault;
}

/** The parameters of a fault, besides its targets. */
export function valuesOf(fault: Fault): Pick<Fault, 'verb'> & ParameterValues {
  return fault;
}
