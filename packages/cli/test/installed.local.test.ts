/** The command as a user has it, installed from packages into a folder of their own. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installInto } from './installed-packages.ts';
import { Surroundings } from './run-lab.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());
beforeAll(() => {
  installInto(around.folder, '@peerlab/cli');
  writeFileSync(join(around.folder, 'mine.yaml'), 'topology: { generator: ring, peers: 3 }\n');
});

async function lab(...words: string[]): Promise<string> {
  const binary = join(around.folder, 'node_modules/.bin/lab');
  const { stdout, stderr } = await promisify(execFile)(binary, words, { cwd: around.folder, env: around.env });
  return stdout + stderr;
}

it.each(['local', 'simulation'])('proves a lab on the driver %s', async driver => {
  const said = await lab('up', 'mine.yaml', '--driver', driver);
  expect(said).toContain('3 origins x 2 receivers: 6 of 6, each once; 12 frames, predicted 12');
  if (driver === 'local') expect(await lab('down', 'mine')).toContain('mine is gone');
});

it('begins a peer of one’s own, which is proven', async () => {
  expect(await lab('init', 'own', '--language', 'js')).toContain('peer.mjs, ring-3.yaml, .github/workflows/lab.yml');
  expect(await lab('up', 'own/ring-3.yaml', '--driver', 'local')).toContain('6 of 6, each once');
  expect(await lab('down', 'ring-3')).toContain('ring-3 is gone');
});

it('has the player of recordings with it', async () => {
  await lab('up', 'mine.yaml', '--driver', 'simulation', '--record', 'mine.trace.jsonl');
  await lab('export', 'mine.trace.jsonl', '--html', 'mine.html', '--svg', 'mine.svg');
  const [page, picture] = ['mine.html', 'mine.svg'].map(file => readFileSync(join(around.folder, file), 'utf8'));
  expect(page).toContain('id="trace">\n{"trace":2,"lab":"mine"');
  expect(page).not.toMatch(/<(script|link)[^>]*(src|href)="(?!data:)/);
  expect(picture?.match(/<circle/g)).toHaveLength(3);
});

it('has the library of the peer with it', async () => {
  const program = `
    const { createNode } = await import('@peerlab/node');
    const [a, b] = [await createNode({ listen: { host: '127.0.0.1', port: 0 } }), await createNode()];
    const got = new Promise(resolve => a.on('broadcast', ({ message }) => resolve(message)));
    await b.connect('127.0.0.1', a.address.port);
    await b.broadcast({ any: 'JSON' });
    console.log(JSON.stringify(await got));
    await Promise.all([a.close(), b.close()]);
  `;
  writeFileSync(join(around.folder, 'app.mjs'), program);
  const { stdout } = await promisify(execFile)(process.execPath, ['app.mjs'], { cwd: around.folder });
  expect(stdout.trim()).toBe('{"any":"JSON"}');
});
