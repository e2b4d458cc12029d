/**
 * What an engine has of labs that live no more. A lab lives as long as one of those who made its parts does; of a lab
 * that stays, it is enough that all of its parts are there.
 */
import type { Leftover } from '@peerlab/driver';
import type { Engine } from './engine.ts';
import { LABEL, ownerIsGone, readIdentities } from './labels.ts';
import { containerName } from './names.ts';
import { removeContainer, removeNetwork } from './remove.ts';
import { type FoundContainer, type FoundNetwork, findContainers, findNetworks } from './survey.ts';

/** A lab that lives no more. */
export interface DeadLab {
  readonly name: string;
  readonly ephemeral: boolean;
  /** In one clause. */
  readonly why: string;
  readonly containers: readonly FoundContainer[];
  readonly networks: readonly FoundNetwork[];
}

/**
 * The dead labs among what an engine has. Those created from other machines cannot be recognised and are not included.
 */
export function deadLabs(containers: readonly FoundContainer[], networks: readonly FoundNetwork[]): readonly DeadLab[] {
  const names = new Set([...containers, ...networks].map(({ facts }) => facts.lab));
  return [...names].sort().flatMap(name => {
    const own = containers.filter(({ facts }) => facts.lab === name);
    const nets = networks.filter(({ facts }) => facts.lab === name);
    const parts = [...own, ...nets].map(({ facts }) => facts);
    if (!parts.every(({ owner, createdAtMs }) => ownerIsGone(owner, createdAtMs))) return [];
    const ephemeral = parts.every(facts => facts.ephemeral);
    const owners = [...new Set(parts.map(({ owner }) => owner))].join(', ');
    const why = ephemeral ? `throw-away lab whose owner ${owners} has ended` : incomplete(own, nets, owners);
    return why === undefined ? [] : [{ name, ephemeral, why, containers: own, networks: nets }];
  });
}

/** What belongs to no living lab. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function findLeftovers(engine: Engine): Promise<readonly Leftover[]> {
  const [containers, networks, helpers] = await Promise.all([
    findContainers(engine, {}),
    findNetworks(engine, {}),
    deadHelpers(engine),
  ]);
  const parts = deadLabs(containers, networks).flatMap(({ name: lab, why, ...dead }) => [
    ...dead.containers.map(({ id, peer }) => {
      return { kind: 'container' as const, id, name: containerName(lab, peer.name), lab, why };
    }),
    ...dead.networks.map(({ id, name }) => ({ kind: 'network' as const, id, name, lab, why })),
  ]);
  return [...helpers, ...parts];
}

/** Helpers that were never started: one that was goes by itself. */
async function deadHelpers(engine: Engine): Promise<readonly Leftover[]> {
  const listed = await engine.call('list the helpers', abortSignal =>
    engine.docker.listContainers({ all: true, filters: { label: [LABEL.helper], status: ['created'] }, abortSignal }),
  );
  return listed
    .filter(({ Labels }) => ownerIsGone(Labels[LABEL.owner] ?? '', Number(Labels[LABEL.created])))
    .map(({ Id: id, Names: [name = ''] }) => {
      return { kind: 'container', id, name: name.slice(1), lab: '-', why: 'helper container whose creator has ended' };
    });
}

/** Removes one. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function removeLeftover(engine: Engine, { kind, id }: Leftover): Promise<void> {
  if (kind === 'container') await removeContainer(engine, id);
  else await removeNetwork(engine, id);
}

/** Why a lab that stays cannot be one that somebody uses; undefined for one that can. */
function incomplete(
  containers: readonly FoundContainer[],
  networks: readonly FoundNetwork[],
  owners: string,
): string | undefined {
  const [network] = networks;
  if (network === undefined) return 'its network no longer exists';
  const planned = readIdentities(network.labels).length;
  const there = containers.filter(({ state }) => state !== 'missing').length;
  if (there >= planned) return undefined;
  return `incomplete: ${there} of ${planned} containers, and its creator ${owners} has ended`;
}
