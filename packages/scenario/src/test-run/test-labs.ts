/** Several labs of `lab test`, side by side where they fit. */

import type { Driver } from '@peerlab/driver';
import { tallyOf } from '@peerlab/finding';
import { isLargeTopology, isProvenByFloods, type LargeTopology, type Topology } from '@peerlab/topology';
import { claimsOf, hasPassed, type LabReport, type RunReport } from '../report/run-report.ts';
import { blankReport } from './blank-report.ts';
import { type TestLabOptions, testLab } from './test-lab.ts';
import { type ProveLarge, testLarge } from './test-large.ts';

/** A lab to be tested. */
export interface LabToTest {
  /** As the user named it. */
  readonly file: string;
  readonly topology: Topology | LargeTopology;
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

/** Tests labs and reports each. All labs are removed when it returns. */
export async function testLabs(
  labs: readonly LabToTest[],
  driver: Driver,
  { parallel = 1, proveLarge, onLab, ...options }: TestLabsOptions = {},
): Promise<RunReport> {
  const startedAt = new Date();
  const startedAtMs = performance.now();
  const reports: LabReport[] = labs.map(({ file, topology }) => blankReport(file, topology, driver.name));
  const isLarge = (i: number): boolean => {
    const lab = labs[i];
    if (lab === undefined || isLargeTopology(lab.topology)) return lab !== undefined;
    return driver.isVirtual === true && proveLarge !== undefined && isProvenByFloods(lab.topology);
  };
  const waiting = labs.map((_, i) => i).filter(i => !isLarge(i));
  const large = labs.map((_, i) => i).filter(isLarge);
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
    if (report.error?.code === 'CANNOT_CARRY' && parallel > 1 && !isAlone && labs.length > 1 && !crowded.includes(i)) {
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
  await Promise.all([flood(), ...Array.from({ length: Math.min(parallel, labs.length) }, work)]);
  for (const i of [...crowded]) if (!options.signal?.aborted) await take(i);
  return {
    format: 2,
    driver: driver.name,
    startedAt: startedAt.toISOString(),
    timeMs: performance.now() - startedAtMs,
    passed: reports.every(hasPassed),
    claims: tallyOf(reports.flatMap(({ steps }) => claimsOf(steps))),
    labs: reports,
  };
}
