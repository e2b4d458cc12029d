/** `lab conform`: what it prints, writes and exits with. That every clause is tried is tested in packages/saboteurs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings } from './run-lab.ts';
import { conformSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());

const OWN = ['node', join(ROOT, 'packages/node/dist/peer.mjs')];
const breaker = (breakage: string) => [
  'node',
  join(ROOT, 'packages/saboteurs/test/contract-breaker.js'),
  join(ROOT, 'packages/node/dist/peer.mjs'),
  breakage,
];

async function conformed(program: readonly string[]) {
  // What follows the program's name is its own: options come before.
  const { status, stdout } = await around.lab(['conform', '--timeout', '20000', '-f', 'json', ...program]);
  return { status, ...conformSchema.parse(JSON.parse(stdout)) };
}

describe('lab conform', () => {
  it("finds that the project's own peer keeps every clause", async () => {
    const { clauses, ...report } = await conformed(OWN);
    expect(clauses.filter(({ verdict }) => verdict !== 'proven')).toEqual([]);
    expect(report).toMatchObject({ status: 0, node: { name: 'peerlab' }, passed: true });
    expect(clauses).toHaveLength(50);
  });

  it('tells what fails, why, and the exchange; as JUnit too', async () => {
    const junit = join(around.folder, 'conform.xml');
    const words = ['--clause', 'commands.unknown', '--clause', 'start.ready', '--report', `junit=${junit}`];
    const { status, stdout } = await around.lab(['conform', ...words, ...breaker('commands.unknown')]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^✔ start\.ready +says ready once, before any other event$/m);
    expect(stdout).toMatch(/^✖ commands\.unknown +refuses an unknown command with bad-command$/m);
    expect(stdout).toMatch(/^ {4}\{"command":"sing"\} was answered with a result, not with the error bad-command$/m);
    expect(stdout).toMatch(/^ {4}n0 <- \{"seq":"(.*)","command":"sing"\}\n {4}n0 -> \{"reply":"\1","result":\{\}\}$/m);
    expect(stdout).toMatch(/^peerlab [\d.]+ does not keep the contract: 1 of 2 clauses broken/m);
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toContain('<testsuites name="peerlab" tests="2" failures="1" errors="0"');
    expect(xml).toMatch(/<failure message="\{&quot;command&quot;:&quot;sing&quot;\} was answered/);
  });

  it('tells of a program that does not start what it printed, and tries nothing more', async () => {
    const { status, node, passed, clauses } = await conformed(['node', 'nothing.mjs']);
    expect([status, node, passed]).toEqual([1, null, false]);
    const { stdout } = await around.lab(['conform', 'node', 'nothing.mjs']);
    expect(stdout).toMatch(/^✖ start\.ready/);
    expect(stdout).toContain('49 clauses not tried: the program did not become ready');
    expect(stdout).toContain('node nothing.mjs does not keep the contract: 1 of 50 clauses broken');
    const [first, ...others] = clauses;
    expect(first?.observed).toMatch(/exited with status 1 before it was ready/);
    expect(first?.evidence.join('\n')).toContain('Cannot find module');
    expect(new Set(others.map(({ verdict, reason }) => `${verdict}: ${reason}`))).toEqual(
      new Set(['not-proven: the program did not become ready']),
    );
  });

  it('notes events that the contract does not have: they are log, and break nothing', async () => {
    const { status, passed, notes } = await conformed(['--clause', 'connect.link', ...breaker('logger')]);
    expect([status, passed]).toEqual([0, true]);
    expect(notes).toEqual([
      'the contract has no event "heartbeat"; the lab takes the line as log: n0 -> {"event":"heartbeat","level":"info"}',
    ]);
  });

  it('needs a program or an image, and refuses unknown clauses', async () => {
    const nothing = await around.lab(['conform']);
    expect([nothing.status, nothing.stderr]).toEqual([2, expect.stringContaining('lab conform COMMAND…')]);
    const wrong = await around.lab(['conform', '--clause', 'start.redy', ...OWN]);
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean "start.ready"')]);
  });
});
