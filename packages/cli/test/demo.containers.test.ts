/** The page over a lab of containers: shown while they start, flooded, and nothing of it left. */
import { execFileSync } from 'node:child_process';
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, describe, expect, it } from 'vitest';
import { livePage } from './live-page.ts';
import { Surroundings } from './run-lab.ts';

const engine = await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
afterAll(() => around[Symbol.dispose]());

function found(what: readonly string[], lab: string): string[] {
  const words = [...what, '--quiet', '--filter', `label=dev.peerlab.lab=${lab}`];
  return execFileSync('docker', words, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

const containersOf = (lab: string): string[] => found(['ps', '--all'], lab);
const networksOf = (lab: string): string[] => found(['network', 'ls'], lab);

describe(`lab demo on containers: ${engine}`, () => {
  it('shows them, and leaves none when it is killed', async () => {
    const run = around.start(['demo', '--driver', 'docker', '--every', '1']);
    await using page = await livePage(run);
    const { lab, driver } = page.header;
    const judged = await page.until('a verdict', ({ event }) => event === 'message');
    expect([driver, judged]).toMatchObject(['docker', { frames: 21, due: { length: 19 }, verdict: 'proven' }]);
    expect(containersOf(lab)).toHaveLength(20);
    run.signal('SIGKILL');
    await run.ended;
    await expect.poll(() => containersOf(lab), { timeout: 30_000, message: `containers of ${lab} go` }).toEqual([]);
    // A network ends with nobody: what a killed command leaves of it, lab prune removes, and lab down by name.
    expect((await around.lab(['down', lab])).status).toBe(0);
    expect(networksOf(lab)).toEqual([]);
  });
});
