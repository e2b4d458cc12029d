/** A run of `lab test` as JUnit XML: a suite for each lab, a case for each claim. junit-document.ts writes it. */
import { isAbsolute, relative } from 'node:path';
import { isIncomplete } from '@peerlab/lab';
import type { StepFinding } from '../steps/step-finding.ts';
import { stepLines } from './failure-text.ts';
import { type JunitCase, type JunitResult, type JunitSuite, junitDocument } from './junit-document.ts';
import { claimsOf, type LabReport, type RunReport } from './run-report.ts';

/** The document, with its declaration. */
export function junitXml({ labs, timeMs }: RunReport): string {
  const classNames = classNamesOf(labs.map(({ file }) => file));
  return junitDocument(
    labs.map((lab, i) => suiteOf(lab, classNames[i] ?? lab.name)),
    timeMs,
  );
}

/**
 * A class name for each file: `topologies/ring-20.yaml` is the class `ring-20` of the package `peerlab.topologies`. Only the dots
 * between folders stay, for readers split at them. A file that would have the name of another gets a number.
 */
export function classNamesOf(files: readonly string[]): string[] {
  const times = new Map<string, number>();
  return files.map(file => {
    const near = isAbsolute(file) ? relative(process.cwd(), file) : file;
    const words = near
      .replace(/\.(ya?ml|json)$/i, '')
      .split(/[\\/]+/)
      .filter(word => !/^\.*$/.test(word));
    const name = ['peerlab', ...words.map(word => word.replaceAll('.', '_'))].join('.');
    const count = (times.get(name) ?? 0) + 1;
    times.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  });
}

function suiteOf(lab: LabReport, classname: string): JunitSuite {
  const cases = claimsOf(lab.steps).map((step): JunitCase => {
    const title = step.check === undefined ? step.claim : `${step.check}: ${step.claim}`;
    const name = [step.path, title].join(' ').trim();
    return { name, classname, timeMs: step.wallMs, result: resultOf(lab, step) };
  });
  const properties = {
    lab: lab.name,
    driver: lab.driver,
    seed: String(lab.seed),
    replay: lab.replay,
    ...(lab.artifacts === undefined ? {} : { artifacts: lab.artifacts }),
    ...(lab.replayPage === undefined ? {} : { 'replay-page': lab.replayPage }),
  };
  const own = wholeCase(lab, classname, cases.length);
  return {
    name: lab.file,
    file: lab.file,
    timeMs: lab.timeMs,
    properties,
    // GitLab, and Jenkins with its plugin for attachments, make a link of it.
    output: [...lab.notes, ...(lab.replayPage === undefined ? [] : [`[[ATTACHMENT|${lab.replayPage}]]`])],
    cases: own === undefined ? cases : [...cases, own],
  };
}

function resultOf({ replay, replayPage }: LabReport, step: StepFinding): JunitResult | undefined {
  if (step.verdict === 'proven') return undefined;
  if (step.verdict === 'not-proven') return { kind: 'skipped', message: `not proven: ${step.reason}` };
  return {
    kind: 'failure',
    type: isIncomplete(step) ? 'incomplete' : 'failed',
    message: `expected ${step.expected}; observed ${step.observed}`,
    text: [...stepLines(step), `replay: ${replay}`, ...pageLines(replayPage)].join('\n'),
  };
}

function pageLines(replayPage: string | undefined): string[] {
  return replayPage === undefined ? [] : [`replay page: ${replayPage}`];
}

/** What stands for a lab that did not get through its steps. */
function wholeCase(lab: LabReport, classname: string, claims: number): JunitCase | undefined {
  const { name, timeMs, error, outcome, replay, replayPage } = lab;
  if (error !== undefined) {
    const { code, message, advice, log = [] } = error;
    const text = [
      message,
      ...(advice === undefined ? [] : [advice]),
      ...log,
      `replay: ${replay}`,
      ...pageLines(replayPage),
    ].join('\n');
    return { name, classname, timeMs, result: { kind: 'error', type: code, message, text } };
  }
  if (claims > 0) return undefined;
  return { name, classname, timeMs, result: { kind: 'skipped', message: outcome } };
}
