/**
 * What an engine has of labs that live no more. A lab lives as long as one of those who made its parts does; of a lab
 * that stays, it is enough that all of its parts are there.
 */
import type { Leftover } from '@peerlab/driver';
import { claims } from './claim.ts';
import { type CutMark, findMarks } from './cut-marks.ts';
import type { Engine } from './engine.ts';
import { askEach, type Fleet } from './fleet.ts';
import { LABEL, ownerFate, readIdentities } from './labels.ts';
import { removeContainer, removeNetwork } from './remove.ts';
import { type FoundContainer, type FoundNetwork, findContainersOf, findNetworksOf, peersIn } from './survey.ts';
import { type FoundVolume, findVolumes, removeVolume } from './volumes.ts';

/** A lab that lives no more. */
export interface DeadLab {
  readonly name: string;
  readonly ephemeral: boolean;
  /** In one clause. */
  readonly why: string;
  /** Why it may live after all, in one clause. */
  readonly doubt?: string;
  readonly containers: readonly FoundContainer[];
  readonly networks: readonly FoundNetwork[];
}

/**
 * The dead labs among what engines have. One whose owner cannot be asked from here comes with that doubt, and so does one that is
 * incomplete without engines that were not asked.
 * @param asked the names of the engines that answered
 */
export function deadLabs(
  containers: readonly FoundContainer[],
  networks: readonly FoundNetwork[],
  asked: readonly string[] = [],
): readonly DeadLab[] {
  const names = new Set([...containers, ...networks].map(({ facts }) => facts.lab));
  return [...names].sort().flatMap(name => {
    const own = containers.filter(({ facts }) => facts.lab === name);
    const nets = networks.filter(({ facts }) => facts.lab === name);
    const parts = [...own, ...nets].map(({ facts }) => facts);
    const fates = parts.map(ownerFate);
    if (fates.includes('alive')) return [];
    const ephemeral = parts.every(facts => facts.ephemeral);
    const owners = [...new Set(parts.map(({ owner }) => owner))].join(', ');
    const isSure = fates.every(fate => fate === 'gone');
    const why = ephemeral
      ? `throw-away lab ${isSure ? `whose owner ${owners} has ended` : `of ${owners}`}`
      : incomplete(own, nets, isSure ? `and its creator ${owners} has ended` : `created by ${owners}`);
    if (why === undefined) return [];
    const unasked = ephemeral
      ? []
      : [...new Set(parts.flatMap(({ engines = [] }) => engines))].filter(engine => !asked.includes(engine));
    const unseen = unasked.length === 0 ? undefined : `the rest of it may be on engine ${unasked.join(', ')}`;
    const reason = isSure ? unseen : CANNOT_BE_ASKED;
    const doubt = reason === undefined ? {} : { doubt: reason };
    return [{ name, ephemeral, why, ...doubt, containers: own, networks: nets }];
  });
}

/** In the words of one who looks for leftovers. */
const CANNOT_BE_ASKED = 'its owner may run in another container, on another machine, or ran before a restart';

/**
 * What belongs to no living lab, on those engines that answer.
 * @throws {LabError} `ENGINE_UNREACHABLE` where none does; `ENGINE_REFUSED`
 */
export async function findLeftovers(fleet: Fleet): Promise<readonly Leftover[]> {
  const marks = (await askEach(fleet, async engine => await findMarks(engine))).found;
  const [
    { found: containers, silent },
    { found: networks },
    { found: volumes },
    { found: helpers },
    { found: claimed },
  ] = await Promise.all([
    findContainersOf(fleet, {}),
    findNetworksOf(fleet, {}),
    askEach(fleet, async engine => await findVolumes(engine, {})),
    askEach(fleet, deadHelpers),
    askEach(fleet, deadClaims),
  ]);
  const asked = fleet.engines.filter(engine => silent.every(one => one.engine !== engine)).map(({ name }) => name);
  const dead = deadLabs(containers, networks, asked);
  const cuts = strayMarks(marks, [...containers, ...networks], dead).map(({ name, lab, doubt }): Leftover => {
    const leftover = { kind: 'volume' as const, id: name, name, lab, why: 'notes a cut in a lab that no longer runs' };
    return doubt === undefined ? leftover : { ...leftover, doubt };
  });
  const parts = dead.flatMap(({ name: lab, why, doubt, ...dead }) => [
    ...dead.containers.map(({ id, name }) => {
      return { kind: 'container' as const, id, name, lab, why, ...(doubt === undefined ? {} : { doubt }) };
    }),
    ...dead.networks.map(({ id, name }) => {
      return { kind: 'network' as const, id, name, lab, why, ...(doubt === undefined ? {} : { doubt }) };
    }),
  ]);
  const data = deadVolumes(volumes, containers, networks, asked).map(
    ({ name, facts: { lab, owner }, doubt }): Leftover => {
      const why = `holds data of ${lab}, a lab of ${owner} that is gone`;
      return { kind: 'volume', id: name, name, lab, why, ...(doubt === undefined ? {} : { doubt }) };
    },
  );
  return [...helpers, ...claimed, ...parts, ...cuts, ...data];
}

