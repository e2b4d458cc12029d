/** A packed container, as the engine is asked for it: as a peer's (container-spec.ts), bounded for all of its peers together. */
import { LabError, type LabPlan } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import { type Engine, refusedStatus } from '../engine.ts';
import { PEER_USER } from '../image.ts';
import { LABEL, type LabFacts, labLabels } from '../labels.ts';
import { containerName } from '../names.ts';
import type { Block } from './pack-layout.ts';

const MEBIBYTE = 1024 ** 2;

/** What a container takes beside its peers, in bytes: the runtime, and room for traffic. */
const BASE_BYTES = 512 * MEBIBYTE;

/**
 * The limit for each of the project's peers inside, in bytes.
 * @default 2 MiB: twenty times what an idle one was measured to take; a runaway block is ended, not the machine
 */
export const PACKED_PEER_BYTES: number = 2 * MEBIBYTE;

/** Threads of a host, and of each program beside it. */
const HOST_THREADS = 64;
const PROGRAM_THREADS = 32;

/** What a packed container is made from. */
export interface BlockWish {
  readonly plan: Pick<LabPlan, 'name' | 'ephemeral'>;
  readonly facts: LabFacts;
  readonly block: Block;
  readonly image: string;
  /** For people: `n0 to n4`. */
  readonly names: string;
  readonly network: string;
  readonly address: string;
  /** Peers with their own process. */
  readonly programs: number;
  /** The limit for each of those, in bytes. */
  readonly programBytes: number;
  /** Threads that share the project's own peers. */
  readonly threads: number;
}

/** The name of a block's container; no peer has a dot in its name. */
export function blockName(lab: string, block: number): string {
  return containerName(lab, `block.${block}`);
}

/** The body of the request that creates the container. */
export function blockSpec(wish: BlockWish): Dockerode.ContainerCreateOptions {
  const { plan, facts, block, address, network, programs, threads } = wish;
  const own = block.peers.length - programs;
  const memoryBytes = BASE_BYTES + own * PACKED_PEER_BYTES + programs * wish.programBytes;
  const environment = {
    PEERLAB_PACK: '1',
    PEERLAB_PACK_THREADS: String(threads),
    PEERLAB_LAB: plan.name,
    PEERLAB_EPHEMERAL: plan.ephemeral ? '1' : '0',
  };
  return {
    name: blockName(plan.name, block.number),
    Hostname: `block-${block.number}`,
    Image: wish.image,
    User: PEER_USER,
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    Labels: {
      ...labLabels(facts),
      [LABEL.peer]: wish.names,
      [LABEL.index]: String(block.number),
      [LABEL.packed]: String(block.peers.length),
    },
    Tty: false,
    OpenStdin: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    StdinOnce: plan.ephemeral,
    HostConfig: {
      AutoRemove: plan.ephemeral,
      NetworkMode: network,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      PidsLimit: HOST_THREADS + 16 * threads + PROGRAM_THREADS * programs,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '2' } },
      RestartPolicy: { Name: '' },
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
  };
}

/** Creates it. @throws {LabError} `NAME_TAKEN` where something else has its name; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function createBlock(engine: Engine, wish: BlockWish): Promise<string> {
  const spec = blockSpec(wish);
  try {
    const { id } = await engine.call(`create the container ${spec.name}`, abortSignal =>
      engine.docker.createContainer({ ...spec, abortSignal }),
    );
    return id;
  } catch (error) {
    if (refusedStatus(error) !== 409) throw error;
    throw new LabError('NAME_TAKEN', `the container ${spec.name} already exists`, {
      advice: `remove it (docker rm -f ${spec.name}), or give the lab another name`,
      details: { container: spec.name },
      cause: error,
    });
  }
}
