/** A network of `lab test` that is too large for whole peers: its floods, judged as a whole. */

import type { Driver } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { CheckFinding } from '@peerlab/lab';
import { isLargeTopology, type LargeTopology, type Topology } from '@peerlab/topology';
import { type LabReport, toldSteps } from '../report/run-report.ts';
import { checkStep, checksFinding } from '../steps/check-steps.ts';
import { blankReport, reportedError } from './blank-report.ts';

/** Floods a large network; the simulation driver's `proveLarge` is one. */
export type ProveLarge = (
  topology: Topology | LargeTopology,
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<{
  readonly checks: readonly CheckFinding[];
  readonly passed: boolean;
  readonly isPartial: boolean;
  readonly traceHash: string;
}>;

/** See the module's header. What goes wrong is in the report, never thrown. */
export async function testLarge(
  file: string,
  topology: Topology | LargeTopology,
  driver: Driver,
  { signal, proveLarge }: { readonly signal?: AbortSignal | undefined; readonly proveLarge?: ProveLarge | undefined },
): Promise<LabReport> {
  const startedAtMs = performance.now();
  const blank = blankReport(file, topology, driver.name);
  const report = await prove();
  return { ...report, timeMs: performance.now() - startedAtMs };

  async function prove(): Promise<LabReport> {
    try {
      if (driver.isVirtual !== true || proveLarge === undefined) throw cannotCarry(topology, driver);
      const { checks, isPartial, traceHash } = await proveLarge(topology, { signal });
      // Its times are the machine's: nothing else passes.
      const finding = checksFinding(checks.map(check => checkStep(check, check.timeMs)));
      const timeMs = checks.reduce((sum, check) => sum + check.timeMs, 0);
      const place = { kind: 'checks', claim: 'checks', line: 0, path: '', atMs: 0, timeMs, wallMs: timeMs } as const;
      const told = toldSteps([{ ...finding, ...place }]);
      return { ...blank, ...told, ...(isPartial ? { outcome: 'interrupted' } : {}), traceHash };
    } catch (error) {
      return { ...blank, outcome: signal?.aborted === true ? 'interrupted' : 'error', error: reportedError(error) };
    }
  }
}

function cannotCarry(topology: Topology | LargeTopology, driver: Driver): LabError {
  const { name } = topology;
  const peerCount = isLargeTopology(topology) ? topology.peerCount : topology.peers.length;
  return new LabError('CANNOT_CARRY', `the ${peerCount} peers of ${name} cannot run on the driver ${driver.name}`, {
    advice: 'simulate the network in virtual time: --driver simulation',
    details: { lab: name, peers: peerCount },
  });
}
