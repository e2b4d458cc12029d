/**
 * What is cut in a lab, as the engine keeps it: each cut is a volume without content, whose label names the ways. So every process
 * finds them, and a peer that is started again is cut again; two processes that cut at once do not know of each other.
 */
import type { Way } from '@peerlab/driver';
import { v4 as uuid } from 'uuid';
import { type Engine, tolerate } from './engine.ts';
import { cutLabels, LABEL, readCut } from './labels.ts';
import { cutVolume } from './names.ts';
import { removeVolume } from './volumes.ts';

/** A cut that is in force. */
export interface CutMark {
  /** The engine that has the volume. */
  readonly engine: Engine;
  /** Of the volume. */
  readonly name: string;
  readonly lab: string;
  readonly ways: readonly Way[];
}

/** Notes a cut. @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function markCut(engine: Engine, lab: string, ways: readonly Way[]): Promise<void> {
  const name = cutVolume(lab, uuid().slice(0, 8));
  await engine.call(`note what is cut in ${lab}`, () =>
    engine.docker.createVolume({ Name: name, Labels: { ...cutLabels(lab, ways) } }),
  );
}

/** The cuts of a lab, or of every lab. @throws {LabError} `ENGINE_UNREACHABLE` */
export async function findMarks(engine: Engine, lab?: string): Promise<readonly CutMark[]> {
  const label = [LABEL.cut, ...(lab === undefined ? [] : [`${LABEL.lab}=${lab}`])];
  // An engine without volumes has none.
  const listed = await tolerate(
    [403, 404, 405, 501],
    engine.call('list what is cut', () => engine.docker.listVolumes({ filters: { label } })),
  );
  return (listed?.Volumes ?? []).map(({ Name: name, Labels: labels }) => ({ engine, name, ...readCut(labels ?? {}) }));
}

/** Forgets a cut. */
export async function removeMark(engine: Engine, { name }: Pick<CutMark, 'name'>): Promise<void> {
  await removeVolume(engine, name);
}

/** Forgets every cut of a lab that is removed. @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function removeMarks(engine: Engine, lab: string): Promise<void> {
  for (const mark of await findMarks(engine, lab)) await removeMark(engine, mark);
}
