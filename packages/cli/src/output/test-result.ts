/** `lab test` for a person: a line for each lab, why those failed that did, and the sum. */
import { tallyText } from '@peerlab/finding';
import { hasPassed, type LabReport, type RunReport, type StepFinding, stepLines, stepsThat } from '@peerlab/scenario';
import { plural, print, seconds } from './print.ts';
import { style } from './style.ts';

/** A line is at most so wide, where its text allows. */
const WIDEST = 96;
const FILE_WIDTH = 36;
/** Reasons in the last line; each one is also listed at its lab. */
const MAX_REASONS = 3;

const WORDS: Readonly<Record<LabReport['outcome'], string>> = {
  passed: 'passed',
  'not-proven': 'not proven',
  failed: 'failed',
  error: 'could not run',
  interrupted: 'interrupted',
  'not-run': 'not run',
};

const LAB_MARKS: Readonly<Record<LabReport['outcome'], string>> = {
  passed: style.good('✔'),
  'not-proven': style.warn('?'),
  failed: style.bad('✖'),
  error: style.warn('!'),
  interrupted: style.warn('!'),
  'not-run': style.warn('!'),
};

/** Prints a lab as it ends. */
export function printLab(lab: LabReport): void {
  const { file, outcome, timeMs, notes, error, replay, artifacts, replayPage, traceHash } = lab;
  const mark = LAB_MARKS[outcome];
  const width = Math.min(process.stdout.columns || WIDEST, WIDEST) - 12;
  const text = `${file.padEnd(FILE_WIDTH)} ${whatHappened(lab)}${traceHash === undefined ? '' : `; trace ${traceHash}`}`;
  print(`${mark} ${text.padEnd(width)} ${style.dim(seconds(timeMs).padStart(7))}`);
  for (const note of notes) indented(2, style.dim(`note: ${note}`));
  for (const step of stepsThat('failed', lab.steps)) printStep(step, file);
  for (const step of stepsThat('not-proven', lab.steps)) printOpen(step, file);
  for (const note of evidenceOf(lab.steps)) indented(2, style.dim(`note: ${note}`));
  if (error !== undefined && !isRefused(lab)) {
    indented(2, style.bad(error.message));
    if (error.advice !== undefined) indented(2, error.advice);
    for (const line of error.log ?? []) indented(4, style.dim(line));
  }
  if (hasPassed(lab)) return;
  if (artifacts !== undefined) indented(2, `artifacts: ${artifacts}`);
  if (replayPage !== undefined) indented(2, `replay in a browser: ${replayPage}`);
  indented(2, `to reproduce: ${replay}`);
}

/** Prints how many labs passed, and how many did not. */
export function printSummary({ labs, timeMs, driver, claims }: RunReport): void {
  const counts = (Object.keys(WORDS) as LabReport['outcome'][]).flatMap(outcome => {
    const count = labs.filter(lab => lab.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${WORDS[outcome]}`];
  });
  const text = `${plural(labs.length, 'lab')} on ${driver}: ${counts.join(', ')}; ${claimsText({ labs, claims })}`;
  const colour = !labs.every(hasPassed) ? style.bad : claims.notProven > 0 ? style.warn : style.good;
  print(`${colour(text)}  ${style.dim(seconds(timeMs))}`);
}

/** The sum of the claims, and why some are not proven: the most frequent reasons. Each claim is listed at its lab. */
function claimsText({ labs, claims }: Pick<RunReport, 'labs' | 'claims'>): string {
  const counts = new Map<string, number>();
  for (const { reason = '' } of labs.flatMap(({ steps }) => stepsThat('not-proven', steps))) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${reason} (${count})`);
  const more = reasons.length > MAX_REASONS ? [`and ${reasons.length - MAX_REASONS} more reasons`] : [];
  const told = [...reasons.slice(0, MAX_REASONS), ...more];
  return told.length === 0 ? tallyText(claims) : `${tallyText(claims)}: ${told.join('; ')}`;
}

/** True for a file that could not be read, or is no topology. That is told on the standard error as soon as it is read. */
function isRefused({ error }: LabReport): boolean {
  return error?.code === 'TOPOLOGY_INVALID' || error?.code === 'USAGE';
}

function whatHappened(lab: LabReport): string {
  const { outcome, steps, peers } = lab;
  if (isRefused(lab)) return 'cannot be used: see above';
  const [only] = steps;
  const isDefault = steps.length === 1 && only?.kind === 'checks' && only.line === 0;
  const told = isDefault ? only.steps : steps;
  const done = isDefault ? plural(told.length, 'check') : plural(told.length, 'step');
  const count = (wanted: StepFinding['verdict']): number => told.filter(({ verdict }) => verdict === wanted).length;
  if (outcome === 'passed') return `${done}, ${plural(peers, 'peer')}`;
  if (outcome === 'not-proven') return `${count('not-proven')} of ${done} not proven, ${plural(peers, 'peer')}`;
  return outcome === 'failed' ? `${count('failed')} of ${done} failed` : WORDS[outcome];
}

function printOpen({ claim, line, reason = '' }: StepFinding, file: string): void {
  const place = line === 0 ? '' : style.dim(`${file}:${line} `);
  indented(2, `${style.warn('?')} ${place}${claim}: not proven: ${reason}`);
}

function printStep(step: StepFinding, file: string): void {
  const place = step.line === 0 ? '' : style.dim(`${file}:${step.line} `);
  indented(2, `${place}${style.strong(step.claim)}`);
  for (const line of stepLines(step)) indented(4, line);
}

/** Of the steps that did not fail: that of the others is told with them. That of checks says of which. */
function evidenceOf(steps: readonly StepFinding[]): string[] {
  const lines = steps.flatMap(({ verdict, check, evidence, steps: inner }) => {
    if (verdict === 'failed') return evidenceOf(inner);
    return [...evidence.map(line => (check === undefined ? line : `${check}: ${line}`)), ...evidenceOf(inner)];
  });
  return [...new Set(lines)];
}

function indented(columns: number, text: string): void {
  print(`${' '.repeat(columns)}${text}`);
}
