/** The writers of reports, on one run with everything that can happen in it. */
import { describe, expect, it } from 'vitest';
import type { StepFinding } from '../steps/step-finding.ts';
import { githubAnnotations } from './github-annotations.ts';
import { junitXml } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { claimsOf, type LabReport, type RunReport, stepsThat, toldSteps } from './run-report.ts';

const STEP: StepFinding = {
  kind: 'broadcast',
  claim: 'broadcast from n0',
  line: 7,
  path: 'scenario[1]',
  verdict: 'proven',
  expected: '3 peers; each once',
  observed: '3 of 3; each once',
  explanations: [],
  evidence: [],
  atMs: 0,
  timeMs: 12.5,
  steps: [],
};

/** A step whose claim could not be seen. */
const OPEN: StepFinding = { ...STEP, observed: 'not tried', verdict: 'not-proven', reason: 'n3 has no counters' };

const LAB: LabReport = {
  file: 'labs/a,b:c.yaml',
  name: 'abc',
  driver: 'local',
  seed: 1,
  peers: 4,
  links: 3,
  ...toldSteps([STEP]),
  notes: [],
  timeMs: 1234,
  replay: "lab test 'labs/a,b:c.yaml' --driver local --seed 1",
};

const WAY = { path: ['n0', 'n1', 'n2', 'n3'], stoppedAfter: 'n1' };
const FAILED: LabReport = {
  ...LAB,
  artifacts: 'out/abc',
  notes: ['the graph is in 2 parts'],
  ...toldSteps([
    STEP,
    {
      ...STEP,
      claim: '<b> & "quoted" | `code`',
      verdict: 'failed',
      observed: '2 of 3\u0007',
      explanations: [{ kind: 'missed', culprit: 'n1', way: WAY, text: 'n3 never received it' }],
    },
    OPEN,
  ]),
};
const CHECKS: StepFinding = {
  ...STEP,
  kind: 'checks',
  claim: 'checks links, dm',
  line: 9,
  verdict: 'not-proven',
  reason: 'no pair of peers',
  steps: [
    { ...STEP, kind: 'checks', check: 'links', claim: 'the links are as drawn', line: 0, path: '' },
    {
      ...OPEN,
      kind: 'checks',
      check: 'dm',
      claim: 'direct messages arrive',
      line: 0,
      path: '',
      reason: 'no pair of peers',
    },
  ],
};
/** Nothing failed in it, and not everything is proven. */
const PARTLY: LabReport = { ...LAB, file: 'labs/partly.yaml', ...toldSteps([CHECKS]) };
const BROKEN: LabReport = {
  ...LAB,
  ...toldSteps([]),
  outcome: 'error',
  error: { code: 'PEER_FAILED', message: '50 % of peers failed', advice: 'look at it', log: ['Error: no\u001b[31m'] },
};
const RUN: RunReport = {
  format: 2,
  driver: 'local',
  startedAt: '2026-01-01T00:00:00.000Z',
  timeMs: 5000,
  passed: false,
  claims: { proven: 3, failed: 1, notProven: 2 },
  labs: [LAB, FAILED, BROKEN, { ...LAB, ...toldSteps([]), outcome: 'not-run', timeMs: 0 }, PARTLY],
};

describe('junitXml', () => {
  const xml = junitXml(RUN);

  it('counts what its suites count', () => {
    expect(xml).toContain('<testsuites name="peerlab" tests="8" failures="1" errors="1" skipped="3" time="5.000"');
    expect([...xml.matchAll(/<testsuite name="[^"]*" tests="(\d+)"/g)].map(([, tests]) => tests)).toEqual([
      '1',
      '3',
      '1',
      '1',
      '2',
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
    for (const part of ['expected 3 peers', 'observed 2 of 3', 'n3 never received it', 'way: n0 → n1 ✖ n2 → n3']) {
      expect(failure).toContain(part);
    }
    expect(failure).toContain("replay: lab test 'labs/a,b:c.yaml'");
    expect(xml).toContain('<property name="artifacts" value="out/abc"/>');
  });
});

describe('what is not proven', () => {
  it('is skipped in JUnit, with the reason; a step of checks is a case for each', () => {
    const xml = junitXml(RUN);
    expect(xml).toContain('<skipped message="not proven: n3 has no counters"/>');
    expect(xml).toMatch(/<testcase name="scenario\[1\] links: the links are as drawn" [^>]*\/>/);
    expect(xml).toMatch(
      /<testcase name="scenario\[1\] dm: direct messages arrive" [^>]*><skipped message="not proven: no pair of peers"\/>/,
    );
  });

  it('has a mark of its own in Markdown, a count, and its reason', () => {
    const text = markdownReport(RUN);
    expect(text).toContain('| ❔ | labs/partly.yaml | 4 | 3 | 1 of 2 |');
    expect(text).toContain('3 of 6 claims proven, 1 failed, 2 not proven.');
    expect(text).toContain('- ❔ labs/partly.yaml: **direct messages arrive**: no pair of peers');
  });

  it('is a notice on GitHub, not an error', () => {
    const notices = githubAnnotations({ ...RUN, labs: [PARTLY] });
    expect(notices).toEqual([
      expect.stringMatching(
        /^::notice file=labs\/partly\.yaml,line=9,title=abc%3A not proven%3A direct messages arrive::/,
      ),
    ]);
    expect(notices[0]).toContain('%0Anot proven: no pair of peers');
  });

  it('is counted claim by claim, and makes a lab of itself that is neither passed nor failed', () => {
    expect([PARTLY.outcome, PARTLY.claims]).toEqual(['not-proven', { proven: 1, failed: 0, notProven: 1 }]);
    expect(claimsOf([STEP, CHECKS]).map(({ claim, line }) => [claim, line])).toEqual([
      ['broadcast from n0', 7],
      ['the links are as drawn', 9],
      ['direct messages arrive', 9],
    ]);
  });
});

describe('markdownReport', () => {
  const text = markdownReport(RUN);

  it('has a row for each lab, and the details of those that did not pass', () => {
    expect(text).toContain('## 2 of 5 labs passed');
    expect(text.split('\n').filter(line => line.startsWith('| ') && line.includes('abc'.slice(0, 1)))).toHaveLength(6);
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
    expect(lines.filter(line => line.startsWith('::error'))).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error file=labs\/a%2Cb%3Ac\.yaml,line=7,title=abc%3A /);
    expect(lines[0]).toContain('%0Aobserved 2 of 3');
    expect(lines[2]).toContain('50 %25 of peers failed%0Alook at it');
    for (const line of lines) expect(line).not.toContain('\n');
  });
});

describe('stepsThat', () => {
  it('are the innermost ones, at the line of the nearest that has one', () => {
    const inner: StepFinding = { ...STEP, line: 0, claim: 'ttl', verdict: 'failed' };
    const outer: StepFinding = { ...STEP, verdict: 'failed', steps: [{ ...inner, verdict: 'proven' }, inner] };
    expect(stepsThat('failed', [STEP, outer]).map(({ claim, line }) => [claim, line])).toEqual([['ttl', 7]]);
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
