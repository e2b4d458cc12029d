import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';
import { upSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

const saboteur = (name: string): string => join(ROOT, 'packages/saboteurs/dist', `${name}.mjs`);

/** The centre of it is n4. */
const grid = join(around.folder, 'grid.yaml');
writeFileSync(grid, 'name: grid-3x3\nsecurity: open\ntopology: { generator: grid, rows: 3, columns: 3 }\n');

/** Which promise each breaks, by the check that must notice. */
const SABOTEURS: readonly (readonly [program: string, check: string])[] = [
  ['drops-relays', 'broadcast'],
  ['echoes', 'broadcast'],
  ['delivers-twice', 'broadcast'],
  ['ignores-ttl', 'ttl'],
  ['steals-dms', 'dm'],
];

describe('a peer that breaks a promise', () => {
  it.each(SABOTEURS)('%s: the check %s fails, names the peer, and up ends in 1', async (program, check) => {
    const name = uniqueName('sab');
    const words = ['up', grid, '--name', name, '--program', `n4=${saboteur(program)}`];
    const { status, document } = await around.json(words);
    const { passed, checks, replay } = upSchema.parse(document);
    expect([status, passed]).toEqual([1, false]);
    const failed = checks.find(result => result.name === check);
    expect(failed?.verdict).toBe('failed');
    expect(failed?.explanations.map(({ culprit }) => culprit)).toContain('n4');
    expect(failed?.explanations.every(({ text }) => /\bn4\b/.test(text))).toBe(true);
    // The lab stays for a look, and verify says the same to a person.
    const again = await around.lab(['verify', name, '--check', check]);
    expect(again.status).toBe(1);
    expect(again.stdout).toMatch(/· .*\bn4\b/);
    expect(again.stdout).toMatch(/: \d of 4 claims proven, \d failed/);
    expect(again.stdout).toMatch(
      new RegExp(`chosen by the seed \\d+; to reproduce: lab verify ${name} --check ${check}\n`),
    );
    // So does the command that is told with the failure, by the same choices.
    expect(replay).toMatch(new RegExp(`^lab up ${grid} --driver local --seed \\d+ --name ${name} --program n4=`));
    const same = await around.lab(replay.split(' ').slice(1));
    expect([same.status, same.stdout]).toEqual([1, expect.stringContaining(`to reproduce: ${replay}\n`)]);
    expect(same.stdout).toContain(`expected ${failed?.expected}`);
    await around.lab(['down', name]);
  });
});
