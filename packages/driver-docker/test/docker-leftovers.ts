/** What an engine still has of a lab. */
import { connectEngine } from '../src/connect.ts';

/** Containers, in any state, networks and volumes of the lab, on the engine that the environment names. */
export async function dockerLeftovers(lab: string): Promise<readonly string[]> {
  const { docker } = connectEngine();
  const filters = { label: [`dev.peerlab.lab=${lab}`] };
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names, Status }) => `container ${Names[0]} (${Status})`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...(volumes ?? []).map(({ Name }) => `volume ${Name}`),
  ];
}
