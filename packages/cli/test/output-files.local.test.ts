/** No verb replaces a file or a folder that was there, unless it is told to; what cannot be written is told before the work. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Surroundings } from './run-lab.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());

const mine = join(around.folder, 'mine');
const trace = join(around.folder, 'trace.jsonl');
const PRECIOUS = 'the only copy';
beforeEach(() => writeFileSync(mine, PRECIOUS));

const SMALL = 'topologies/line-5.yaml';
const SIMULATED = ['--driver', 'simulation'];

/** Every option of every verb that names a file to be written. */
const WRITERS: readonly (readonly string[])[] = [
  ['test', SMALL, ...SIMULATED, '--report', `junit=${mine}`],
  ['test', SMALL, ...SIMULATED, '--report', `json=${mine}`],
  ['test', SMALL, ...SIMULATED, '--report', `markdown=${mine}`],
  ['test', SMALL, ...SIMULATED, '--record', mine],
  ['up', SMALL, ...SIMULATED, '--record', mine],
  ['record', 'no-such-lab', mine],
  ['compare', SMALL, '--driver', 'local', '--vary', 'latencyMs=0,1', '--svg', mine],
  ['sim', 'sweep', SMALL, '--vary', 'ttl=1..2', '--svg', mine],
  ['conform', '--report', `json=${mine}`, '--timeout', '1000', 'no-such-program'],
  ['conform', '--report', `junit=${mine}`, '--timeout', '1000', 'no-such-program'],
  ['generate', 'ring', 'peers=5', '-o', mine],
  ['export', trace, '--html', mine],
  ['export', trace, '--svg', mine],
];

describe('a file that exists', () => {
  it.each(WRITERS.map(words => [words.filter(word => !word.startsWith('/')).join(' '), words]))(
    'is left alone by %s',
    async (_, words) => {
      const { status, stderr } = await around.lab(words);
      expect(stderr).toContain(`${mine} already exists`);
      expect(stderr).toContain('--force');
      expect(status).toBe(2);
      expect(readFileSync(mine, 'utf8')).toBe(PRECIOUS);
    },
  );

  it('is replaced with --force, by what the verb writes', async () => {
    const force = ['--force'];
    expect((await around.lab(['test', SMALL, ...SIMULATED, '--record', trace, ...force])).status).toBe(0);
    const replaced = [
      [['test', SMALL, ...SIMULATED, '--report', `junit=${mine}`, ...force], '<testsuites'],
      [['up', SMALL, ...SIMULATED, '--record', mine, ...force], '"trace":2'],
      [['export', trace, '--svg', mine, ...force], '<svg'],
      [['generate', 'ring', 'peers=5', '-o', mine, ...force], 'generator: ring'],
    ] as const;
    for (const [words, begins] of replaced) {
      writeFileSync(mine, PRECIOUS);
      expect((await around.lab(words)).status).toBe(0);
      expect(readFileSync(mine, 'utf8')).toContain(begins);
    }
  });

  it('is not left empty by a recording that never began', async () => {
    const broken = join(around.folder, 'broken.yaml');
    writeFileSync(
      broken,
      'name: never\nkinds: { own: { command: [nothing], peers: [a] } }\npeers: [a, b]\nlinks: [[a, b]]\n',
    );
    const file = join(around.folder, 'never.jsonl');
    expect((await around.lab(['up', broken, '--driver', 'local', '--record', file])).status).not.toBe(0);
    expect(readdirSync(around.folder)).not.toContain('never.jsonl');
  });
});

it('a folder with the name of a lab is no place for its artifacts', async () => {
  const lab = join(around.folder, 'chat.yaml');
  writeFileSync(
    lab,
    'peers: [a, b, c]\nlinks: [[a, b], [b, c]]\nscenario:\n  - broadcast: a\n    expect: { reaches: b, not-reaches: c }\n',
  );
  mkdirSync(join(around.folder, 'chat'));
  writeFileSync(join(around.folder, 'chat/thesis.txt'), PRECIOUS);
  const words = ['test', lab, ...SIMULATED, '--artifacts', around.folder];
  const { status, stdout } = await around.lab(words);
  expect(status).toBe(1);
  expect(stdout).toContain(`artifacts: ${join(around.folder, 'chat.2')}`);
  expect((await around.lab(words)).stdout).toContain(`artifacts: ${join(around.folder, 'chat.3')}`);
  expect(readdirSync(join(around.folder, 'chat'))).toEqual(['thesis.txt']);
  expect(readdirSync(join(around.folder, 'chat.2'))).toContain('report.json');
});
