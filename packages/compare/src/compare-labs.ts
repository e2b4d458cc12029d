/** The same lab over several variants, in turns, so that what else the machine does hits all alike. */

import type { Driver } from '@peerlab/driver';
import { type Verdict, verdictOf } from '@peerlab/finding';
import type { CheckFinding } from '@peerlab/lab';
import { bringUp } from '@peerlab/lab';
import type { Topology } from '@peerlab/topology';
import { type LabMeasurement, measureLab } from './measure-lab.ts';
import { medianMeasurement } from './median-measurement.ts';
import type { Workload } from './workload.ts';

/** One of the things that are compared. */
export interface Variant {
  readonly title: string;
  readonly topology: Topology;
  /** Programs to run as some of the peers, by peer name. */
  readonly programs?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** What is known of a variant after its runs. */
export interface VariantResult {
  readonly title: string;
  /** Of every check in every run, together. */
  readonly verdict: Verdict;
  /** The checks of the first run with that verdict. */
  readonly checks: readonly CheckFinding[];
  readonly runs: readonly LabMeasurement[];
  /** The median of the runs, number by number. */
  readonly median: LabMeasurement;
}

/** How a comparison is made. */
export interface CompareOptions {
  /** Runs of each variant, at least 1. @default 3: a median that one bad run does not move */
  readonly runs?: number | undefined;
  readonly workload?: Partial<Workload> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told before each run. */
  readonly onRun?: ((run: { readonly title: string; readonly run: number; readonly of: number }) => void) | undefined;
}

const RUNS = 3;

/**
 * Brings each variant up as a throw-away lab of the name `name`, proves it, measures it, and takes it down, as often as
 * `runs` says. A variant that cannot be proven is still measured: its failure is part of the comparison.
 * @throws {LabError} what bringing a lab up throws; `ABORTED`. Nothing is left of the lab then.
 */
export async function compareLabs(
  name: string,
  variants: readonly Variant[],
  driver: Driver,
  { runs = RUNS, workload, signal, onRun }: CompareOptions = {},
): Promise<readonly VariantResult[]> {
  const all = variants.map(
    () => [] as { measured: LabMeasurement; checks: readonly CheckFinding[]; verdict: Verdict }[],
  );
  for (let run = 1; run <= runs; run++) {
    for (const [i, { title, topology, programs }] of variants.entries()) {
      onRun?.({ title, run, of: runs });
      const options = { ephemeral: true, programs, signal };
      const { lab, checks } = await bringUp({ ...topology, name }, driver, options);
      try {
        all[i]?.push({ measured: await measureLab(lab, { workload, signal }), checks, verdict: verdictOf(checks) });
      } finally {
        await lab.down();
      }
    }
  }
  return variants.map(({ title }, i) => {
    const results = all[i] ?? [];
    const measured = results.map(result => result.measured);
    const verdict = verdictOf(results);
    return {
      title,
      verdict,
      checks: results.find(one => one.verdict === verdict)?.checks ?? [],
      runs: measured,
      median: medianMeasurement(measured),
    };
  });
}
