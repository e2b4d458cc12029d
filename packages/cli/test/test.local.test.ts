/** `lab test`: scenarios, reports, artifacts and exit statuses of the real command; nothing of a lab is left. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings } from './run-lab.ts';
import { lsSchema, testSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());

const drops = join(ROOT, 'packages/saboteurs/dist/drops-relays.mjs');

function file(name: string, text: string): string {
  const path = join(around.folder, name);
  writeFileSync(path, text);
  return path;
}

async function expectNothingLeft(): Promise<void> {
  expect(lsSchema.parse((await around.json(['ls'])).document).labs).toEqual([]);
  expect(labProcesses()).toEqual([]);
}

/** Processes of peers whose lab was made in these surroundings. */
function labProcesses(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter(pid => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const environ = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return environ.includes(`XDG_RUNTIME_DIR=${around.folder}\0`) && environ.includes('PEERLAB_LAB=');
    } catch {
      return false;
    }
  });
}

const SCENARIO = `
name: scene
topology: { generator: ring, peers: 6 }
scenario:
  - broadcast: { from: n0, ttl: 2 }
    expect: { reaches: [n1, n2, n4, n5], not-reaches: n3, frames: 4 }
  - fault: { partition: [[n0..n2]] }
  - broadcast: n0
    expect: { reaches: [n1, n2], not-reaches: n3..n5 }
  - fault: { kill: n4 }
  - checks: all
  - heal:
  - fault: { pause: n5, for: 100ms }
  - parallel:
      - load: { rate: 50/s, duration: 400ms, from: [n1, n2] }
        expect: { delivered: '>= 50 %' }
      - dm: { from: n0, to: n3 }
        expect: { reaches: [n3] }
  - checks: [links, broadcast]
`;
const scene = file('scene.yaml', SCENARIO);
const wrong = file('wrong.yaml', `${SCENARIO}  - name: too far\n    broadcast: n0\n    expect: { hops: <= 2 }\n`);

