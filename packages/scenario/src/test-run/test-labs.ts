/** Several labs of `lab test`, side by side where they fit. */

import type { Driver } from '@peerlab/driver';
import { tallyOf } from '@peerlab/finding';
import { isLargeTopology, isProvenByFloods, type LargeTopology, type Topology } from '@peerlab/topology';
import { claimsOf, hasPassed, type LabReport, type RunReport } from '../report/run-report.ts';
import { blankReport, refusedReport, reportedError } from './blank-report.ts';
import { type TestLabOptions, testLab } from './test-lab.ts';
import { type ProveLarge, testLarge } from './test-large.ts';

/** A lab to be tested. */
export interface LabToTest {
  /** As the user named it. */
  readonly file: string;
  readonly topology: Topology | LargeTopology;
}

/** A file that was to be tested and cannot be: the report tells why. */
export interface RefusedFile {
  /** As the user named it. */
  readonly file: string;
  readonly error: unknown;
}

/** How labs are tested. */
export interface TestLabsOptions extends Omit<TestLabOptions, 'onStep'> {
  /**
   * The most labs that run at the same time.
   * @default 1: a lab has the machine for itself, and its times mean something
   */
  readonly parallel?: number | undefined;
  /**
   * Floods networks that need no whole peers, one at a time, beside the labs.
   * @default one that is not laid out is an error, any other has whole peers
   */
  readonly proveLarge?: ProveLarge | undefined;
  /** Called for each lab when it ends. */
  readonly onLab?: ((report: LabReport) => void) | undefined;
}

/** Tests labs and reports each; of files that cannot be tested it reports why. All labs are removed when it returns. */
export async function testLabs(
  given: readonly (LabToTest | RefusedFile)[],
  driver: Driver,
  { parallel = 1, proveLarge, onLab, ...options }: TestLabsOptions = {},
): Promise<RunReport> {
  const startedAt = new Date();
  const startedAtMs = performance.now();
  const labs = given.map(one => ('topology' in one ? one : undefined));
  const reports: LabReport[] = given.map(one =>
    'topology' in one
      ? blankReport(one.file, one.topology, driver.name)
      : refusedReport(one.file, one.error, driver.name),
  );
  for (const report of reports) if (report.outcome === 'error') onLab?.(report);
  const isLarge = (i: number): boolean => {
    const lab = labs[i];
    if (lab === undefined || isLargeTopology(lab.topology)) return lab !== undefined;
    return driver.isVirtual === true && proveLarge !== undefined && isProvenByFloods(lab.topology);
  };
  const readable = [...labs.keys()].filter(i => labs[i] !== undefined);
  const waiting = readable.filter(i => !isLarge(i));
  const large = readable.filter(isLarge);
  const crowded: number[] = [];
  let active = 0;
  const take = async (i: number): Promise<void> => {
    const lab = labs[i];
    if (lab === undefined || isLargeTopology(lab.topology)) return;
    active++;
    const isAlone = active === 1 && parallel > 1 && crowded.includes(i);
    const report = await testLab(lab.file, lab.topology, driver, options);
    active--;
    // Beside others there was no room for it: it is tried once more, alone.
    if (
      report.error?.code === 'CANNOT_CARRY' &&
      parallel > 1 &&
      !isAlone &&
      readable.length > 1 &&
      !crowded.includes(i)
    ) {
      crowded.push(i);
      return;
    }
    reports[i] = report;
    onLab?.(report);
  };
  const work = async (): Promise<void> => {
    for (let i = waiting.shift(); i !== undefined && !options.signal?.aborted; i = waiting.shift()) await take(i);
  };
  const flood = async (): Promise<void> => {
    for (let i = large.shift(); i !== undefined && !options.signal?.aborted; i = large.shift()) {
      const lab = labs[i];
      if (lab === undefined) continue;
      const report = await testLarge(lab.file, lab.topology, driver, { signal: options.signal, proveLarge });
      reports[i] = report;
      onLab?.(report);
    }
  };
  await Promise.all([flood(), ...Array.from({ length: Math.min(parallel, readable.length) }, work)]);
  for (const i of [...crowded]) if (!options.signal?.aborted) await take(i);
  return runReport(reports, driver.name, { startedAt, timeMs: performance.now() - startedAtMs });
}

/**
 * The report of a run that came to no lab.
 * @param error why no lab could be tried; a file that cannot be tested has its own reason
 */
export function reportWithoutLabs(
  given: readonly (LabToTest | RefusedFile)[],
  driver: Driver['name'],
  error?: unknown,
): RunReport {
  const reports = given.map(one =>
    'topology' in one
      ? { ...blankReport(one.file, one.topology, driver), outcome: 'error' as const, error: reportedError(error) }
      : refusedReport(one.file, one.error, driver),
  );
  return runReport(reports, driver, { startedAt: new Date(), timeMs: 0 });
}

function runReport(
  labs: readonly LabReport[],
  driver: Driver['name'],
  { startedAt, timeMs }: { readonly startedAt: Date; readonly timeMs: number },
): RunReport {
  return {
    format: 2,
    driver,
    startedAt: startedAt.toISOString(),
    timeMs,
    passed: labs.every(hasPassed),
    claims: tallyOf(labs.flatMap(({ steps }) => claimsOf(steps))),
    labs,
  };
}
