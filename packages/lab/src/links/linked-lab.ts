/** A lab as those see it who look at its links, or make them. */
import type { AsksTogether, PeerClient } from '@peerlab/driver';
import type { Topology } from '@peerlab/topology';

/** Why a link between two places cannot be there now, in one clause; undefined where it can. */
export type WhyCut = (a: number, b: number) => string | undefined;

/** A peer with where it takes links; undefined where it does not run. */
export type Endpoint = { readonly client: PeerClient; readonly address: string; readonly port: number } | undefined;

/** What is known of the peers beside what they say themselves. */
export interface Presence {
  /** Why a peer is not there now, in a clause that follows its name: `is paused`; undefined where it is. */
  readonly absence: (place: number) => string | undefined;
  /**
   * Whose a node id is, also of a peer that does not run; undefined for a stranger's.
   * @param address where a neighbour has it, if that is known
   */
  readonly placeOf: (nodeId: string, address?: string) => number | undefined;
}

/** A lab whose links are looked at. */
export interface LinkedLab {
  readonly topology: Topology;
  /** In topology order. */
  readonly endpoints: readonly Endpoint[];
  readonly whyCut: WhyCut;
  readonly presence: Presence;
  /** Where many peers can be asked by one question. */
  readonly together?: AsksTogether | undefined;
}

/** A lab whose links are made. */
export interface DialledLab extends LinkedLab {
  /** Looks at the peers anew; gives them as they are then. */
  readonly lookAgain: () => Promise<readonly Endpoint[]>;
}
