/** A run as JUnit XML, in the shape that GitHub, GitLab and Jenkins read: a suite for each lab, a case for each claim. */
import { isIncomplete } from '@peerlab/lab';
import type { StepFinding } from '../steps/step-finding.ts';
import { stepLines } from './failure-text.ts';
import type { LabReport, RunReport } from './run-report.ts';

/** The document, with its declaration. */
export function junitXml(report: RunReport): string {
  const suites = report.labs.map(suite);
  const head = {
    name: 'peerlab',
    ...totals(suites.flatMap(({ counts }) => counts)),
    time: seconds(report.timeMs),
    timestamp: report.startedAt,
  };
  const body = suites.map(({ xml }) => xml).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', head, `\n${body}`)}\n`;
}

type Count = 'passed' | 'failure' | 'error' | 'skipped';

function suite(lab: LabReport): { xml: string; counts: Count[] } {
  const cases = lab.steps.flatMap(casesOf).map(step => testCase(lab, step));
  const own = wholeCase(lab, cases.length);
  const all = own === undefined ? cases : [...cases, own];
  const counts = all.map(({ count }) => count);
  const attributes = { name: lab.file, ...totals(counts), time: seconds(lab.timeMs) };
  const properties = [
    ['lab', lab.name],
    ['driver', lab.driver],
    ['seed', String(lab.seed)],
    ['replay', lab.replay],
    ...(lab.artifacts === undefined ? [] : [['artifacts', lab.artifacts]]),
  ];
  const told = properties.map(([name = '', value = '']) => `    ${element('property', { name, value })}\n`).join('');
  const notes = lab.notes.length === 0 ? '' : `  ${element('system-out', {}, escapeText(lab.notes.join('\n')))}\n`;
  const body = all.map(({ xml }) => `  ${xml}\n`).join('');
  const xml = `${element('testsuite', attributes, `\n  <properties>\n${told}  </properties>\n${body}${notes}`)}\n`;
  return { xml, counts };
}

/** A step of checks is a case for each check; with others, such as a heal, its checks are cases beside it. */
function casesOf(step: StepFinding): StepFinding[] {
  const checks = step.steps.filter(({ check }) => check !== undefined);
  const place = { line: step.line, path: step.path };
  const cases = checks.map(check => ({ ...check, ...place }));
  return step.kind === 'checks' && cases.length > 0 ? cases : [step, ...cases];
}

function testCase(lab: LabReport, step: StepFinding): { xml: string; count: Count } {
  const name = [step.path, step.check === undefined ? step.claim : `${step.check}: ${step.claim}`].join(' ').trim();
  const attributes = { name, classname: lab.file, file: lab.file, time: seconds(step.timeMs) };
  switch (step.verdict) {
    case 'proven':
      return { xml: element('testcase', attributes), count: 'passed' };
    case 'not-proven': {
      const skipped = element('skipped', { message: `not proven: ${step.reason}` });
      return { xml: element('testcase', attributes, skipped), count: 'skipped' };
    }
    case 'failed': {
      const message = `expected ${step.expected}; observed ${step.observed}`;
      const text = [...stepLines(step), `replay: ${lab.replay}`].join('\n');
      const type = isIncomplete(step) ? 'incomplete' : 'failed';
      return {
        xml: element('testcase', attributes, element('failure', { message, type }, escapeText(text))),
        count: 'failure',
      };
    }
  }
}

/** What stands for a lab that did not get through its steps. */
function wholeCase(lab: LabReport, steps: number): { xml: string; count: Count } | undefined {
  const attributes = { name: lab.name, classname: lab.file, file: lab.file, time: seconds(lab.timeMs) };
  if (lab.error !== undefined) {
    const { code, message, advice, log = [] } = lab.error;
    const text = [message, ...(advice === undefined ? [] : [advice]), ...log, `replay: ${lab.replay}`].join('\n');
    const error = element('error', { message, type: code }, escapeText(text));
    return { xml: element('testcase', attributes, error), count: 'error' };
  }
  if (steps > 0) return undefined;
  const why = element('skipped', { message: lab.outcome });
  return { xml: element('testcase', attributes, why), count: 'skipped' };
}

function totals(counts: readonly Count[]): Record<string, string> {
  const of = (wanted: Count): string => String(counts.filter(count => count === wanted).length);
  return { tests: String(counts.length), failures: of('failure'), errors: of('error'), skipped: of('skipped') };
}

function seconds(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}

function element(name: string, attributes: Readonly<Record<string, string>>, content?: string): string {
  const told = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`);
  return content === undefined ? `<${name}${told.join('')}/>` : `<${name}${told.join('')}>${content}</${name}>`;
}

function escapeText(text: string): string {
  return allowed(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapeAttribute(text: string): string {
  const escaped = escapeText(text).replaceAll('"', '&quot;');
  return escaped.replaceAll('\n', '&#10;').replaceAll('\t', '&#9;').replaceAll('\r', '&#13;');
}

/** XML 1.0 has no way to write most control characters, lone surrogates, U+FFFE and U+FFFF. */
function allowed(text: string): string {
  const whole = text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return whole.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, found => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
