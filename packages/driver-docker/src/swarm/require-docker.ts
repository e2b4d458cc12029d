/** Several engines in one lab, or in one Swarm, are Docker's: Podman has no Swarm. */
import { LabError } from '@peerlab/driver';
import { dialectOf } from '../dialect.ts';
import type { Engine } from '../engine.ts';
import { askEach } from '../fleet.ts';

/** One that does not answer is not judged here. @throws {LabError} `CANNOT_CARRY` naming those that are Podman */
export async function requireDocker(engines: readonly Engine[]): Promise<void> {
  const { found } = await askEach({ engines }, async engine =>
    (await dialectOf(engine)).product === 'Podman' ? [engine.name] : [],
  );
  if (found.length === 0) return;
  const who = found.length === 1 ? `engine ${found[0]} is` : `engines ${found.join(', ')} are`;
  throw new LabError('CANNOT_CARRY', `${who} Podman, which has no Swarm: a lab cannot span it and others`, {
    advice: 'leave it out, or use it alone: a lab on several engines needs Docker on each',
    details: { podman: found },
  });
}
