/** A run as Markdown, such as a job summary shows it. */
import { stepLines } from './failure-text.ts';
import { failedSteps, type LabReport, type RunReport } from './run-report.ts';

const MARKS: Readonly<Record<LabReport['outcome'], string>> = {
  passed: '✅',
  failed: '❌',
  error: '💥',
  interrupted: '⏹️',
  'not-run': '⏭️',
};

/** The document. */
export function markdownReport({ labs, driver, timeMs }: RunReport): string {
  const passed = labs.filter(({ outcome }) => outcome === 'passed').length;
  const rows = labs.map(lab => {
    const steps = `${lab.steps.filter(({ outcome }) => outcome === 'passed').length} of ${lab.steps.length}`;
    return `| ${MARKS[lab.outcome]} | ${cell(lab.file)} | ${lab.peers} | ${lab.links} | ${steps} | ${seconds(lab.timeMs)} |`;
  });
  const wrong = labs.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'not-run');
  return [
    `## ${passed} of ${labs.length} labs passed`,
    '',
    `Driver ${driver}, ${seconds(timeMs)}.`,
    '',
    '| | lab | peers | links | steps | time |',
    '|---|---|---:|---:|---:|---:|',
    ...rows,
    '',
    ...wrong.flatMap(details),
  ].join('\n');
}

function details(lab: LabReport): string[] {
  const steps = failedSteps(lab.steps).flatMap(step => {
    const place = step.line === 0 ? '' : ` (line ${step.line})`;
    return [`**${inline(step.title)}**${place}`, '', ...fenced(stepLines(step)), ''];
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
    '- the same again:',
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
