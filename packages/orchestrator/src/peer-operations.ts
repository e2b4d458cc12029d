/** What is done to one peer of a running lab, and what the lab's channels and links need after it. */
import type { Topology } from '@peerlab/topology';
import type { RunningLab } from './driver.ts';
import type { Endpoints } from './endpoints.ts';
import { type Direction, direction, type LinkState } from './faults/link-state.ts';
import { LabError } from './lab-error.ts';
import { tellShapes } from './shaping.ts';
import { dialMissing, type WhyCut } from './wiring.ts';

/** A peer, and the lab around it. */
export interface OperatedPeer {
  readonly running: RunningLab;
  readonly topology: Topology;
  readonly endpoints: Endpoints;
  readonly links: LinkState;
  readonly whyCut: WhyCut;
  readonly index: number;
}

/** Ends a peer by a signal. */
export async function killPeer({ running, endpoints, index }: OperatedPeer, signal: NodeJS.Signals): Promise<void> {
  await running.kill(index, signal);
  await endpoints.ended(index);
  await endpoints.refresh();
}

/** Has a peer leave in good order. */
export async function stopPeer({ running, endpoints, index }: OperatedPeer): Promise<void> {
  await running.stop(index);
  await endpoints.ended(index);
  await endpoints.refresh();
}

/** Starts a peer, waits until it is ready, and dials its links. */
export async function startPeer({ running, topology, endpoints, links, whyCut, index }: OperatedPeer): Promise<void> {
  await running.start(index);
  await endpoints.refresh();
  await tellOwnShapes({ topology, endpoints, links, index }, key => links.wanted(key) !== undefined);
  await dialMissing(topology, endpoints.all, index, whyCut);
}

/** Has a peer leave, where it runs, and starts it again. */
export async function restartPeer(peer: OperatedPeer): Promise<void> {
  try {
    await stopPeer(peer);
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'PEER_FAILED') throw error;
  }
  await startPeer(peer);
}

/** Freezes a peer. */
export async function pausePeer({ running, endpoints, index }: OperatedPeer): Promise<void> {
  await running.pause(index);
  await endpoints.refresh();
}

/** Lets a peer go on, and waits until it answers. */
export async function unpausePeer({ running, topology, endpoints, links, index }: OperatedPeer): Promise<void> {
  await running.unpause(index);
  await endpoints.refresh();
  await endpoints.all[index]?.client.request({ command: 'info' });
  // What was set, or taken back, while it slept.
  await tellOwnShapes({ topology, endpoints, links, index }, () => true);
}

/** Takes a peer off the network. */
export async function isolatePeer({ running, endpoints, index }: OperatedPeer): Promise<void> {
  await running.isolate(index);
  await endpoints.refresh();
}

/** Brings a peer back onto the network. */
export async function rejoinPeer({ running, endpoints, index }: OperatedPeer): Promise<void> {
  await running.rejoin(index);
  await endpoints.refresh();
}

/** Tells a peer what is to hold on what it sends. */
async function tellOwnShapes(
  { topology, endpoints, links, index }: Omit<OperatedPeer, 'running' | 'whyCut'>,
  which: (key: Direction) => boolean,
): Promise<void> {
  const nodeIds = endpoints.facts.map(({ nodeId }) => nodeId);
  const outgoing = topology.links.flatMap(({ a, b }) =>
    a === index ? [direction(a, b)] : b === index ? [direction(b, a)] : [],
  );
  await tellShapes({ topology, links, endpoints: endpoints.all, nodeIds }, outgoing.filter(which));
}
