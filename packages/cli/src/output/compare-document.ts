/** The JSON document of `lab compare`: docs/CLI.md says the same. */

import type { LabMeasurement, VariantResult } from '@peerlab/compare';
import type { DriverName } from '@peerlab/driver';
import type { Verdict } from '@peerlab/finding';
import { type CheckDocument, checkDocument } from './documents.ts';

/** `lab compare`. */
export interface CompareDocument {
  readonly topology: string;
  readonly driver: DriverName;
  readonly variants: readonly {
    readonly title: string;
    /** Of every check in every run, together. */
    readonly verdict: Verdict;
    /** Those of the first run with that verdict. */
    readonly checks: readonly CheckDocument[];
    readonly runs: readonly MeasurementDocument[];
    readonly median: MeasurementDocument;
  }[];
}

/** One measurement, or the median of several; null where the peers or the driver do not tell. */
export interface MeasurementDocument {
  readonly framesPerBroadcast: number | null;
  readonly bytesPerBroadcast: number | null;
  readonly duplicatesPerBroadcast: number | null;
  /** Milliseconds from sending to the last delivery; null when not one broadcast reached everybody. */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
  readonly deliveriesPerSecond: number;
  /** Deliveries that the graph promises and that did not come in time; in the median, of all runs. */
  readonly missing: number;
  readonly twice: number;
  readonly memoryBytes: number | null;
  readonly cpuUsPerDelivery: number | null;
}

/** Makes the document. */
export function compareDocument(
  topology: string,
  driver: DriverName,
  results: readonly VariantResult[],
): CompareDocument {
  return {
    topology,
    driver,
    variants: results.map(({ title, verdict, checks, runs, median }) => ({
      title,
      verdict,
      checks: checks.map(checkDocument),
      runs: runs.map(measurementDocument),
      median: measurementDocument(median),
    })),
  };
}

function measurementDocument(found: LabMeasurement): MeasurementDocument {
  return {
    framesPerBroadcast: found.framesPerBroadcast ?? null,
    bytesPerBroadcast: found.bytesPerBroadcast ?? null,
    duplicatesPerBroadcast: found.duplicatesPerBroadcast ?? null,
    latencyMs: found.latencyMs ?? null,
    deliveriesPerSecond: found.deliveriesPerSecond,
    missing: found.missing,
    twice: found.twice,
    memoryBytes: found.memoryBytes ?? null,
    cpuUsPerDelivery: found.cpuUsPerDelivery ?? null,
  };
}
