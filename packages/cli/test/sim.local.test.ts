/** `lab sim` and `lab up --driver simulation`, as a user runs them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Surroundings } from './run-lab.ts';

const BOUND_MS = 120_000;
const here = new Surroundings();
afterAll(() => here[Symbol.dispose]());

describe('lab sim', { timeout: BOUND_MS }, () => {
  it('floods the graph of a file', async () => {
    const { status, document } = await here.json(['sim', 'flood', 'topologies/torus-10x10.yaml', '--ttl', '5']);
    expect(status).toBe(0);
    expect(document).toMatchObject({ name: 'torus-10x10', covered: 59, frames: 124, isPartial: false });
  });

  it('runs the generator of a file that no machine could hold as containers', async () => {
    const file = join(here.folder, 'large.yaml');
    writeFileSync(file, 'name: large\nseed: 4\ntopology: { generator: random-choice, peers: 50000, choices: 4 }\n');
    const run = () => here.json(['sim', 'flood', file, '--latency', 'uniform:1..100']);
    const [{ document: first }, { document: second }] = [await run(), await run()];
    expect(first).toMatchObject({ name: 'large', seed: 4, peers: 50_000, covered: 50_000 });
    expect(Reflect.get(Object(second), 'traceHash')).toBe(Reflect.get(Object(first), 'traceHash'));
  });

  it('sweeps, as a table and as a chart', async () => {
    const svg = join(here.folder, 'ttl.svg');
    const words = ['sim', 'sweep', 'topologies/torus-10x10.yaml', '--vary', 'ttl=1,2,10', '--seeds', '2', '--svg', svg];
    const { status, stdout } = await here.lab(words);
    expect(status).toBe(0);
    expect(
      stdout
        .split('\n')
        .slice(1, 4)
        .map(line => line.trim().split(/ {2,}/).slice(0, 2)),
    ).toEqual([
      ['1', '5'],
      ['2', '13'],
      ['10', '100'],
    ]);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it('gives the floods so far on Ctrl-C, also between floods of a moment', async () => {
    // Each of these floods ends at one go: without a turn for signals none would be seen.
    const run = here.start([
      'sim',
      'sweep',
      'ring',
      'peers=2000',
      '--vary',
      'ttl=1..1000',
      '--seeds',
      '100',
      '-f',
      'json',
    ]);
    await run.printed('100000 floods of up to 2000 peers');
    run.signal('SIGINT');
    const { status, stdout } = await run.ended;
    expect([status, JSON.parse(stdout)]).toMatchObject([130, { name: 'ring-2000', isPartial: true }]);
  });

  it('refuses a study that cannot fit before its first flood', async () => {
    const words = [
      'sim',
      'sweep',
      'random-choice',
      'peers=1001',
      'choices=1000',
      '--vary',
      'peers=1001,2000000',
      '--seeds',
      '2',
    ];
    const { status, stdout, stderr } = await here.lab(words);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(
      /4 floods of up to 2000000 peers: .*\n✖ this needs up to \d+\.\d GB of memory, but .* are free\n/,
    );
  });

  it('compares with the same seeds', async () => {
    const words = [
      'sim',
      'compare',
      'torus',
      'rows=10',
      'columns=10',
      '--ttl',
      '5',
      '--with',
      'ttl=10',
      '--seeds',
      '3',
    ];
    const { document } = await here.json(words);
    expect(document).toMatchObject({ metrics: { coverage: { difference: { mean: 41 }, higher: 3 } } });
  });

  it('takes every quantity with its unit, and without', async () => {
    const flood = async (...words: string[]): Promise<string> =>
      ((await here.json(['sim', 'flood', 'torus', 'rows=6', 'columns=6', ...words])).document as { traceHash: string })
        .traceHash;
    const bare = ['--latency', 'uniform:1..50', '--jitter-ms', '5', '--loss', '0.1', '--bandwidth-kbps', '1500'];
    const units = [
      '--latency',
      'uniform:1ms..0.05s',
      '--jitter-ms',
      '5ms',
      '--loss',
      '10%',
      '--bandwidth-kbps',
      '1.5Mbit/s',
    ];
    const size = await flood(...bare, '--payload-bytes', '1024');
    expect(await flood(...units, '--payload-bytes', '1KiB')).toBe(size);
    const vary = async (variation: string): Promise<unknown> =>
      (
        (await here.json(['sim', 'sweep', 'ring', 'peers=6', '--seeds', '1', '--vary', variation])).document as {
          points: { value: number }[];
        }
      ).points.map(({ value }) => value);
    expect(await vary('loss=0..20%/10%')).toEqual(await vary('loss=0..0.2/0.1'));
    expect(await vary('latencyMs=1..3ms')).toEqual([1, 2, 3]);
    expect(await vary('bandwidthKbps=64kbit/s..1Mbit/s*4')).toEqual([64, 256]);
    expect(await vary('payloadBytes=1KiB,2KiB')).toEqual([1024, 2048]);
    expect(await vary('ttl=1..3')).toEqual([1, 2, 3]);
  });

  it.each([
    [['sim', 'sweep', 'topologies/ring-20.yaml'], 2, 'a sweep needs --vary'],
    [['sim', 'compare', 'topologies/ring-20.yaml'], 2, 'nothing to compare with'],
    [['sim', 'flood', 'moebius', 'peers=5'], 2, 'no file or generator is named'],
    [['sim', 'flood', 'ring', 'peers=x'], 2, 'not peers=NUMBER'],
    [['sim', 'flood', 'ring', 'peers=5', '--loss', '2'], 2, 'lossRatio is 2'],
    [['sim', 'flood', 'ring', 'peers=5', '--latency', 'wild'], 2, '--latency wild: not a time'],
    [['sim', 'flood', 'random-choice', 'peers=60000000', 'choices=30'], 3, 'this needs up to'],
  ])('refuses %j', async (words, expected, message) => {
    const { status, stderr } = await here.lab(words);
    expect([status, stderr]).toEqual([expected, expect.stringContaining(message)]);
  });
});

describe('lab up --driver simulation', { timeout: BOUND_MS }, () => {
  it('proves a lab in virtual time, the same way each time, and leaves nothing', async () => {
    const words = ['up', 'topologies/ring-20.yaml', '--driver', 'simulation'];
    const [{ status, document }, again] = [await here.json(words), await here.json(words)];
    expect(status).toBe(0);
    expect(document).toMatchObject({ lab: 'ring-20', driver: 'simulation', passed: true, simulation: { seed: 1 } });
    const traceOf = (of: unknown): unknown => Reflect.get(Object(Reflect.get(Object(of), 'simulation')), 'traceHash');
    expect(traceOf(again.document)).toBe(traceOf(document));
    expect((await here.json(['ls'])).document).toMatchObject({ labs: [] });
  });
});
