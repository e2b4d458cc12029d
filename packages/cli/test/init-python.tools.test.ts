/** `lab init --language python`: from an empty folder to a proven lab, also together with peers in JavaScript. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeInit, emptyFolder } from './init-language.ts';
import { Surroundings, uniqueName } from './run-lab.ts';
import { upSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

describeInit('python', around);

describe('the two languages', () => {
  it('make one proven lab', async () => {
    const folder = emptyFolder(around);
    await around.labIn(folder, ['init', 'js']);
    await around.labIn(folder, ['init', 'py', '--language', 'python']);
    writeFileSync(
      join(folder, 'mixed.yaml'),
      `name: ${uniqueName('mixed')}
topology: { generator: random-regular, peers: 8, degree: 3 }
kinds: { js: { command: node js/peer.mjs }, py: { command: python3 py/peer.py, peers: 4 } }
defaults: { kind: js }
`,
    );
    const { status, stdout } = await around.labIn(folder, ['up', 'mixed.yaml', '--driver', 'local', '-f', 'json']);
    expect([status, upSchema.parse(JSON.parse(stdout)).passed]).toEqual([0, true]);
  });
});
