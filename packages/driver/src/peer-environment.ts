/** What the project's own peer is told at its start, as environment variables. */
import type { PeerEnvironment } from '@peerlab/contract';
import { labKeySeed } from '@peerlab/identity';
import type { LabPlan, PlannedPeer } from './plan.ts';

/** Builds the environment variables with which a driver starts the built-in peer: {@link PeerEnvironment}. */
export function peerEnvironment(
  plan: Pick<LabPlan, 'name' | 'ephemeral'>,
  peer: PlannedPeer,
  listen: string,
): PeerEnvironment & Record<string, string> {
  return {
    ...peer.env,
    PEERLAB_NAME: peer.name,
    PEERLAB_LAB: plan.name,
    PEERLAB_LISTEN: listen,
    PEERLAB_NODE_ID: peer.nodeId,
    PEERLAB_EPHEMERAL: plan.ephemeral ? '1' : '0',
    ...securityEnvironment(plan.name, peer),
  };
}

function securityEnvironment(
  lab: string,
  { name: peer, security }: PlannedPeer,
): Pick<PeerEnvironment, 'PEERLAB_SECURITY' | 'PEERLAB_KEY'> {
  if (security === undefined) return { PEERLAB_SECURITY: 'open' };
  const { setting, seed } = security;
  return {
    PEERLAB_SECURITY: setting,
    PEERLAB_KEY: Buffer.from(labKeySeed({ lab, peer, seed })).toString('hex'),
  };
}
