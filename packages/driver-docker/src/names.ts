/**
 * What the driver calls things in the engine. No two labs, and no two peers, may ever want the same name: lab `x` with the
 * peer `y-z` is not lab `x-y` with the peer `z`. Names of labs and peers have hyphens and no dots.
 */

import { createHash } from 'node:crypto';

/** The longest name of a network that spans engines: a Swarm takes a label of DNS, of letters, digits, hyphens and underscores. */
const MAX_NETWORK_NAME = 63;

/** Hexadecimal digits that tell shortened names apart. */
const DIGEST_LENGTH = 16;

/** The name of a lab's network. A longer one than a Swarm takes is cut, and told apart by a digest: no lab has an underscore. */
export function networkName(lab: string): string {
  const whole = `peerlab-${lab}`;
  if (whole.length <= MAX_NETWORK_NAME) return whole;
  const digest = createHash('sha256').update(lab).digest('hex').slice(0, DIGEST_LENGTH);
  return `${whole.slice(0, MAX_NETWORK_NAME - DIGEST_LENGTH - 1)}_${digest}`;
}

/** The name of a peer's container. */
export function containerName(lab: string, peer: string): string {
  return `peerlab-${lab}.${peer}`;
}

/** The name of the container that publishes a lab's ports: gate.ts. */
export function gateName(lab: string): string {
  return `peerlab-${lab}.ports.gate`;
}

/** The name of the volume by which a lab is claimed. */
export function claimVolume(lab: string): string {
  return `peerlab-${lab}.claim`;
}

/** The name of a volume that notes a cut. @param cut unique */
export function cutVolume(lab: string, cut: string): string {
  return `peerlab-${lab}.cut-${cut}`;
}

/** The name of a peer's volume. @param place in the list of its volumes */
export function volumeName(lab: string, peer: string, place: number): string {
  return `peerlab-${lab}.${peer}.data-${place}`;
}

/** The command that removes a lab's remains by hand. */
export function removalAdvice(lab: string): string {
  const filter = `--filter label=dev.peerlab.lab=${lab}`;
  return (
    `when the engine answers again: lab down ${lab}, or docker rm -f $(docker ps -aq ${filter}) && ` +
    `docker network rm $(docker network ls -q ${filter})`
  );
}
