/** The topology of a lab that runs: the lab itself carries it. */
import type { RunningLab } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { type Topology, topologyFromJson } from '@peerlab/topology';

/**
 * Reads it.
 * @throws {LabError} `PEER_FAILED` where it is gone, as with a network that somebody removed, or damaged
 */
export function topologyOf({ name, topology }: Pick<RunningLab, 'name' | 'topology'>): Topology {
  if (topology === '') throw incomplete(name, 'its network, which holds its topology, no longer exists');
  try {
    return topologyFromJson(topology);
  } catch (cause) {
    throw incomplete(name, 'its topology cannot be read', cause);
  }
}

function incomplete(lab: string, why: string, cause?: unknown): LabError {
  return new LabError('PEER_FAILED', `the lab ${lab} is incomplete: ${why}`, {
    advice: `lab up with its file repairs it; lab down ${lab} removes what is left`,
    details: { lab },
    ...(cause === undefined ? {} : { cause }),
  });
}
