/** Faults of peers: one operation on each, lifted by the repair in the verb's row. */
import { type FaultOn, faultRow, valuesOf } from '@peerlab/conditions';
import { LabError } from '@peerlab/driver';
import type { PeerLife } from '../../peers/peer-life.ts';
import { chosenPeers } from '../choose-targets.ts';
import { cutLinks } from './cut-links.ts';
import type { Effect } from './effect.ts';
import { nameOf } from './fault-text.ts';

/** A fault of peers. */
export type PeerFault = FaultOn<'peers'>;

/** The effect that does `hit` to each peer, or to none. */
export function hitPeers<F extends PeerFault>(
  hit: (life: PeerLife, peer: number, fault: F) => Promise<void>,
): Effect<F> {
  return async ({ topology, placeOf, isRunning, life }, fault) => {
    const { done, undo } = faultRow(fault.verb);
    const peers = chosenPeers(fault, topology, placeOf, isRunning);
    const hitAlready: number[] = [];
    const revert = async (): Promise<void> => {
      if (undo === 'heal' || undo === 'none') return;
      for (const peer of hitAlready.splice(0).reverse()) await life[undo](peer);
    };
    try {
      for (const peer of peers) {
        await hit(life, peer, fault);
        hitAlready.push(peer);
      }
    } catch (error) {
      await revert().catch(() => undefined);
      throw error;
    }
    const names = peers.map(peer => nameOf(topology, peer));
    const { signal } = valuesOf(fault);
    const text = `${done} ${names.join(' ')}${signal === undefined ? '' : ` by ${signal}`}`;
    return { fault, text, peers: names, links: [], notes: life.takeRenewed(), revert };
  };
}

const offNetwork = hitPeers(async (life, peer) => await life.isolate(peer));

/** Takes peers off the network; where the driver cannot, cuts all their links. */
export const isolatePeers: Effect<PeerFault> = async (ports, fault) => {
  try {
    return await offNetwork(ports, fault);
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'NOT_SUPPORTED') throw error;
    const { topology, placeOf, isRunning } = ports;
    const peers = chosenPeers(fault, topology, placeOf, isRunning).map(peer => nameOf(topology, peer));
    const cut = await cutLinks(ports, { verb: 'link-down', peers });
    const { length } = cut.links;
    const text = `${fault.verb} ${peers.join(' ')}: ${length} link${length === 1 ? '' : 's'} cut`;
    return {
      ...cut,
      fault,
      text,
      notes: [`${error.message}: all links of these peers were cut instead`, ...cut.notes],
    };
  }
};
