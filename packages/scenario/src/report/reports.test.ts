/** The writers of reports, on one run with everything that can happen in it. */
import { describe, expect, it } from 'vitest';
import type { StepOutcome } from '../steps/outcome.ts';
import { githubAnnotations } from './github-annotations.ts';
import { junitXml } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { failedSteps, type LabReport, type RunReport } from './run-report.ts';

const STEP: StepOutcome = {
  kind: 'broadcast',
  title: 'broadcast from n0',
  line: 7,
  path: 'scenario[1]',
  outcome: 'passed',
  expected: '3 peers; each once',
  seen: '3 of 3; each once',
  failures: [],
  notes: [],
  atMs: 0,
  timeMs: 12.5,
  steps: [],
};

const LAB: LabReport = {
  file: 'labs/a,b:c.yaml',
  name: 'abc',
  driver: 'local',
  seed: 1,
  peers: 4,
  links: 3,
  outcome: 'passed',
  steps: [STEP],
  notes: [],
  timeMs: 1234,
  replay: "lab test 'labs/a,b:c.yaml' --driver local --seed 1",
};

const WAY = { path: ['n0', 'n1', 'n2', 'n3'], stoppedAfter: 'n1' };
const FAILED: LabReport = {
  ...LAB,
  outcome: 'failed',
  artifacts: 'out/abc',
  notes: ['the graph is in 2 parts'],
  steps: [
    STEP,
    {
      ...STEP,
      title: '<b> & "quoted" | `code`',
      outcome: 'failed',
      seen: '2 of 3\u0007',
      failures: [{ kind: 'missed', culprit: 'n1', way: WAY, text: 'n3 never received it' }],
    },
    { ...STEP, outcome: 'not-tried', seen: 'not tried' },
  ],
};
const BROKEN: LabReport = {
  ...LAB,
  outcome: 'error',
  steps: [],
  error: { code: 'PEER_FAILED', message: '50 % of peers failed', advice: 'look at it', log: ['Error: no\u001b[31m'] },
};
const RUN: RunReport = {
  format: 1,
  driver: 'local',
  startedAt: '2026-01-01T00:00:00.000Z',
  timeMs: 5000,
  passed: false,
  labs: [LAB, FAILED, BROKEN, { ...LAB, outcome: 'not-run', steps: [], timeMs: 0 }],
};

describe('junitXml', () => {
  const xml = junitXml(RUN);

  it('counts what its suites count', () => {
    expect(xml).toContain('<testsuites name="peerlab" tests="6" failures="1" errors="1" skipped="2" time="5.000"');
    expect([...xml.matchAll(/<testsuite name="[^"]*" tests="(\d+)"/g)].map(([, tests]) => tests)).toEqual([
      '1',
      '3',
      '1',
      '1',
    ]);
  });

  it('has every element closed, and every text escaped', () => {
    expect(openElements(xml)).toEqual([]);
    expect(xml).toContain('&lt;b&gt; &amp; &quot;quoted&quot;');
    expect(xml).toContain('\\u0007');
    expect(xml).not.toContain('\u0007');
  });

  it('tells of a failure what was expected, seen, where it stopped, and how to see it again', () => {
    const [failure = ''] = /<failure[\s\S]*?<\/failure>/.exec(xml) ?? [];
    for (const part of ['expected 3 peers', 'seen     2 of 3', 'n3 never received it', 'way: n0 → n1 ✖ n2 → n3']) {
      expect(failure).toContain(part);
    }
    expect(failure).toContain("replay: lab test 'labs/a,b:c.yaml'");
    expect(xml).toContain('<property name="artifacts" value="out/abc"/>');
  });
});

describe('markdownReport', () => {
  const text = markdownReport(RUN);

  it('has a row for each lab, and the details of those that did not pass', () => {
    expect(text).toContain('## 1 of 4 labs passed');
    expect(text.split('\n').filter(line => line.startsWith('| ') && line.includes('abc'.slice(0, 1)))).toHaveLength(5);
    expect(text).toContain('way: n0 → n1 ✖ n2 → n3');
    expect(text).toContain('50 % of peers failed');
    expect(text).toContain(LAB.replay);
  });

  it('keeps what a title says from being Markdown', () => {
    expect(text).toContain('\\<b\\> & "quoted" \\| \\`code\\`');
  });
});

describe('githubAnnotations', () => {
  it('stand at the step, on one line each, escaped', () => {
    const lines = githubAnnotations(RUN);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error file=labs\/a%2Cb%3Ac\.yaml,line=7,title=abc%3A /);
    expect(lines[0]).toContain('%0Aseen     2 of 3');
    expect(lines[1]).toContain('50 %25 of peers failed%0Alook at it');
    for (const line of lines) expect(line).not.toContain('\n');
  });
});

describe('failedSteps', () => {
  it('are the innermost ones, at the line of the nearest that has one', () => {
    const inner: StepOutcome = { ...STEP, line: 0, title: 'ttl', outcome: 'failed' };
    const outer: StepOutcome = { ...STEP, outcome: 'failed', steps: [{ ...inner, outcome: 'passed' }, inner] };
    expect(failedSteps([STEP, outer]).map(({ title, line }) => [title, line])).toEqual([['ttl', 7]]);
  });
});

/** Elements that are not closed, or closed out of order. */
function openElements(xml: string): string[] {
  const open: string[] = [];
  for (const [, close, name = '', empty] of xml.matchAll(/<(\/?)([a-z-]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (empty === '/') continue;
    if (close !== '/') open.push(name);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
}
