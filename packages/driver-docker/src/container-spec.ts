/** A peer's container, as the engine is asked for it: no rights, no way to change its root, bounded in every way. */
import { PEER_PORT } from '@peerlab/contract';
import { type LabPlan, type PeerNeeds, type PlannedPeer, peerEnvironment } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import { PEER_USER } from './image.ts';
import { type LabFacts, peerLabels } from './labels.ts';
import { containerName, volumeName } from './names.ts';
import type { DockerSettings } from './options.ts';

/** What a container is made from. */
export interface ContainerWish {
  readonly plan: Pick<LabPlan, 'name' | 'ephemeral'>;
  /** With its templates filled in. */
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
  const needs = peer.needs ?? {};
  const memoryBytes = memoryOf(needs, settings);
  const stop = peer.kind?.program?.stop;
  const environment = peerEnvironment(plan, peer, `${wish.address}:${PEER_PORT}`);
  return {
    name: containerName(plan.name, peer.name),
    Hostname: hostName(peer.name),
    Image: wish.image,
    User: userOf(needs),
    ...(stop === undefined ? {} : { StopSignal: stop }),
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
      ...rightsOf(needs),
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      PidsLimit: needs.pids ?? settings.pidsLimit,
      ...(needs.cpus === undefined ? {} : { NanoCpus: Math.round(needs.cpus * 1e9) }),
      ...foldersOf(plan.name, peer),
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      RestartPolicy: { Name: '' },
    },
    NetworkingConfig: {
      EndpointsConfig: { [wish.network]: { IPAMConfig: { IPv4Address: wish.address }, Aliases: [peer.name] } },
    },
  };
}

/** The memory limit of a peer's container, in bytes. */
export function memoryOf(needs: PeerNeeds, settings: Pick<DockerSettings, 'memoryBytes'>): number {
  return needs.memoryBytes ?? settings.memoryBytes;
}

/** Who a peer's program runs as. */
export function userOf({ user = PEER_USER }: PeerNeeds): string {
  return user;
}

function rightsOf({ capabilities, devices, sysctls }: PeerNeeds): Dockerode.HostConfig {
  return {
    ...(capabilities === undefined ? {} : { CapAdd: [...capabilities] }),
    ...(devices === undefined
      ? {}
      : {
          Devices: devices.map(path => ({ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rwm' })),
        }),
    ...(sysctls === undefined ? {} : { Sysctls: { ...sysctls } }),
  };
}

function foldersOf(lab: string, { name, needs = {} }: PlannedPeer): Dockerode.HostConfig {
  const { volumes = [], tmpfs = {} } = needs;
  const mounts = volumes.map((target, place): Dockerode.MountConfig[number] => ({
    Type: 'volume',
    Source: volumeName(lab, name, place),
    Target: target,
    // It was filled, and given to the peer's user, before: volumes.ts.
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
  }));
  const inMemory = Object.entries(tmpfs).map(([target, bytes]) => [target, `size=${bytes},mode=1777`]);
  return {
    ...(mounts.length === 0 ? {} : { Mounts: mounts }),
    ...(inMemory.length === 0 ? {} : { Tmpfs: Object.fromEntries(inMemory) }),
  };
}

/** A peer's name as a host name: at most 63 characters of RFC 1123, section 2.1. */
function hostName(name: string): string {
  return name.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 63);
}