/**
 * The cuts that no living lab has. They were listed before the labs: a lab that comes up meanwhile has none.
 * @param parts what there is of labs
 */
export function strayMarks(
  marks: readonly CutMark[],
  parts: readonly Pick<FoundContainer | FoundNetwork, 'facts'>[],
  dead: readonly Pick<DeadLab, 'name' | 'doubt'>[],
): readonly (CutMark & { readonly doubt: string | undefined })[] {
  const there = new Set(parts.map(({ facts }) => facts.lab));
  const deadByName = new Map(dead.map(lab => [lab.name, lab]));
  return marks.flatMap(mark => {
    const lab = deadByName.get(mark.lab);
    return there.has(mark.lab) && lab === undefined ? [] : [{ ...mark, doubt: lab?.doubt }];
  });
}

/** Volumes of labs that live no more: they are removed after what uses them. */
export function deadVolumes(
  volumes: readonly FoundVolume[],
  containers: readonly FoundContainer[],
  networks: readonly FoundNetwork[],
  asked: readonly string[] = [],
): readonly (FoundVolume & { readonly doubt?: string })[] {
  const dead = new Map(deadLabs(containers, networks, asked).map(({ name, doubt }) => [name, doubt]));
  const living = new Set([...containers, ...networks].map(({ facts }) => facts.lab).filter(lab => !dead.has(lab)));
  return volumes.flatMap(volume => {
    const { lab } = volume.facts;
    const fate = ownerFate(volume.facts);
    // One that has just been made is of a lab that comes up.
    if (living.has(lab) || fate === 'alive') return [];
    const doubt = dead.has(lab) ? dead.get(lab) : fate === 'gone' ? undefined : CANNOT_BE_ASKED;
    return [doubt === undefined ? volume : { ...volume, doubt }];
  });
}

/** Claims of processes that were killed: the next `up` of that lab would take them over. */
async function deadClaims(engine: Engine): Promise<readonly Leftover[]> {
  return (await claims(engine)).flatMap(({ name, lab, owner, process }) => {
    const fate = ownerFate({ process });
    if (fate === 'alive') return [];
    const why = `claim of ${owner}${fate === 'gone' ? ', which has ended' : ''}`;
    const leftover = { kind: 'volume' as const, id: name, name, lab, why };
    return [fate === 'gone' ? leftover : { ...leftover, doubt: CANNOT_BE_ASKED }];
  });
}

/** Helpers that were never started: one that was goes by itself. */
async function deadHelpers(engine: Engine): Promise<readonly Leftover[]> {
  const listed = await engine.call('list the helpers', abortSignal =>
    engine.docker.listContainers({ all: true, filters: { label: [LABEL.helper], status: ['created'] }, abortSignal }),
  );
  return listed.flatMap(({ Id: id, Names: [name = ''], Labels }) => {
    const fate = ownerFate({ process: Labels[LABEL.process] ?? '' });
    if (fate === 'alive') return [];
    const whose = fate === 'gone' ? 'whose creator has ended' : `of ${Labels[LABEL.owner] ?? 'nobody'}`;
    const leftover = {
      kind: 'container' as const,
      id,
      name: name.slice(1),
      lab: '-',
      why: `helper container ${whose}`,
    };
    return [fate === 'gone' ? leftover : { ...leftover, doubt: CANNOT_BE_ASKED }];
  });
}

/** Removes one, from whichever engine has it. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function removeLeftover(fleet: Fleet, { kind, id }: Leftover): Promise<void> {
  if (kind === 'network') {
    const own = (await findNetworksOf(fleet, {})).found.find(network => network.id === id);
    if (own !== undefined) await removeNetwork(own.engine, id);
    return;
  }
  const remove = kind === 'container' ? removeContainer : removeVolume;
  await askEach(fleet, async engine => {
    await remove(engine, id);
    return [];
  });
}

/** Why a lab that stays cannot be one that somebody uses; undefined for one that can. */
function incomplete(
  containers: readonly FoundContainer[],
  networks: readonly FoundNetwork[],
  creator: string,
): string | undefined {
  const [network] = networks;
  if (network === undefined) return 'its network no longer exists';
  const planned = readIdentities(network.labels).length;
  const there = peersIn(containers.filter(({ state }) => state !== 'missing'));
  if (there >= planned) return undefined;
  return `incomplete: ${there} of ${planned} containers, ${creator}`;
}
