/** `lab test` on real containers: every topology of up to 30 peers, the examples' scenarios; nothing of them is left. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireEngine } from '@peerlab/driver-docker';
import { isLargeTopology, parseAnyTopology } from '@peerlab/topology';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings } from './run-lab.ts';
import { testSchema } from './schemas.ts';

const engine = await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
afterAll(() => around[Symbol.dispose]());

const MOST_PEERS = 30;

/** The files of a folder whose labs are small enough for an engine under test. */
function smallLabs(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder)).filter(name => name.endsWith('.yaml'));
  return files
    .map(name => `${folder}/${name}`)
    .filter(file => {
      const topology = parseAnyTopology(readFileSync(join(ROOT, file)), { file });
      return !isLargeTopology(topology) && topology.peers.length <= MOST_PEERS;
    });
}

/** What the engine has of throw-away labs of these names: containers in any state, and networks. */
function leftovers(names: readonly string[]): string[] {
  const format = ['--format', '{{.Label "dev.peerlab.lab"}}', '--filter', 'label=dev.peerlab.lab'];
  const containers = execFileSync('docker', ['ps', '--all', ...format], { encoding: 'utf8' });
  const networks = execFileSync('docker', ['network', 'ls', ...format], { encoding: 'utf8' });
  const isOurs = (lab: string): boolean => names.some(name => lab.startsWith(`${name.slice(0, 19)}-`));
  return `${containers}${networks}`.split('\n').filter(isOurs);
}

describe(`lab test on containers: ${engine}`, { timeout: 240_000 }, () => {
  // Faults of whole containers: packages/peerlab/test/faults.
  it('proves the scenarios of the examples in shared containers, two at a time, and leaves nothing', async () => {
    const files = smallLabs('examples/scenarios');
    expect(files.length).toBeGreaterThan(1);
    for (let i = 0; i < files.length; i += 2) {
      const words = files.slice(i, i + 2);
      const { status, document } = await around.json([
        'test',
        ...words,
        '-j',
        '2',
        '--driver',
        'docker',
        '--pack',
        '6',
      ]);
      const { labs } = testSchema.parse(document);
      const ended = labs.map(({ file, outcome, error }) => [file, outcome, error]);
      expect(ended).toEqual(words.map(file => [file, 'passed', undefined]));
      expect(status).toBe(0);
      expect(leftovers(labs.map(({ name }) => name))).toEqual([]);
    }
  });

  it('two commands at once, of the same file', async () => {
    const words = ['test', 'topologies/line-5.yaml', '--driver', 'docker'];
    const runs = await Promise.all([1, 2].map(async () => await around.process(words)));
    for (const { status, stdout } of runs) {
      expect([stdout, status]).toEqual([expect.stringContaining('1 lab on docker: 1 passed'), 0]);
    }
    expect(leftovers(['line-5'])).toEqual([]);
  });

  it('SIGTERM takes containers and network down', async () => {
    const run = around.start(['test', 'topologies/line-5.yaml', 'topologies/line-5.yaml', '--driver', 'docker']);
    await run.printed('4 checks, 5 peers');
    run.signal('SIGTERM');
    expect((await run.ended).status).toBe(130);
    expect(leftovers(['line-5'])).toEqual([]);
  });

  it('refuses more peers than a bridge carries, at once', async () => {
    const large = 'topology: { generator: ring, peers: 100000 }\n';
    const { status, stdout } = await around.lab(['test', '-', '--driver', 'docker'], large);
    expect(stdout).toContain('100000 peers');
    expect(status).toBe(3);
  });
});
