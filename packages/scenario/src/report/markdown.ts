/** A run as Markdown, such as a job summary shows it. */
import { tallyText } from '@peerlab/finding';
import { stepLines } from './failure-text.ts';
import { hasPassed, type LabReport, type RunReport, stepsThat } from './run-report.ts';

const MARKS: Readonly<Record<LabReport['outcome'], string>> = {
  passed: '✅',
  'not-proven': '❔',
  failed: '❌',
  error: '💥',
  interrupted: '⏹️',
  'not-run': '⏭️',
};

/** The document. */
export function markdownReport({ labs, driver, timeMs, claims }: RunReport): string {
  const passed = labs.filter(hasPassed).length;
  const rows = labs.map(lab => {
    const proven = `${lab.claims.proven} of ${lab.claims.proven + lab.claims.failed + lab.claims.notProven}`;
    return `| ${MARKS[lab.outcome]} | ${cell(lab.file)} | ${lab.peers} | ${lab.links} | ${proven} | ${seconds(lab.timeMs)} |`;
  });
  const wrong = labs.filter(lab => !hasPassed(lab) && lab.outcome !== 'not-run');
  return [
    `## ${passed} of ${labs.length} labs passed`,
    '',
    `Driver ${driver}, ${seconds(timeMs)}. ${tallyText(claims)}.`,
    '',
    '| | lab | peers | links | claims proven | time |',
    '|---|---|---:|---:|---:|---:|',
    ...rows,
    '',
    ...wrong.flatMap(details),
    ...notProven(labs),
  ].join('\n');
}

/** Every claim that is not proven, with its reason. */
function notProven(labs: readonly LabReport[]): string[] {
  const lines = labs.flatMap(({ file, steps }) =>
    stepsThat('not-proven', steps).map(
      ({ claim, reason = '' }) => `- ❔ ${inline(file)}: **${inline(claim)}**: ${inline(reason)}`,
    ),
  );
  return lines.length === 0 ? [] : ['### Not proven', '', ...lines, ''];
}

function details(lab: LabReport): string[] {
  const steps = stepsThat('failed', lab.steps).flatMap(step => {
    const place = step.line === 0 ? '' : ` (line ${step.line})`;
    return [`**${inline(step.claim)}**${place}`, '', ...fenced(stepLines(step)), ''];
  });
  const { error } = lab;
  const told =
    error === undefined
      ? []
      : [error.message, ...(error.advice === undefined ? [] : [error.advice]), ...(error.log ?? [])];
  return [
    `### ${MARKS[lab.outcome]} ${inline(lab.file)}`,
    '',
    ...steps,
    ...(told.length === 0 ? [] : [...fenced(told), '']),
    ...lab.notes.map(note => `- ${inline(note)}`),
    ...(lab.artifacts === undefined ? [] : [`- artifacts: ${inline(lab.artifacts)}`]),
    '- to reproduce:',
    '',
    ...fenced([lab.replay]),
    '',
  ];
}

/** Longer than any run of backticks in it. */
function fenced(lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap(line => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [fence, ...lines.flatMap(line => line.split('\n')), fence];
}

function inline(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|]/g, '\\$&').replaceAll('\n', ' ');
}

function cell(text: string): string {
  return inline(text);
}

function seconds(timeMs: number): string {
  return `${(timeMs / 1000).toFixed(1)} s`;
}
