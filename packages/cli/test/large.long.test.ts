/** Topologies that are too large for whole peers, as a user runs them: flooded in virtual time, and nowhere else. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Surroundings } from './run-lab.ts';
import { errorSchema, largeGraphSchema, largeUpSchema, upSchema, validateSchema } from './schemas.ts';

const BOUND_MS = 120_000;
const MILLION = 'topologies/million.yaml';
const here = new Surroundings();
afterAll(() => here[Symbol.dispose]());

/** A large network that a test can flood in a moment. */
const SMALLEST = join(here.folder, 'smallest.yaml');
writeFileSync(SMALLEST, 'seed: 4\ntopology: { generator: random-choice, peers: 2001, choices: 3 }\n');

describe('lab up --driver simulation of a large topology', { timeout: BOUND_MS }, () => {
  it('floods a million peers, and proves what the graph says', async () => {
    const { status, document } = await here.json(['up', MILLION, '--driver', 'simulation']);
    const { peers, links, checks, floods, memory, ...rest } = largeUpSchema.parse(document);
    expect(status).toBe(0);
    expect(rest).toMatchObject({ lab: 'million', passed: true, isPartial: false, simulation: { seed: 1 } });
    expect(peers).toBe(1_000_000);
    expect(checks.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['broadcast', 'proven'],
      ['ttl', 'proven'],
      ['dm', 'proven'],
    ]);
    expect(floods[0]?.covered).toBe(1_000_000);
    expect(floods[0]?.frames).toBe(2 * links - peers + 1);
    expect(memory.neededBytes).toBeLessThan(memory.availableBytes);
  });

  it('goes the same way by the command that it prints, and another way with another seed', async () => {
    const words = ['up', SMALLEST, '--driver', 'simulation', '--name', 'renamed'];
    const first = await here.lab(words);
    expect([first.status, first.stderr]).toEqual([0, expect.stringMatching(/up to \d+ MB of memory; .* free/)]);
    const trace = /renamed: 3 claims proven; trace ([0-9a-f]{16})\n/.exec(first.stdout)?.[1];
    const replay = /^to reproduce: lab (.*)$/m.exec(first.stdout)?.[1] ?? '';
    expect(replay).toBe(`up ${SMALLEST} --driver simulation --seed 4 --name renamed`);
    const again = await here.lab(replay.split(' '));
    expect(trace).toBeDefined();
    expect(again.stdout).toContain(`trace ${trace}`);
    expect((await here.lab([...words, '--seed', '5'])).stdout).not.toContain(trace);
  });

  it('gives what there is so far on Ctrl-C, and says that it is partial', async () => {
    const file = join(here.folder, 'slow.yaml');
    writeFileSync(file, 'topology: { generator: random-choice, peers: 100000, choices: 8 }\n');
    for (const format of ['text', 'json']) {
      const run = here.start(['up', file, '--driver', 'simulation', '-f', format]);
      await run.printed('network');
      run.signal('SIGINT');
      const { status, stdout } = await run.ended;
      expect(status).toBe(130);
      if (format === 'text')
        expect(stdout).toMatch(
          /slow was cancelled after no complete check\nso far +a flood from n\d+ covered \d+ of 100000 peers/,
        );
      else
        expect(largeUpSchema.parse(JSON.parse(stdout))).toMatchObject({
          isPartial: true,
          passed: false,
          checks: [],
        });
    }
  });

  it('floods a graph of named peers, and the same one as lab sim does', async () => {
    const named = join(here.folder, 'named.yaml');
    const { stdout } = await here.lab([
      'generate',
      'random-choice',
      'peers=2001',
      'choices=3',
      '--seed',
      '4',
      '--expand',
    ]);
    writeFileSync(named, stdout);
    const [large, laidOut, flood] = await Promise.all([
      here.json(['up', SMALLEST, '--driver', 'simulation']),
      here.json(['up', named, '--driver', 'simulation']),
      here.json(['sim', 'flood', SMALLEST, '--origin', '0']),
    ]);
    const first = largeUpSchema.parse(large.document);
    const second = largeUpSchema.parse(laidOut.document);
    expect([second.passed, second.links, second.simulation.traceHash]).toEqual([
      true,
      first.links,
      first.simulation.traceHash,
    ]);
    expect(flood.document).toMatchObject({ peers: 2001, links: first.links });
  });

  it('has whole peers for a recording', async () => {
    const record = join(here.folder, 'whole.yaml');
    const { status, document } = await here.json([
      'up',
      SMALLEST,
      '--driver',
      'simulation',
      '--no-verify',
      '--record',
      record,
      '--name',
      'whole',
    ]);
    expect([status, upSchema.parse(document).peers]).toEqual([0, expect.anything()]);
    expect(readFileSync(record, 'utf8').split('\n').length).toBeGreaterThan(2 * 2001);
  });

  it('draws the graph alone with --no-verify', async () => {
    const { document } = await here.json(['up', SMALLEST, '--driver', 'simulation', '--no-verify']);
    expect(largeUpSchema.parse(document)).toMatchObject({
      peers: 2001,
      floods: [],
      passed: true,
      verdict: 'not-proven',
    });
  });
});