describe('lab test', { timeout: 120_000 }, () => {
  it('proves many files in virtual time, a large network among them', async () => {
    // That every topology of the project passes: packages/peerlab/test/parity.long.test.ts, and large.long.test.ts.
    const large = file('large-one.yaml', 'topology: { generator: random-choice, peers: 2001, choices: 3 }\n');
    const words = ['topologies/line-5.yaml', 'topologies/custom-chat.yaml', 'topologies/star-20.yaml', large];
    // A process: the thread that floods the large one has the import conditions of this one, and would look for sources.
    const { status, stdout } = await around.process(['test', ...words, '--driver', 'simulation', '-f', 'json']);
    const { passed, labs } = testSchema.parse(JSON.parse(stdout));
    expect(labs.map(({ file: name, outcome }) => [name, outcome])).toEqual(words.map(name => [name, 'passed']));
    expect([status, passed]).toEqual([0, true]);
  });

  it('holds the scenarios of the examples', async () => {
    const folder = 'examples/scenarios';
    const files = readdirSync(join(ROOT, folder)).filter(name => name.endsWith('.yaml'));
    const words = files.map(name => `${folder}/${name}`);
    for (const driver of ['simulation', 'local']) {
      const { status, stdout } = await around.lab(['test', ...words, '--driver', driver]);
      expect([stdout, status]).toEqual([
        expect.stringContaining(`${files.length} labs on ${driver}: ${files.length} passed; `),
        0,
      ]);
    }
    await expectNothingLeft();
  });

  it('reads standard input', async () => {
    const { status, stdout } = await around.lab(['test', '-', '--driver', 'simulation'], SCENARIO);
    expect([status, stdout]).toEqual([0, expect.stringContaining('✔ stdin')]);
  });

  it.each(['simulation', 'local'])('runs a scenario on the driver %s, and leaves nothing', async driver => {
    const { status, stdout } = await around.lab(['test', scene, '--driver', driver]);
    expect(stdout).toContain('9 steps, 6 peers');
    expect(stdout).toContain(`1 lab on ${driver}: 1 passed`);
    expect(status).toBe(0);
    await expectNothingLeft();
  });

  it('two at once, of the same file, side by side with a lab of that name', async () => {
    expect((await around.lab(['up', scene, '--no-verify'])).status).toBe(0);
    const runs = [1, 2].map(async () => await around.process(['test', scene, scene, '-j', '2', '--driver', 'local']));
    for (const { status, stdout, stderr } of await Promise.all(runs)) {
      expect(stderr).not.toContain('✖');
      expect(stdout).toContain('2 labs on local: 2 passed');
      expect(status).toBe(0);
    }
    const { labs } = lsSchema.parse((await around.json(['ls'])).document);
    expect(labs).toMatchObject([{ name: 'scene', running: 6 }]);
    expect((await around.lab(['down', 'scene'])).status).toBe(0);
    await expectNothingLeft();
  });

  it('tells what failed: the line, what was expected and seen, and how to see it again', async () => {
    const { status, stdout } = await around.lab(['test', scene, wrong, '--driver', 'simulation']);
    expect(status).toBe(1);
    expect(stdout).toContain(`${wrong}:20 too far`);
    for (const part of ['expected 5 peers; each once; hops <= 2', 'observed 5 of 5; each once; hops 1 to 3']) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toContain('· n3 received a copy at 3 hops, not <= 2');
    expect(stdout).toContain(`to reproduce: lab test ${wrong} --driver simulation --seed 1`);
    expect(stdout).toContain('2 labs on simulation: 1 passed, 1 failed');
  });

  it('a peer that drops what it should relay: the way and where it stopped, in every report, with artifacts', async () => {
    const line = file(
      'line.yaml',
      'name: row\ntopology: { generator: line, peers: 4 }\nscenario: [{ broadcast: n0 }]\nsecurity: open\n',
    );
    const out = join(around.folder, 'out');
    const summary = file('summary.md', 'before\n');
    using github = new Surroundings({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
    const reports = ['junit', 'json', 'markdown'].flatMap(kind => ['--report', `${kind}=${join(out, kind)}`]);
    const words = ['test', line, '--driver', 'local', '--program', `n1=${drops}`, '--artifacts', join(out, 'labs')];
    const { status, stdout, stderr } = await github.process([...words, ...reports]);
    expect(status).toBe(1);
    expect(stdout).toContain('way: n0 → n1 ✖ n2');
    expect(stdout).toContain(`artifacts: ${join(out, 'labs', 'row')}`);
    expect(stderr).toContain(`::error file=${line},line=3,title=row%3A broadcast from n0::`);
    const read = (name: string): string => readFileSync(join(out, name), 'utf8');
    expect(read('junit')).toContain('way: n0 → n1 ✖ n2');
    expect(read('markdown')).toContain('way: n0 → n1 ✖ n2');
    expect(readFileSync(summary, 'utf8')).toBe(`before\n${read('markdown')}\n`);
    expect(testSchema.parse(JSON.parse(read('json')))).toMatchObject({ passed: false, labs: [{ outcome: 'failed' }] });
    const bundle = join(out, 'labs', 'row');
    expect(readdirSync(bundle).sort()).toContain('trace.jsonl');
    const page = readFileSync(join(bundle, 'replay.html'), 'utf8');
    expect(page).toContain(readFileSync(join(bundle, 'trace.jsonl'), 'utf8').trimEnd().replaceAll('<', '\\u003c'));
    expect((await around.lab(['validate', join(bundle, 'topology.yaml')])).status).toBe(0);
    expect(readdirSync(join(bundle, 'logs')).sort()).toEqual(['n0.log', 'n1.log', 'n2.log', 'n3.log']);
  });

  it('bounds a step and a run, and names what was waited for', async () => {
    const slow = file(
      'slow.yaml',
      'topology: { generator: ring, peers: 4 }\nscenario: [{ load: { rate: 5/s, duration: 50s } }]\n',
    );
    const whole = await around.lab(['test', slow, '--driver', 'local', '--timeout', '300ms']);
    expect([whole.status, whole.stdout]).toEqual([
      1,
      expect.stringContaining('the scenario did not finish within 300 ms; it waited for all messages of the load'),
    ]);
    const step = file(
      'step.yaml',
      'topology: { generator: ring, peers: 4 }\nscenario: [{ timeout: 300ms, load: { rate: 5/s, duration: 50s } }]\n',
    );
    const one = await around.lab(['test', step, '--driver', 'local']);
    expect(one.stdout).toMatch(
      /scenario\[0\] \(load .*\) did not finish within 300 ms; it waited for all messages of the load/,
    );
    await expectNothingLeft();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s takes everything down, and the reports are written', async name => {
    const slow = file(
      'long.yaml',
      'name: long\ntopology: { generator: ring, peers: 4 }\nscenario: [{ load: { rate: 5/s, duration: 50s } }]\n',
    );
    const report = join(around.folder, `${name}.json`);
    const run = around.start(['test', scene, slow, scene, '--driver', 'local', '--report', `json=${report}`]);
    await run.printed('9 steps, 6 peers');
    run.signal(name);
    const { status, stderr } = await run.ended;
    expect(stderr).toContain('stopping');
    expect(status).toBe(130);
    const { labs } = testSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
    expect(labs.map(({ outcome }) => outcome)).toEqual(['passed', 'interrupted', 'not-run']);
    await expectNothingLeft();
  });

  it('SIGKILL in the middle leaves no peer', async () => {
    const run = around.start(['test', scene, scene, '--driver', 'local']);
    await run.printed('9 steps, 6 peers');
    run.signal('SIGKILL');
    await run.ended;
    await expect.poll(labProcesses, { timeout: 20_000, message: 'the processes of the lab go' }).toEqual([]);
    await around.lab(['prune', '--yes']);
    await expectNothingLeft();
  });

  it('a full disk for reports is told, and the verdict stands', async () => {
    const { status, stdout, stderr } = await around.lab([
      'test',
      scene,
      '--driver',
      'simulation',
      '--report',
      'junit=/dev/full',
    ]);
    expect(stdout).toContain('1 lab on simulation: 1 passed');
    expect(stderr).toContain('no junit report: /dev/full cannot be written: ENOSPC');
    expect(status).toBe(3);
  });

  it('artifacts that cannot be written are told, and the lab is taken down', async () => {
    const blocked = file('blocked', '');
    const { status, stdout } = await around.lab(['test', wrong, '--driver', 'local', '--artifacts', blocked]);
    expect(status).toBe(1);
    expect(stdout).toContain('cannot write the artifacts: ');
    expect(stdout).toContain('too far');
    await expectNothingLeft();
  });

  it('chooses by --only', async () => {
    const { document } = await around.json(['test', scene, wrong, '--driver', 'simulation', '--only', 'scene\\.y']);
    expect(testSchema.parse(document).labs.map(({ file: name }) => name)).toEqual([scene]);
  });
});

describe('bad input', () => {
  mkdirSync(join(around.folder, 'folder'));
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
    .split('')
    .map((key, i) => `${key}: &${key} [${`*${'abcdefghi'[i]}, `.repeat(9)}]`)
    .join('\n')}\n`;
  const BAD: readonly (readonly [name: string, text: string | Buffer, says: string])[] = [
    ['empty', '', 'the file is empty'],
    ['types', 'topology: [1, 2]\n', 'topology: must be a map, not a list'],
    ['twice', 'peers: [a, b, a]\nlinks: [[a, b]]\n', '"a" appears twice'],
    ['self', 'peers: [a, b]\nlinks: [[a, a]]\n', 'itself'],
    ['unknown', 'peers: [alice, bob]\nlinks: [[alice, bbo]]\n', 'unknown peer "bbo"; did you mean "bob"?'],
    ['zero', 'topology: { generator: ring, peers: 0 }\n', 'must be from 3 to 67108864, not 0'],
    ['none', 'peers: []\n', 'at least one peer'],
    ['bomb', bomb, 'aliases expand to more than'],
    ['latin', Buffer.from('name: caf\xe9\n', 'latin1'), 'not UTF-8'],
    ['ttl', 'topology: { generator: ring, peers: 4 }\ndefaults: { ttl: 70000 }\n', 'must be at most 65535'],
    [
      'percent',
      'topology: { generator: ring, peers: 4 }\nscenario: [{ broadcast: n0, expect: { delivered: 101 % } }]\n',
      'must be at most 100 %',
    ],
    ['loss', 'topology: { generator: ring, peers: 4 }\ndefaults: { links: { lossRatio: 1.5 } }\n', 'at most 1'],
  ];

  it.each(BAD)('%s', async (name, text, says) => {
    const path = join(around.folder, `bad-${name}.yaml`);
    writeFileSync(path, text);
    const { status, stdout, stderr } = await around.lab(['test', path, '--driver', 'local']);
    expect(stderr).toContain(says);
    expect(stderr).toContain(path);
    expect([status, stdout]).toEqual([2, expect.stringContaining('1 lab on local: 1 could not run')]);
  });

  it('one among many is in every report and beside its line, and the others are tested', async () => {
    const bad = file('among.yaml', 'topology: { generator: ring, peers: 4 }\nscenario:\n  - broadcast: n9\n');
    const out = join(around.folder, 'among');
    const reports = ['junit', 'json', 'markdown'].flatMap(kind => ['--report', `${kind}=${join(out, kind)}`]);
    const github = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: around.folder };
    using there = new Surroundings({ ...github, XDG_RUNTIME_DIR: around.folder });
    const words = ['test', 'nosuch.yaml', bad, scene, '--driver', 'simulation', '-f', 'json', ...reports];
    const { status, stdout, stderr } = await there.process(words);
    expect(status).toBe(2);
    expect(stderr).toContain('::error file=among.yaml,line=3,title=among%3A TOPOLOGY_INVALID::');
    expect(stderr).toContain('::error file=nosuch.yaml,line=1,title=nosuch%3A USAGE::');
    const read = (name: string): string => readFileSync(join(out, name), 'utf8');
    const report = testSchema.parse(JSON.parse(stdout));
    expect(JSON.parse(read('json'))).toEqual(JSON.parse(stdout));
    expect(report.labs.map(({ file: name, outcome, error }) => [name, outcome, error?.code])).toEqual([
      ['nosuch.yaml', 'error', 'USAGE'],
      [bad, 'error', 'TOPOLOGY_INVALID'],
      [scene, 'passed', undefined],
    ]);
    expect(read('junit')).toMatch(/<testsuites name="peerlab" tests="\d+" failures="0" errors="2"/);
    expect(read('markdown')).toContain('## 1 of 3 labs passed');
  });

  it('no engine: the reports have it at each lab', async () => {
    const out = join(around.folder, 'engine.xml');
    const { status, stderr } = await around.lab(['test', scene, '--driver', 'docker', '--report', `junit=${out}`]);
    expect([status, stderr.match(/✖/g)]).toEqual([3, ['✖']]);
    expect(readFileSync(out, 'utf8')).toContain('type="ENGINE_UNREACHABLE"');
  });

  it.each([
    [['topologies/ring20.yaml'], 'did you mean topologies/ring-20.yaml?'],
    [[join(around.folder, 'folder')], 'is a directory, not a topology file'],
    [[scene, '--report', 'junit'], 'not KIND=FILE'],
    [[scene, '--report', 'junt=x'], 'did you mean "junit"?'],
    [[scene, '--timeout', 'soon'], 'not a duration'],
    [[scene, '--step-timeout', '0s'], 'not a duration'],
    [[scene, '-j', '0'], '--jobs must be a whole number from 1'],
    [[scene, '--only', 'nothing'], 'matches no lab'],
    [[scene, '--only', '('], '--only ('],
  ])('%s', async (words, says) => {
    const { status, stderr } = await around.lab(['test', ...words]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it('a graph in parts is allowed, and said aloud', async () => {
    const parts = file('parts.yaml', 'peers: [a, b, c, d]\nlinks: [[a, b], [c, d]]\n');
    const { status, stdout } = await around.lab(['test', parts, '--driver', 'simulation']);
    expect(stdout).toContain('the graph has 2 parts: each peer should reach only its own part');
    expect(status).toBe(0);
  });

  it('more peers than a driver carries are refused at once', async () => {
    const large = file('large.yaml', 'topology: { generator: ring, peers: 100000 }\n');
    const { status, stdout } = await around.lab(['test', large, '--driver', 'local']);
    expect(stdout).toContain('100000 peers');
    expect(status).toBe(3);
  });
});
