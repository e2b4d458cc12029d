/** `--report KIND=FILE`: the reports of `lab test`, written where they are wanted. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { junitXml, markdownReport, type RunReport } from '@peerlab/scenario';
import { didYouMean } from '@peerlab/topology';
import { tellError, UsageError } from './exit.ts';

/** A report that is wanted. */
export interface ReportTarget {
  readonly kind: string;
  readonly file: string;
}

const WRITERS: Readonly<Record<string, (report: RunReport) => string>> = {
  junit: junitXml,
  json: report => `${JSON.stringify(report, undefined, 2)}\n`,
  markdown: markdownReport,
};

/** @throws {UsageError} unless it is KIND=FILE with a known kind */
export function readReportTargets(entries: readonly string[]): readonly ReportTarget[] {
  return entries.map(entry => {
    const [kind = '', ...rest] = entry.split('=');
    const file = rest.join('=');
    const kinds = Object.keys(WRITERS);
    if (file === '') throw new UsageError(`--report ${entry}: not KIND=FILE`, `such as ${kinds[0]}=report.xml`);
    if (kinds.includes(kind)) return { kind, file };
    throw new UsageError(
      `--report ${entry}: unknown kind of report "${kind}"`,
      didYouMean(kind, kinds) ?? kinds.join(', '),
    );
  });
}

/** Writes the reports; what cannot be written is told, and the others are written. @returns true when all were */
export function writeReports(report: RunReport, targets: readonly ReportTarget[]): boolean {
  let isWritten = true;
  for (const { kind, file } of targets) {
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, WRITERS[kind]?.(report) ?? '');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tellError(new UsageError(`cannot write the ${kind} report: ${why}`, 'the verdict above is still valid'));
      isWritten = false;
    }
  }
  return isWritten;
}
