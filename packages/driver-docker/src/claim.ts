/**
 * The claim of a lab's name on an engine, for the process that makes that lab: a volume without content, since an engine makes at most
 * one of a name, also for two that ask at once, and needs no image for it. Its labels say whose it is; that of a process that
 * is gone is taken over.
 */
import type { ClaimHolder, ClaimOptions } from '@peerlab/driver';
import { fateOf, readIdentity, waitForClaim } from '@peerlab/driver';
import { v4 as uuid } from 'uuid';
import { type Engine, refusedStatus, tolerate } from './engine.ts';
import { LABEL, type Labels, ownerLabels } from './labels.ts';
import { claimVolume } from './names.ts';

/** What an engine answers that has no volumes, or does not let its users have any. */
const NO_VOLUMES: readonly number[] = [403, 404, 405, 501];

/** A claim that is held. */
type Held = AsyncDisposable;

/**
 * Waits for the claim.
 * @throws {LabError} `NAME_TAKEN`, `ABORTED`, `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`
 */
export async function claimName(engine: Engine, lab: string, options: ClaimOptions): Promise<Held> {
  const run = uuid();
  return await waitForClaim(lab, options, async () => await take(engine, lab, claimVolume(lab), run));
}

/** Takes the volume of that name, or says who has it. */
async function take(engine: Engine, lab: string, name: string, run: string): Promise<Held | ClaimHolder> {
  const labels = await createVolume(engine, name, { [LABEL.claim]: lab, [LABEL.run]: run, ...ownerLabels() });
  if (labels === undefined) return { [Symbol.asyncDispose]: async () => undefined };
  if (labels[LABEL.run] === run)
    return { [Symbol.asyncDispose]: async () => await giveBack(engine, name, run).catch(() => undefined) };
  if (fateOf(readIdentity(labels[LABEL.process])) === 'gone') await takeOver(engine, lab, name, labels);
  return { owner: labels[LABEL.owner] };
}

/**
 * Removes the claim of a process that is gone. Only one of those who saw it gone may: the next one could remove the claim
 * that a third has taken meanwhile. Hence another claim, of the right to remove this one.
 */
async function takeOver(engine: Engine, lab: string, name: string, of: Labels): Promise<void> {
  const run = uuid();
  const right = `${name}.${of[LABEL.run] ?? ''}`;
  const labels = await createVolume(engine, right, { [LABEL.claim]: lab, [LABEL.run]: run, ...ownerLabels() });
  if (labels?.[LABEL.run] !== run) {
    const wasKilled = labels !== undefined && fateOf(readIdentity(labels[LABEL.process])) === 'gone';
    if (wasKilled) await giveBack(engine, right, labels[LABEL.run] ?? '');
    return;
  }
  await giveBack(engine, name, of[LABEL.run] ?? '');
  await giveBack(engine, right, run);
}

/** The labels of the volume of that name, which may have been there; undefined where the engine has no volumes. */
async function createVolume(engine: Engine, name: string, labels: Labels): Promise<Labels | undefined> {
  try {
    // The client's types leave the labels out of the answer, and the signal out of the request: the call bounds it.
    await engine.call(`claim ${name}`, () => engine.docker.createVolume({ Name: name, Labels: { ...labels } }));
  } catch (error) {
    if (NO_VOLUMES.includes(refusedStatus(error) ?? 0)) return undefined;
    // Some engines refuse a name that is in use.
    if (refusedStatus(error) !== 409 && !/already exists/.test(String(error))) throw error;
  }
  return (await labelsOf(engine, name)) ?? {};
}

/** Removes the volume, if that call made it. */
async function giveBack(engine: Engine, name: string, run: string): Promise<void> {
  if ((await labelsOf(engine, name))?.[LABEL.run] !== run) return;
  await tolerate(
    [404],
    engine.call(`give ${name} back`, () => engine.docker.getVolume(name).remove()),
  );
}

async function labelsOf(engine: Engine, name: string): Promise<Labels | undefined> {
  const inspected = await tolerate(
    [404],
    engine.call(`inspect ${name}`, () => engine.docker.getVolume(name).inspect()),
  );
  return inspected === undefined ? undefined : (inspected.Labels ?? {});
}

/** A claim that somebody holds, or held when it ended. */
export interface FoundClaim {
  /** Of the volume. */
  readonly name: string;
  readonly lab: string;
  readonly owner: string;
  readonly process: string;
}

/** Every claim of an engine. */
export async function claims(engine: Engine): Promise<readonly FoundClaim[]> {
  // The client's types leave the signal out: the call bounds it.
  const listed = await tolerate(
    NO_VOLUMES,
    engine.call('list the claims', () => engine.docker.listVolumes({ filters: { label: [LABEL.claim] } })),
  );
  return (listed?.Volumes ?? []).map(({ Name: name, Labels: labels }) => ({
    name,
    lab: labels?.[LABEL.claim] ?? '',
    owner: labels?.[LABEL.owner] ?? '',
    process: labels?.[LABEL.process] ?? '',
  }));
}

/** Removes the claim of a lab that is removed, if a killed process left it. Never throws: what stays is found by lab prune. */
export async function sweepClaim(engine: Engine, lab: string): Promise<void> {
  const name = claimVolume(lab);
  const labels = await labelsOf(engine, name).catch(() => undefined);
  if (labels === undefined || fateOf(readIdentity(labels[LABEL.process])) !== 'gone') return;
  await giveBack(engine, name, labels[LABEL.run] ?? '').catch(() => undefined);
}
