/** From a topology to the plan of a lab that a driver carries out. */
import { type Topology, topologyHash, topologyToJson } from '@peerlab/topology';
import { v5 } from 'uuid';
import type { LabPlan } from './driver.ts';
import { LabError } from './lab-error.ts';

/** The namespace of the ids that labs give their peers: a random UUID, fixed once. */
const NAMESPACE = '6f0b7a52-6d0e-4b6e-9a57-5b7ac3b0d6f1';

/** What a plan needs beside the topology. */
export interface PlanOptions {
  readonly ephemeral?: boolean | undefined;
  /** Programs to run as some of the peers, by peer name. */
  readonly programs?: Readonly<Record<string, readonly string[]>> | undefined;
}

/**
 * The plan of a lab. A peer's node id follows from the lab's and its own name, so it is the same on every driver and
 * after every restart.
 * @throws {LabError} `NO_SUCH_PEER` for a program of a peer that is not in the topology
 */
export function planOf(topology: Topology, options: PlanOptions = {}): LabPlan {
  const { name } = topology;
  const programs = options.programs ?? {};
  const unknown = Object.keys(programs).find(peer => topology.peers.every(spec => spec.name !== peer));
  if (unknown !== undefined) throw new LabError('NO_SUCH_PEER', `${name} has no peer ${unknown}`);
  return {
    name,
    hash: topologyHash(topology),
    topology: topologyToJson(topology),
    ephemeral: options.ephemeral ?? false,
    peers: topology.peers.map(({ name: peer, settings }, index) => ({
      index,
      name: peer,
      nodeId: v5(`${name}/${peer}`, NAMESPACE),
      env: settings.env ?? {},
      ...(programs[peer] === undefined ? {} : { program: programs[peer] }),
    })),
  };
}
