/** What `lab doctor` reports about engines that the user names, and about the table in which a kernel keeps its neighbours. */
import { readFileSync } from 'node:fs';
import type { Diagnosis } from '@peerlab/driver';
import { engineLabel } from './engine-label.ts';
import { type Fleet, isSpanning } from './fleet.ts';
import { reportEngines } from './swarm/engine-report.ts';
import { judgeEngines } from './swarm/judge-engines.ts';

/** A row for each engine of several, with what is wrong with it. @throws {LabError} `ENGINE_REFUSED` */
export async function diagnoseFleet(fleet: Fleet): Promise<readonly Diagnosis[]> {
  if (!isSpanning(fleet)) return [];
  const report = await reportEngines(fleet.engines);
  const problems = judgeEngines(report);
  const answering = new Map(report.engines.map(engine => [engine.name, engine]));
  return fleet.engines.map(({ name }) => {
    const engine = answering.get(name);
    const [problem] = problems.filter(one => one.engine === name);
    const detail = [engine === undefined ? [] : engineLabel(engine), problem?.message ?? []].flat().join('; ');
    const advice = problem?.advice;
    return {
      what: `engine ${name}`,
      ok: problem === undefined,
      detail,
      ...(advice === undefined ? {} : { advice }),
    };
  });
}

/** Where the kernel says how many neighbours it keeps: for the whole machine, in its first network namespace alone. */
const NEIGHBOURS = '/proc/sys/net/ipv4/neigh/default/gc_thresh3';

/** The machine's own table; nothing where its engines are elsewhere, or it has no such table. */
export function diagnoseNeighbours({ engines }: Fleet, path: string = NEIGHBOURS): readonly Diagnosis[] {
  if (!engines.some(({ local }) => local)) return [];
  let most: number;
  try {
    most = Number(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
  // Each end of a link between two containers has the other one as its neighbour.
  const links = Math.floor(most / 2 / 100) * 100;
  const detail = `the kernel keeps ${most}: enough for about ${links} links between containers; more: sysctl -w net.ipv4.neigh.default.gc_thresh3=${8 * most}`;
  return [{ what: 'neighbours', ok: true, detail }];
}
