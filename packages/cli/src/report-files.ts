/** `--report KIND=FILE`: the reports of `lab test`, written where they are wanted. */
import { resolve } from 'node:path';
import { jsonText } from '@peerlab/finding';
import { junitXml, markdownReport, type RunReport } from '@peerlab/scenario';
import { didYouMean } from '@peerlab/topology';
import { tellError, UsageError } from './exit.ts';
import { type ForceArgs, requireNewFile, writeOutput } from './output-file.ts';

/** A report that is wanted. */
export interface ReportTarget {
  readonly kind: string;
  readonly file: string;
}

const WRITERS: ReadonlyMap<string, (report: RunReport) => string> = new Map(
  Object.entries({
    junit: junitXml,
    json: (report: RunReport) => `${jsonText(report, 2)}\n`,
    markdown: markdownReport,
  }),
);

/** @throws {UsageError} unless each is KIND=FILE with a known kind, and no two have the same file */
export function readReportTargets(entries: readonly string[], options: ForceArgs): readonly ReportTarget[] {
  const targets = entries.map(readTarget);
  for (const { file } of targets) requireNewFile(file, options);
  const twice = targets.find(({ file }, i) => targets.findIndex(other => resolve(other.file) === resolve(file)) < i);
  if (twice === undefined) return targets;
  throw new UsageError(`--report: two reports cannot have the same file, ${twice.file}`);
}

function readTarget(entry: string): ReportTarget {
  const [kind = '', ...rest] = entry.split('=');
  const file = rest.join('=');
  const kinds = [...WRITERS.keys()];
  if (file === '') throw new UsageError(`--report ${entry}: not KIND=FILE`, `such as ${kinds[0]}=report.xml`);
  if (kinds.includes(kind)) return { kind, file };
  throw new UsageError(
    `--report ${entry}: unknown kind of report "${kind}"`,
    didYouMean(kind, kinds) ?? kinds.join(', '),
  );
}

/** Writes the reports; what cannot be written is told, and the others are written. @returns true when all were */
export function writeReports(report: RunReport, targets: readonly ReportTarget[], options: ForceArgs): boolean {
  let isWritten = true;
  for (const { kind, file } of targets) {
    try {
      writeOutput(file, WRITERS.get(kind)?.(report) ?? '', options);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tellError(new UsageError(`no ${kind} report: ${why}`, 'the verdict above is still valid'), false);
      isWritten = false;
    }
  }
  return isWritten;
}
