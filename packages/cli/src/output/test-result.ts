/** `lab test` for a person: a line for each lab, why those failed that did, and the sum. */
import { failedSteps, type LabReport, type RunReport, type StepOutcome, stepLines } from '@peerlab/scenario';
import { harmless, plural, print, seconds } from './print.ts';
import { style } from './style.ts';

/** A line is at most so wide, where its text allows. */
const WIDEST = 96;
const FILE_WIDTH = 36;

const WORDS: Readonly<Record<LabReport['outcome'], string>> = {
  passed: 'passed',
  failed: 'failed',
  error: 'could not be run',
  interrupted: 'interrupted',
  'not-run': 'not run',
};

/** Prints a lab as it ends. */
export function printLab(lab: LabReport): void {
  const { file, outcome, timeMs, notes, error, replay, artifacts, traceHash } = lab;
  const mark = outcome === 'passed' ? style.good('✔') : outcome === 'failed' ? style.bad('✖') : style.warn('!');
  const width = Math.min(process.stdout.columns ?? WIDEST, WIDEST) - 12;
  const text = `${file.padEnd(FILE_WIDTH)} ${whatHappened(lab)}${traceHash === undefined ? '' : `; trace ${traceHash}`}`;
  print(`${mark} ${text.padEnd(width)} ${style.dim(seconds(timeMs).padStart(7))}`);
  for (const note of notes) indented(2, style.dim(`note: ${harmless(note)}`));
  for (const step of failedSteps(lab.steps)) printStep(step, file);
  for (const note of notesOf(lab.steps)) indented(2, style.dim(`note: ${harmless(note)}`));
  if (error !== undefined) {
    indented(2, style.bad(harmless(error.message)));
    if (error.advice !== undefined) indented(2, harmless(error.advice));
    for (const line of error.log ?? []) indented(4, style.dim(harmless(line)));
  }
  if (outcome === 'passed') return;
  if (artifacts !== undefined) indented(2, `artifacts: ${artifacts}`);
  indented(2, `the same again: ${replay}`);
}

/** Prints how many labs passed, and how many did not. */
export function printSummary({ labs, timeMs, driver }: RunReport): void {
  const counts = (Object.keys(WORDS) as LabReport['outcome'][]).flatMap(outcome => {
    const count = labs.filter(lab => lab.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${WORDS[outcome]}`];
  });
  const isRight = labs.every(({ outcome }) => outcome === 'passed');
  const text = `${plural(labs.length, 'lab')} on ${driver}: ${counts.join(', ')}`;
  print(`${(isRight ? style.good : style.bad)(text)}  ${style.dim(seconds(timeMs))}`);
}

function whatHappened({ outcome, steps, peers }: LabReport): string {
  const [only] = steps;
  const isDefault = steps.length === 1 && only?.kind === 'checks' && only.line === 0;
  const done = isDefault ? plural(only.steps.length, 'check') : plural(steps.length, 'step');
  if (outcome === 'passed') return `${done}, ${plural(peers, 'peer')}`;
  const wrong = (isDefault ? only.steps : steps).filter(step => !['passed', 'not-tried'].includes(step.outcome)).length;
  return outcome === 'failed' ? `${wrong} of ${done} failed` : WORDS[outcome];
}

function printStep(step: StepOutcome, file: string): void {
  const place = step.line === 0 ? '' : style.dim(`${file}:${step.line} `);
  indented(2, `${place}${style.strong(harmless(step.title))}`);
  for (const line of stepLines(step)) indented(4, harmless(line));
}

/** Of the steps that came out as expected: those of the others are told with them. Those of checks say of which. */
function notesOf(steps: readonly StepOutcome[]): string[] {
  const notes = steps.flatMap(({ outcome, kind, path, title, notes, steps: inner }) => {
    if (outcome !== 'passed') return notesOf(inner);
    const isCheck = kind === 'checks' && path === '' && inner.length === 0;
    return [...notes.map(note => (isCheck ? `${title}: ${note}` : note)), ...notesOf(inner)];
  });
  return [...new Set(notes)];
}

function indented(columns: number, text: string): void {
  print(`${' '.repeat(columns)}${text}`);
}
