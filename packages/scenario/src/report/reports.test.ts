/** The writers of reports, on one run with everything that can happen in it. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StepFinding } from '../steps/step-finding.ts';
import { readXml, schemaProblems } from '../testing/read-junit.ts';
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
  timeMs: 12_500,
  wallMs: 12.5,
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
  replayPage: 'out/abc/replay.html',
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
    expect(xml).toContain('<testsuites name="peerlab" tests="8" failures="1" errors="1" time="5.000"');
    expect([...xml.matchAll(/<testsuite name="[^"]*" tests="(\d+)"/g)].map(([, tests]) => tests)).toEqual([
      '1',
      '3',
      '1',
      '1',
      '2',
    ]);
  });

  it('is what the schema of the xUnit plugin allows, with every text escaped', () => {
    expect(schemaProblems(readXml(xml))).toEqual([]);
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
    expect(xml).toContain('<property name="replay-page" value="out/abc/replay.html"/>');
    expect(xml).toContain('[[ATTACHMENT|out/abc/replay.html]]');
    expect(xml).toContain('\nreplay page: out/abc/replay.html');
  });
});

describe('the cases of JUnit', () => {
  const casesOf = (...labs: LabReport[]): [classname: string, name: string, time: string][] =>
    readXml(junitXml({ ...RUN, labs })).children.flatMap(({ children }) =>
      children
        .filter(({ name }) => name === 'testcase')
        .map(({ attributes }) => {
          const [classname = '', name = '', time = ''] = ['classname', 'name', 'time'].map(key => attributes.get(key));
          return [classname, name, time];
        }),
    );

  it('have a package for the folder, and a class for the file, which no other file has', () => {
    const files = [
      'a.yaml',
      './deep/er/v1.2.yaml',
      '../x/a.json',
      '/a.yml',
      `${process.cwd()}/deep/a.yaml`,
      'a.json',
      'stdin',
    ];
    const names = casesOf(...files.map(file => ({ ...LAB, file }))).map(([classname]) => classname);
    expect(names.slice(0, 3)).toEqual(['peerlab.a', 'peerlab.deep.er.v1_2', 'peerlab.x.a']);
    expect(names.slice(3)).toEqual(['peerlab.a-2', 'peerlab.deep.a', 'peerlab.a-3', 'peerlab.stdin']);
  });

  it('are the claims, however deep, each with the real time that it took', () => {
    const inner = { ...STEP, line: 0, path: '', wallMs: 2000 };
    const checks = { ...CHECKS, wallMs: 9000, steps: CHECKS.steps.map(step => ({ ...step, wallMs: 3000 })) };
    const parallel: StepFinding = { ...STEP, kind: 'parallel', path: 'scenario[2]', steps: [inner, checks] };
    expect(casesOf({ ...LAB, ...toldSteps([parallel]) })).toEqual([
      ['peerlab.labs.a,b:c', 'scenario[2] broadcast from n0', '2.000'],
      ['peerlab.labs.a,b:c', 'scenario[1] links: the links are as drawn', '3.000'],
      ['peerlab.labs.a,b:c', 'scenario[1] dm: direct messages arrive', '3.000'],
    ]);
  });

  it('have a failure of a step of which every part is proven', () => {
    const late: StepFinding = { ...STEP, kind: 'checks', verdict: 'failed', steps: [{ ...STEP, check: 'links' }] };
    const lab = { ...LAB, ...toldSteps([late]) };
    expect(casesOf(lab)).toHaveLength(2);
    expect([lab.outcome, lab.claims]).toEqual(['failed', { proven: 1, failed: 1, notProven: 0 }]);
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
    expect(text).toContain('- replay in a browser: [out/abc/replay.html](out/abc/replay.html)');
    expect(text).toContain(LAB.replay);
  });

  it('stays within its bound: first it is brief about the failures, then it counts what is left out', () => {
    const long = { ...STEP, verdict: 'failed' as const, observed: 'ü'.repeat(20_000), evidence: ['x'.repeat(20_000)] };
    const labs = Array.from({ length: 40 }, () => ({ ...LAB, ...toldSteps([long, OPEN]) }));
    for (const maxBytes of [1000, 10_000, 100_000, 1_000_000]) {
      const bounded = markdownReport({ ...RUN, labs }, { maxBytes });
      expect(Buffer.byteLength(bounded)).toBeLessThanOrEqual(maxBytes);
      expect(bounded).toContain('## 0 of 40 labs passed');
      expect(bounded).toMatch(/\d+ parts of this report are left out or cut/);
      // No block of code is left open.
      expect((bounded.match(/^```+$/gm) ?? []).length % 2).toBe(0);
    }
    expect(markdownReport({ ...RUN, labs })).not.toContain('left out');
    expect(markdownReport(RUN, { maxBytes: 1024 * 1024 })).toBe(text);
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

  it('name files from the root of the repository, whatever folder the command runs in', () => {
    const fileOf = (file: string, workspace?: string): string | undefined =>
      /file=([^,]*)/.exec(githubAnnotations({ ...RUN, labs: [{ ...BROKEN, file }] }, workspace)[0] ?? '')?.[1];
    const here = basename(process.cwd());
    const above = dirname(process.cwd());
    expect(fileOf('labs/x.yaml', above)).toBe(`${here}/labs/x.yaml`);
    expect(fileOf('../x.yaml', above)).toBe('x.yaml');
    expect(fileOf(`${process.cwd()}/x.yaml`, process.cwd())).toBe('x.yaml');
    // Elsewhere, and where no workspace is known, as it was named.
    expect([fileOf('../../../x.yaml', process.cwd()), fileOf('x.yaml'), fileOf('x.yaml', '')]).toEqual([
      '../../../x.yaml',
      'x.yaml',
      'x.yaml',
    ]);
    // Standard input is no file.
    expect(fileOf('stdin', above)).toBeUndefined();
    const link = join(mkdtempSync(join(tmpdir(), 'peerlab-workspace-')), 'link');
    symlinkSync(process.cwd(), link);
    expect(fileOf('x.yaml', link)).toBe('x.yaml');
    rmSync(dirname(link), { recursive: true });
  });

  it('stand at each problem of a file, and are no longer than GitHub takes', () => {
    const problems = [3, 7].map(line => ({ line, message: `x.yaml:${line}:1 ${'y'.repeat(100_000)}` }));
    const name = 'n'.repeat(1000);
    const error = { code: 'TOPOLOGY_INVALID' as const, message: 'both', problems };
    const lines = githubAnnotations({ ...RUN, labs: [{ ...BROKEN, name, error }] });
    expect(lines.map(line => /,line=(\d+),/.exec(line)?.[1])).toEqual(['3', '7']);
    for (const line of lines) {
      expect(line.length).toBeLessThan(64 * 1024);
      expect(/title=([^:]*)::/.exec(line)?.[1]?.length).toBeLessThanOrEqual(255);
    }
  });
});

describe('stepsThat', () => {
  it('are the innermost ones, at the line of the nearest that has one', () => {
    const inner: StepFinding = { ...STEP, line: 0, claim: 'ttl', verdict: 'failed' };
    const outer: StepFinding = { ...STEP, verdict: 'failed', steps: [{ ...inner, verdict: 'proven' }, inner] };
    expect(stepsThat('failed', [STEP, outer]).map(({ claim, line }) => [claim, line])).toEqual([['ttl', 7]]);
  });
});
