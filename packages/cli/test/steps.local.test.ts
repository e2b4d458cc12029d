/** The steps `exec` and `log` on processes: those that hold, those that hold later, and what a report says of those that do not. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Surroundings, uniqueName } from './run-lab.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());

/** Says who it is, and a moment later, by a line and by a file, that it has found its place. */
const TELLER = `
  const [, name, folder] = process.argv;
  console.log('I am ' + name);
  setTimeout(() => {
    require('node:fs').writeFileSync(folder + '/settled', '');
    console.log(name + ' has settled');
  }, 700);
  setInterval(() => undefined, 60_000);
`;

const TOPOLOGY = (name: string): string => `
name: ${name}
topology: { peers: 3, links: own }
defaults: { kind: teller }
kinds:
  teller:
    volumes: [/data]
    program: { run: [node, -e, ${JSON.stringify(TELLER)}, "{name}", "{data}"] }
scenario:
  - log: { on: all, match: '^I am {name}$', within: 20s }
  - exec: { on: all, run: 'test -e {data}/settled', within: 20s }
  - log: { on: [n0, n2], match: 'has settled', within: 20s }
  - exec: { on: n0..n1, run: 'echo {name} of {lab}', match: '^{name} of {lab}$', count: 1 }
  - exec: { on: n1, run: 'test -e {data}/nothing', status: 1 }
  - exec: { on: [n0, n1], run: echo hello, match: bye }
  - exec: { on: n2, run: 'test -e {data}/nothing' }
  - exec: { on: n0, run: no-such-program x }
  - exec: { on: n1, run: printf 'a\\nb\\n', count: ">= 3", within: 200ms }
  - log: { on: all, match: '^I am n1$', within: 200ms }
`;

interface Step {
  readonly verdict: string;
  readonly observed: string;
  readonly evidence: readonly string[];
  readonly explanations: readonly { readonly text: string; readonly culprit?: string }[];
}

it('hold where the programs answer so, and else say what was printed, by whom', async () => {
  const path = join(around.folder, 'steps.yaml');
  const name = uniqueName('steps');
  writeFileSync(path, TOPOLOGY(name));
  const { status, stdout, stderr } = await around.lab(['test', path, '--driver', 'local', '-f', 'json']);
  const [lab] = JSON.parse(stdout).labs;
  expect(lab.error, stderr).toBeUndefined();
  const told = lab.steps.map(({ verdict, observed, explanations }: Step) => [
    verdict,
    observed,
    ...explanations.map(({ text }) => text),
  ]);
  expect(told).toEqual([
    ['proven', '3 of 3 peers printed one'],
    ['proven', '3 of 3 peers answered as expected'],
    ['proven', '2 of 2 peers printed one'],
    ['proven', '2 of 2 peers answered as expected'],
    ['proven', '1 of 1 peer answered as expected'],
    [
      'failed',
      '0 of 2 peers answered as expected',
      'n0: nothing that it printed matches /bye/',
      'n1: nothing that it printed matches /bye/',
    ],
    ['failed', '0 of 1 peer answered as expected', 'n2: exited with status 1, not with status 0'],
    ['failed', '0 of 1 peer answered as expected', expect.stringMatching(/^n0: .*no-such-program/)],
    ['failed', '0 of 1 peer answered as expected', expect.stringMatching(/^n1: 2 lines, not >= 3/)],
    [
      'failed',
      '1 of 3 peers printed one',
      expect.stringMatching(/^n0: none of its lines matches/),
      expect.stringMatching(/^n2: none of its lines matches/),
    ],
  ]);
  // What was printed is in the report, with the command as it was run.
  const evidence = lab.steps.map((step: Step) => step.evidence.join('\n'));
  expect(evidence[3]).toMatch(new RegExp(`n1: \\$ echo n1 of (${name}\\S*): exited with status 0\nn1: \\| n1 of \\1`));
  expect(evidence[5]).toContain('n0: $ echo hello: exited with status 0\nn0: | hello');
  expect(evidence[8]).toContain('n1: | a\nn1: | b');
  expect(evidence[9]).toContain('n2: | I am n2\nn2: | n2 has settled');
  expect(status).toBe(1);
});
