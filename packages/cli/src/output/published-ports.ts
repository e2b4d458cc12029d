/** Ports of peers that are reached from outside the lab. */
import { capabilityIfAny, type RunningLab } from '@peerlab/driver';
import type { InspectDocument } from './documents.ts';

type Published = InspectDocument['ports'][number];

/** Where they are reached; none on a driver that publishes none. */
export async function publishedPorts(running: RunningLab): Promise<readonly Published[]> {
  const published = await capabilityIfAny(running, 'ports')?.published();
  return (published ?? []).map(({ index, ...port }) => ({ peer: running.peers[index]?.name ?? '', ...port }));
}

/** `port 80/tcp at 127.0.0.1:49153`. */
export function publishedText({ port, protocol, hostAddress, hostPort }: Published): string {
  const host = hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress;
  return `port ${port}/${protocol} at ${host}:${hostPort}`;
}
