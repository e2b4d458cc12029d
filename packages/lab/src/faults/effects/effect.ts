/** What an effect is: how one verb of the table of faults (packages/conditions) acts on a lab. */
import type { Fault } from '@peerlab/conditions';
import type { Lacking, ShapesInterface } from '@peerlab/driver';
import type { Topology } from '@peerlab/topology';
import type { LinkControl } from '../../links/link-control.ts';
import type { PeerLife } from '../../peers/peer-life.ts';
import type { AppliedFault, MeasuredLatency } from '../applied-fault.ts';
import type { LinkPlaces } from '../choose-targets.ts';

/** What effects act with. Peers are places in the topology. */
export interface EffectPorts {
  readonly topology: Topology;
  /** A peer's place. @throws {LabError} `NO_SUCH_PEER` */
  readonly placeOf: (name: string) => number;
  /** True when the peer runs and is not paused. */
  readonly isRunning: (peer: number) => boolean;
  readonly life: PeerLife;
  readonly links: Pick<LinkControl, 'put' | 'isForKernel' | 'withoutKernel'>;
  /** What a peer sends, shaped by the kernel; or why this lab cannot. */
  readonly kernel: ShapesInterface | Lacking;
  /** Pings some of these links; undefined where no peer can. */
  readonly measureLatency: (links: readonly LinkPlaces[]) => Promise<MeasuredLatency | undefined>;
}

/**
 * Does it, wholly or not at all.
 * @throws {LabError} `NO_SUCH_PEER`; `NOT_SUPPORTED` saying why, where these peers or this driver cannot
 */
export type Effect<F extends Pick<Fault, 'verb'>> = (ports: EffectPorts, fault: F) => Promise<AppliedFault>;