describe('what a large topology cannot have is told at once', { timeout: BOUND_MS }, () => {
  it.each([
    [
      ['up', MILLION, '--driver', 'docker'],
      3,
      'CANNOT_CARRY',
      'cannot run as containers, because one network bridge carries 1,000',
    ],
    [
      ['up', MILLION, '--driver', 'local'],
      3,
      'CANNOT_CARRY',
      'cannot run as processes, because they would take 23,438 GiB of memory',
    ],
    [['up', MILLION], 3, 'CANNOT_CARRY', 'cannot run as processes'],
    [['up', MILLION, '--driver', 'simulation', '--record', 'x.jsonl'], 2, 'USAGE', 'too many to expand one by one'],
    [['verify', MILLION], 2, 'NO_SUCH_LAB', 'a network of 1,000,000 peers exists only during its simulation'],
    [['inspect', MILLION], 2, 'NO_SUCH_LAB', 'exists only during its simulation'],
    [['graph', MILLION, '-f', 'dot'], 2, undefined, 'too many to draw'],
    [['graph', MILLION, '--from', 'n1000000'], 2, 'USAGE', 'no peer "n1000000"'],
    [['compare', MILLION, '--vary', 'latencyMs=1,2'], 2, 'USAGE', 'too many to expand one by one'],
    [['generate', 'ring', 'peers=3000000', '--expand'], 2, 'USAGE', 'too many to list'],
  ])('%j', async (words, expected, code, message) => {
    const { status, stdout, stderr } = await here.lab(code === undefined ? words : [...words, '-f', 'json']);
    expect([status, stderr]).toEqual([expected, expect.stringContaining(message)]);
    if (code !== undefined) expect(errorSchema.parse(JSON.parse(stdout)).error.code).toBe(code);
  });

  it('and leaves nothing', () => {
    expect(readdirSync(here.folder).filter(name => !name.endsWith('.yaml'))).toEqual([]);
  });
});

describe('a large topology', { timeout: BOUND_MS }, () => {
  it('is valid, without being drawn', async () => {
    const { status, document } = await here.json(['validate', MILLION]);
    const [file] = validateSchema.parse(document).files;
    expect([status, file]).toEqual([
      0,
      expect.objectContaining({ valid: true, peers: 1_000_000, links: 3_999_992, large: true }),
    ]);
  });

  it('has its facts and its horizon told', async () => {
    const { document } = await here.json(['graph', SMALLEST, '--from', 'n7']);
    const { peers, links, degree, horizon } = largeGraphSchema.parse(document);
    expect([peers, degree.min >= 2, degree.mean]).toEqual([2001, true, Number(((2 * links) / 2001).toFixed(3))]);
    expect(horizon.from).toBe('n7');
    expect(horizon.rows[0]?.reached).toBe(horizon.rows[0]?.frames);
    expect(horizon.rows.at(-1)).toMatchObject({ reached: 2000, frames: 2 * links - 2001 + 1 });
    expect((await here.lab(['graph', SMALLEST])).stdout).toContain(`2001 peers · ${links} links`);
  });

  it('is written by lab generate, and of many hops the last is told', async () => {
    const file = join(here.folder, 'line.yaml');
    const { status, stderr } = await here.lab(['generate', 'line', 'peers=30000', '-o', file]);
    expect([status, stderr]).toEqual([0, expect.stringContaining('30000 peers, about 29999 links')]);
    expect((await here.lab(['graph', file])).stdout).toMatch(/more; the last:\n30000 +29999/);
  });
});

describe('a lab in virtual time', { timeout: BOUND_MS }, () => {
  it('tells its seed, and the command that replays it', async () => {
    const words = ['up', 'topologies/line-5.yaml', '--driver', 'simulation', '--name', 'again', '--seed', '3'];
    const { document } = await here.json(words);
    const replay = `lab ${words.slice(0, 4).join(' ')} --seed 3 --name again`;
    expect(upSchema.parse(document)).toMatchObject({ simulation: { seed: 3 }, replay });
  });
});
