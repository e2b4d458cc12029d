/** What `lab test` tells GitHub Actions: annotations beside the files, and the job's summary. */
import { appendFileSync, existsSync, statSync } from 'node:fs';
import { githubAnnotations, markdownReport, type RunReport } from '@peerlab/scenario';
import { note } from './output/print.ts';
import { painted } from './output/style.ts';

/** GitHub takes no summary of a step that is longer: it shows none of it then. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

/** Less room than this for a summary is none. */
const LEAST_BYTES = 1000;

/** What GitHub sets for a step. */
export interface GithubEnvironment {
  readonly GITHUB_ACTIONS?: string | undefined;
  /** The repository's folder. */
  readonly GITHUB_WORKSPACE?: string | undefined;
  /** The text of earlier commands in it stays. */
  readonly GITHUB_STEP_SUMMARY?: string | undefined;
}

/** Does nothing elsewhere. Annotations go to standard error, which GitHub reads as well: standard output is the result's. */
export function tellGithub(report: RunReport, environment: GithubEnvironment): void {
  const { GITHUB_ACTIONS, GITHUB_WORKSPACE, GITHUB_STEP_SUMMARY: summary = '' } = environment;
  if (GITHUB_ACTIONS !== 'true') return;
  for (const line of githubAnnotations(report, GITHUB_WORKSPACE)) process.stderr.write(`${painted(line)}\n`);
  if (summary === '') return;
  try {
    const maxBytes = MAX_SUMMARY_BYTES - (existsSync(summary) ? statSync(summary).size : 0) - 1;
    if (maxBytes < LEAST_BYTES) note('no job summary: earlier commands of this step have filled it');
    else appendFileSync(summary, `${markdownReport(report, { maxBytes })}\n`);
  } catch (error) {
    note(`cannot write the job summary: ${error instanceof Error ? error.message : String(error)}`);
  }
}
