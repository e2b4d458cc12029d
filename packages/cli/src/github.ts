/** What `lab test` tells GitHub Actions: annotations beside the files, and the job's summary. */
import { appendFileSync } from 'node:fs';
import { githubAnnotations, markdownReport, type RunReport } from '@peerlab/scenario';
import { note } from './output/print.ts';

/**
 * Annotations go to standard error, which GitHub reads as well: standard output is the result's.
 * @param summaryFile GITHUB_STEP_SUMMARY; the text of earlier commands in it stays
 */
export function tellGithub(report: RunReport, summaryFile: string | undefined): void {
  for (const line of githubAnnotations(report)) process.stderr.write(`${line}\n`);
  if (summaryFile === undefined || summaryFile === '') return;
  try {
    appendFileSync(summaryFile, `${markdownReport(report)}\n`);
  } catch (error) {
    note(`cannot write the job summary: ${error instanceof Error ? error.message : String(error)}`);
  }
}
