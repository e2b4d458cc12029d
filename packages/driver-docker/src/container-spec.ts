/** A peer's container, as the engine is asked for it: no rights, no way to change its root, bounded in every way. */
import { PEER_PORT } from '@peerlab/contract';
import { type LabPlan, type PlannedPeer, peerEnvironment } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import { PEER_USER } from './image.ts';
import { type LabFacts, peerLabels } from './labels.ts';
import { containerName } from './names.ts';
import type { DockerSettings } from './options.ts';

/** What a container is made from. */
export interface ContainerWish {
  readonly plan: LabPlan;
  readonly peer: PlannedPeer;
  readonly facts: LabFacts;
  readonly settings: DockerSettings;
  readonly network: string;
  readonly address: string;
  readonly image: string;
  /** In place of the image's own entry point. */
  readonly entrypoint: readonly string[] | undefined;
}

/** The body of the request that creates the container. */
export function containerSpec(wish: ContainerWish): Dockerode.ContainerCreateOptions {
  const { plan, peer, settings } = wish;
  const environment = peerEnvironment(plan, peer, `${wish.address}:${PEER_PORT}`);
  return {
    name: containerName(plan.name, peer.name),
    Hostname: hostName(peer.name),
    Image: wish.image,
    User: peer.kind?.user ?? PEER_USER,
    ...(wish.entrypoint === undefined ? {} : { Entrypoint: [...wish.entrypoint], Cmd: [] }),
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    Labels: { ...peerLabels(wish.facts, peer) },
    Tty: false,
    OpenStdin: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    // The control stream of a throw-away lab ends with its owner, and with the stream the peer.
    StdinOnce: plan.ephemeral,
    HostConfig: {
      AutoRemove: plan.ephemeral,
      NetworkMode: wish.network,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: settings.memoryBytes,
      MemorySwap: settings.memoryBytes,
      PidsLimit: settings.pidsLimit,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      RestartPolicy: { Name: '' },
    },
    NetworkingConfig: {
      EndpointsConfig: { [wish.network]: { IPAMConfig: { IPv4Address: wish.address }, Aliases: [peer.name] } },
    },
  };
}

/** A peer's name as a host name: at most 63 characters of RFC 1123, section 2.1. */
function hostName(name: string): string {
  return name.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 63);
}
