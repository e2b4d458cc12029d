/** What is done to one peer of a running lab, and what the lab's channels and links need after it. */

import type { RunningLab } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { Topology } from '@peerlab/topology';
import { dialMissing, type WhyCut } from '../links/wiring.ts';
import type { Endpoints } from './endpoints.ts';

/** A peer, and the lab around it. */
export interface OperatedPeer {
  readonly running: RunningLab;
  readonly topology: Topology;
  readonly endpoints: Endpoints;
  readonly whyCut: WhyCut;
  readonly index: number;
  /** Does what brings the peer back, and tells it what is to hold on its links. */
  readonly bringBack: (bring: () => Promise<void>) => Promise<void>;
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
export async function startPeer(peer: OperatedPeer): Promise<void> {
  const { running, topology, endpoints, whyCut, index, bringBack } = peer;
  await bringBack(async () => {
    await running.start(index);
    await endpoints.refresh();
  });
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
export async function unpausePeer({ running, endpoints, index, bringBack }: OperatedPeer): Promise<void> {
  await bringBack(async () => {
    await running.unpause(index);
    await endpoints.refresh();
    await endpoints.all[index]?.client.request({ command: 'info' });
  });
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
