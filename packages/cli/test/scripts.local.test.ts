/** Scripts refuse what they do not know, with a sentence and their usage: no run begins that nobody asked for. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './run-lab.ts';

const run = (script: string, ...words: readonly string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts', script), ...words], { encoding: 'utf8', timeout: 20_000 });

it.each([
  ['release.js', '--nope', "Unknown option '--nope'"],
  ['chaos-soak.js', '--rounds=0', '--rounds 0: not a whole number from 1'],
  ['up-pairs.js', '--nope', "Unknown option '--nope'"],
  ['kill-soak.js', '--nope', "Unknown option '--nope'"],
  ['../bench/programs/run.js', '--nope', "Unknown option '--nope'"],
  ['../bench/programs/run.js', '--only=serf', '--only serf: not one of peerlab, docker, compose'],
])('%s %s', (script, word, sentence) => {
  const { status, stderr } = run(script, word);
  expect([status, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  expect(stderr).toContain('usage: ');
  expect(stderr).not.toMatch(/^\s+at /m);
});

it('release.js takes one version', () => {
  const { status, stderr } = run('release.js', 'minor', 'major');
  expect([status, stderr]).toEqual([2, expect.stringContaining('unexpected argument major')]);
});

it.each([[], ['up', '0'], ['up', '26']])('docker-engines.sh %j starts nothing', (...words) => {
  const { status, stderr } = spawnSync(join(ROOT, 'scripts/docker-engines.sh'), words, {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^docker-engines\.sh: (usage: |the number of engines is from 1 to 25|.* need root)/),
  ]);
});
