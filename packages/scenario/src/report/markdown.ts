/** A run as Markdown, such as a job summary shows it. */
import { trafficMarkdown } from '@peerlab/capture';
import { tallyText } from '@peerlab/finding';
import { stepLines } from './failure-text.ts';
import { type CapturedTraffic, hasPassed, type LabReport, type RunReport, stepsThat } from './run-report.ts';

const MARKS: Readonly<Record<LabReport['outcome'], string>> = {
  passed: '✅',
  'not-proven': '❔',
  failed: '❌',
  error: '💥',
  interrupted: '⏹️',
  'not-run': '⏭️',
};

/** How long the text may be. */
export interface MarkdownOptions {
  /** In UTF-8. What does not fit is counted, not told. @default no bound */
  readonly maxBytes?: number | undefined;
}

/** Claims of a lab that are named, and characters of each, where its details are too long. */
const SHORT_CLAIMS = 20;
const SHORT_TEXT = 300;

/** Kept free for the line that counts what was left out. */
const LEFT_OUT_BYTES = 300;

/** The document. */
export function markdownReport(
  { labs, driver, timeMs, claims }: RunReport,
  { maxBytes = Number.POSITIVE_INFINITY }: MarkdownOptions = {},
): string {
  const passed = labs.filter(hasPassed).length;
  const text = new BoundedText(maxBytes - LEFT_OUT_BYTES);
  text.add([
    `## ${passed} of ${labs.length} labs passed`,
    '',
    `Driver ${driver}, ${seconds(timeMs)}. ${tallyText(claims)}.`,
    '',
    '| | lab | peers | links | claims proven | time |',
    '|---|---|---:|---:|---:|---:|',
  ]);
  for (const lab of labs) text.add([row(lab)]);
  text.add(['']);
  for (const lab of labs.filter(one => !hasPassed(one) && one.outcome !== 'not-run'))
    text.add(details(lab), inShort(lab));
  const open = labs.flatMap(notProven);
  if (open.length > 0) text.add(['### Not proven', '']);
  for (const line of open) text.add([line]);
  if (open.length > 0) text.add(['']);
  for (const lab of labs) if (lab.capture !== undefined) text.add(traffic(lab.file, lab.capture));
  if (text.leftOut > 0) {
    text.lines.push('', `${text.leftOut} parts of this report are left out or cut, for it would be too long here.`);
    text.lines.push('`--report json=FILE` has all of it.');
  }
  return text.lines.join('\n');
}

/** Lines up to a number of bytes. */
class BoundedText {
  readonly lines: string[] = [];
  leftOut = 0;
  #left: number;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  /** Adds lines, else the shorter ones, else none; what is not added whole is counted. */
  add(lines: readonly string[], shorter: readonly string[] = []): void {
    if (this.#take(lines)) return;
    this.leftOut++;
    if (shorter.length > 0) this.#take(shorter);
  }

  #take(lines: readonly string[]): boolean {
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    this.lines.push(...lines);
    return true;
  }
}

function row(lab: LabReport): string {
  const proven = `${lab.claims.proven} of ${lab.claims.proven + lab.claims.failed + lab.claims.notProven}`;
  return `| ${MARKS[lab.outcome]} | ${cell(lab.file)} | ${lab.peers} | ${lab.links} | ${proven} | ${seconds(lab.timeMs)} |`;
}

/** Every claim that is not proven, with its reason. */
function notProven({ file, steps }: LabReport): string[] {
  return stepsThat('not-proven', steps).map(
    ({ claim, reason = '' }) => `- ❔ ${inline(file)}: **${inline(claim)}**: ${inline(reason)}`,
  );
}

/** The traffic from peer to peer. */
function traffic(file: string, capture: CapturedTraffic): string[] {
  const files = capture.files.length === 0 ? [] : [`- packets: ${inline(capture.files[0] ?? '')}`];
  return [`### Traffic of ${inline(file)}`, '', ...trafficMarkdown(capture), ...files, ''];
}

/** What failed, where the details are too long. */
function inShort(lab: LabReport): string[] {
  const failed = stepsThat('failed', lab.steps).slice(0, SHORT_CLAIMS);
  return [
    `### ${MARKS[lab.outcome]} ${inline(lab.file)}`,
    '',
    ...failed.map(({ claim }) => `- ${inline(claim.slice(0, SHORT_TEXT))}`),
    ...(lab.error === undefined ? [] : [`- ${inline(lab.error.message.slice(0, SHORT_TEXT))}`]),
    '',
  ];
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
    ...(lab.replayPage === undefined ? [] : [`- replay in a browser: ${link(lab.replayPage)}`]),
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

/** A link to a file. */
function link(path: string): string {
  return `[${inline(path)}](${path.split(/[\\/]/).map(encodeURIComponent).join('/')})`;
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
