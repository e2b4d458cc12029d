/** A fixed share of scripts/chaos-soak.js: things go wrong around verbs, by a seed, and every claim of the soak holds. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './run-lab.ts';

it('whatever goes wrong around a verb, it ends, tells the truth, and the lab is proven after a repair', {
  timeout: 300_000,
}, async () => {
  const script = join(ROOT, 'scripts/chaos-soak.js');
  const child = spawn(process.execPath, [script, '--rounds', '6', '--seed', '16'], { stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const status = await new Promise(done => child.once('close', done));
  expect(output).toContain('6 rounds, 0 problems; seed 16');
  expect(status).toBe(0);
});
