/** What cannot be had where peers share a container is refused before anything is made, with the reason. Pure. */
import type { LabPlan, PlannedPeer } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';

/** @throws {LabError} `CANNOT_CARRY` naming the first peer that cannot share a container */
export function requirePackable({ name, peers }: Pick<LabPlan, 'name' | 'peers'>): void {
  for (const peer of peers) {
    const why = whyNot(peer);
    if (why === undefined) continue;
    throw new LabError('CANNOT_CARRY', `${peer.name} of ${name} cannot share a container: ${why}`, {
      advice: 'leave out pack: and --pack, so that each peer has a container',
      details: { lab: name, peer: peer.name },
    });
  }
}

function whyNot({ kind, needs = {} }: PlannedPeer): string | undefined {
  const wanted = Object.entries(needs).flatMap(([need, value]) => (value === undefined ? [] : [need]));
  if (wanted.length > 0) return `it asks for its own ${wanted.join(', ')}`;
  if (kind === undefined) return undefined;
  if (kind.program !== undefined) return `its kind ${kind.name} is a program: with its own network and files`;
  const own = (['image', 'build', 'packages'] as const).find(key => kind[key] !== undefined);
  return own === undefined ? undefined : `its kind ${kind.name} has its own image (${own}:)`;
}
