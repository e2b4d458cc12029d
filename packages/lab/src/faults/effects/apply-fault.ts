/** The effect of each verb of the table of faults (packages/conditions), and nothing else to look up on the way. */
import type { Fault, FaultOf, FaultVerb } from '@peerlab/conditions';
import type { AppliedFault } from '../applied-fault.ts';
import { cutLinks } from './cut-links.ts';
import type { Effect, EffectPorts } from './effect.ts';
import { hitPeers, isolatePeers } from './hit-peers.ts';
import { partition } from './partition.ts';
import { shapeLinks } from './shape-links.ts';

const EFFECTS: { readonly [V in FaultVerb]: Effect<FaultOf<V>> } = {
  partition,
  kill: hitPeers(async (life, peer, { signal }) => await life.kill(peer, signal as NodeJS.Signals | undefined)),
  stop: hitPeers(async (life, peer) => await life.stop(peer)),
  restart: hitPeers(async (life, peer) => await life.restart(peer)),
  pause: hitPeers(async (life, peer) => await life.pause(peer)),
  isolate: isolatePeers,
  'link-down': cutLinks,
  slow: shapeLinks,
  flaky: shapeLinks,
  rate: shapeLinks,
};

/** Applies one fault, wholly or not at all. @throws {LabError} as {@link Effect} */
export async function applyFault(fault: Fault, ports: EffectPorts): Promise<AppliedFault> {
  // The verb chooses the matching effect: TypeScript cannot follow that through the union.
  const effect = EFFECTS[fault.verb] as Effect<Fault>;
  return await effect(ports, fault);
}
