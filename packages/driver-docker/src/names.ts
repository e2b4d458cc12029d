/**
 * What the driver calls things in the engine. No two labs, and no two peers, may ever want the same name: lab `x` with the
 * peer `y-z` is not lab `x-y` with the peer `z`. Names of labs and peers have hyphens and no dots.
 */

/** The name of a lab's network. */
export function networkName(lab: string): string {
  return `peerlab-${lab}`;
}

/** The name of a peer's container. */
export function containerName(lab: string, peer: string): string {
  return `peerlab-${lab}.${peer}`;
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
