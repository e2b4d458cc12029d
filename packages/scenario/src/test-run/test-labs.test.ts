/** `testLabs` on peers in memory: whatever happens, a report comes and nothing is left. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabPlan, WorkContext } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { MemoryDriver, type MemoryLab } from '@peerlab/driver-memory';
import { parseAnyTopology, parseTopology, type Topology } from '@peerlab/topology';
import { afterAll, describe, expect, it } from 'vitest';
import { markdownReport } from '../report/markdown.ts';
import type { CapturedTraffic } from '../report/run-report.ts';
import { artifactsIn } from './artifacts.ts';
import type { LabObserver } from './lab-observer.ts';
import { testLab } from './test-lab.ts';
import { testLabs } from './test-labs.ts';

const folder = mkdtempSync(join(tmpdir(), 'peerlab-artifacts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ring(scenario = '', name = 'a-ring-with-a-long-name'): Topology {
  const text = `name: ${name}\nseed: 3\ntopology: { generator: ring, peers: 5 }\n${scenario}`;
  return parseTopology(text, { file: 'ring.yaml' });
}

const FAILING = 'scenario: [{ broadcast: n0, expect: { hops: 1 } }]';
const labs = (...topologies: Topology[]) => topologies.map(topology => ({ file: 'ring.yaml', topology }));

/** Notes which labs stand at the same time. */
class WatchedDriver extends MemoryDriver {
  most = 0;
  names: string[] = [];
  limit = Number.POSITIVE_INFINITY;

  override async up(plan: LabPlan, context: WorkContext): Promise<MemoryLab> {
    if (this.labs.size >= this.limit) throw new LabError('CANNOT_CARRY', 'no room');
    this.names.push(plan.name);
    expect(plan.ephemeral).toBe(true);
    const lab = await super.up(plan, context);
    this.most = Math.max(this.most, this.labs.size);
    return lab;
  }
}

describe('testLabs', () => {
  it('runs the default checks where there is no scenario', async () => {
    const driver = new WatchedDriver();
    const report = await testLabs(labs(ring()), driver);
    expect(report).toMatchObject({ passed: true, labs: [{ outcome: 'passed', seed: 3, peers: 5, links: 5 }] });
    expect(report.labs[0]?.steps[0]?.steps.map(({ check }) => check)).toEqual(['links', 'broadcast', 'ttl', 'dm']);
    expect(report.labs[0]?.replay).toBe('lab test ring.yaml --driver simulation --seed 3');
    expect(driver.labs.size).toBe(0);
  });

  it('gives each a name of its own, within the length of a name', async () => {
    const driver = new WatchedDriver();
    await testLabs(labs(ring(), ring(), ring()), driver, { parallel: 3 });
    expect(new Set(driver.names).size).toBe(3);
    for (const name of driver.names) expect(name).toMatch(/^a-ring-with-a-long-[\da-f]{6}$/);
    for (const name of driver.names) expect(name.length).toBeLessThanOrEqual(26);
  });

  it('has as many stand side by side as it may, and tells of them in the order that was asked for', async () => {
    const driver = new WatchedDriver();
    const many = ['a', 'b', 'c', 'd', 'e'].map(name => ring(name === 'c' ? FAILING : '', name));
    const ended: string[] = [];
    const report = await testLabs(labs(...many), driver, { parallel: 2, onLab: ({ name }) => void ended.push(name) });
    expect(driver.most).toBe(2);
    expect(report.labs.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'a passed',
      'b passed',
      'c failed',
      'd passed',
      'e passed',
    ]);
    expect(ended.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect([report.passed, driver.labs.size]).toEqual([false, 0]);
  });

  it('tries a lab again, alone, that found no room beside others', async () => {
    const driver = new WatchedDriver();
    driver.limit = 1;
    const report = await testLabs(labs(ring('', 'a'), ring('', 'b'), ring('', 'c')), driver, { parallel: 3 });
    expect(report.labs.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed']);
    driver.limit = 0;
    const none = await testLabs(labs(ring()), driver, { parallel: 3 });
    expect(none.labs[0]).toMatchObject({ outcome: 'error', error: { code: 'CANNOT_CARRY' } });
  });

  it('stops where the caller gives up, and takes everything down', async () => {
    const driver = new WatchedDriver();
    const controller = new AbortController();
    const report = await testLabs(labs(ring('', 'a'), ring('', 'b'), ring('', 'c')), driver, {
      signal: controller.signal,
      onLab: () => controller.abort(),
    });
    expect(report.labs.map(({ outcome }) => outcome)).toEqual(['passed', 'not-run', 'not-run']);
    const slow = 'scenario: [{ load: { rate: 10/s, duration: 60s } }]';
    const other = new AbortController();
    const given = testLabs(labs(ring(slow), ring()), driver, {
      signal: other.signal,
      observer: () => ({
        watch: async () => other.abort(),
        note: () => {},
        keep: async () => 'x',
        close: async () => {},
      }),
    });
    expect((await given).labs.map(({ outcome }) => outcome)).toEqual(['interrupted', 'not-run']);
    expect(driver.labs.size).toBe(0);
  });

  it('tells of a peer that never gets ready, with its last words', async () => {
    const driver = new MemoryDriver();
    const report = await testLab('ring.yaml', ring(), driver, { programs: { n1: ['stillborn'] } });
    expect(report).toMatchObject({ outcome: 'error', error: { code: 'PEER_FAILED' } });
    expect(report.error?.message).toContain('cannot bind');
    expect(driver.labs.size).toBe(0);
  });

  it('has an error of a network that is too large for the driver', async () => {
    const large = parseAnyTopology('{ name: big, topology: { generator: random-choice, peers: 30000, choices: 3 } }', {
      file: 'big.yaml',
    });
    const report = await testLabs([{ file: 'big.yaml', topology: large }], new MemoryDriver());
    expect(report.labs[0]).toMatchObject({ peers: 30_000, outcome: 'error', error: { code: 'CANNOT_CARRY' } });
  });

  it('says so when the graph is in parts', async () => {
    const parts = parseTopology('{ name: p, peers: [a, b, c, d], links: [[a, b], [c, d]] }', { file: 'p.yaml' });
    const report = await testLab('p.yaml', parts, new MemoryDriver());
    expect(report.outcome).toBe('passed');
    expect(report.notes).toEqual(['the graph has 2 parts: each peer should reach only its own part']);
  });
});

describe('artifacts', () => {
  it('of a lab that does not come up have the logs of its peers', async () => {
    const into = join(folder, 'stillborn');
    const options = { observer: artifactsIn(into), programs: { n1: ['stillborn'] } };
    const report = await testLab('ring.yaml', ring(''), new MemoryDriver(), options);
    expect(report).toMatchObject({ outcome: 'error', error: { code: 'PEER_FAILED' } });
    const logs = join(report.artifacts ?? '', 'logs');
    expect(readFileSync(join(logs, 'n1.log'), 'utf8')).toContain('cannot bind');
    expect(readFileSync(join(logs, 'n0.log'), 'utf8')).toContain('"ready"');
  });

  it('of a failure: topology, trace, logs, counters, facts of the engine, report', async () => {
    const into = join(folder, 'whole');
    const options = { observer: artifactsIn(into), programs: { n1: ['silent'], n4: ['silent'] } };
    const report = await testLab('ring.yaml', ring('scenario: [{ broadcast: n0 }]', 'r'), new MemoryDriver(), options);
    expect(report).toMatchObject({ outcome: 'failed', artifacts: join(into, 'r') });
    const read = (name: string): string => readFileSync(join(into, 'r', name), 'utf8');
    expect(readdirSync(join(into, 'r')).sort()).toEqual([
      'counters.json',
      'engine.json',
      'logs',
      'report.json',
      'topology.json',
      'topology.yaml',
      'trace.jsonl',
    ]);
    expect(readdirSync(join(into, 'r/logs'))).toHaveLength(5);
    expect(parseTopology(read('topology.yaml'), { file: 't.yaml' }).links).toHaveLength(5);
    const trace = read('trace.jsonl')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(trace[0]).toMatchObject({ trace: 2, driver: 'simulation' });
    expect(trace.filter(({ event }) => event === 'received').length).toBeGreaterThan(0);
    expect(trace).toContainEqual(expect.objectContaining({ event: 'note', text: 'step broadcast from n0' }));
    expect(Object.keys(JSON.parse(read('counters.json')))).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    expect(JSON.parse(read('engine.json'))).toMatchObject({ driver: 'simulation', peers: expect.any(Array) });
    expect(JSON.parse(read('report.json'))).toMatchObject({ outcome: 'failed' });
  });

  it('of labs that pass there are none; of two of one name, two', async () => {
    const into = join(folder, 'two');
    const observer = artifactsIn(into);
    const report = await testLabs(labs(ring('', 'same'), ring(FAILING, 'same')), new MemoryDriver(), { observer });
    expect(report.labs.map(({ artifacts }) => artifacts)).toEqual([undefined, join(into, 'same')]);
    expect(readdirSync(into)).toEqual(['same']);
  });

  it('never replace or follow what has their name: a folder, a file, a link, an earlier bundle', async () => {
    const into = join(folder, 'of-the-user');
    const elsewhere = join(folder, 'elsewhere');
    for (const path of [elsewhere, join(into, 'chat')]) mkdirSync(path, { recursive: true });
    writeFileSync(join(into, 'chat/thesis.txt'), 'precious');
    writeFileSync(join(into, 'chat.2'), 'precious');
    symlinkSync(elsewhere, join(into, 'chat.3'));
    symlinkSync(join(folder, 'nowhere'), join(into, 'chat.4'));
    const observer = artifactsIn(into);
    const run = labs(ring(FAILING, 'chat'), ring(FAILING, 'chat-2'), ring(FAILING, 'chat'));
    const report = await testLabs(run, new MemoryDriver(), { observer });
    const names = ['chat.5', 'chat-2', 'chat.6'];
    expect(report.labs.map(({ artifacts }) => artifacts)).toEqual(names.map(name => join(into, name)));
    for (const name of names) expect(readdirSync(join(into, name))).toContain('report.json');
    expect(readdirSync(join(into, 'chat'))).toEqual(['thesis.txt']);
    expect(readFileSync(join(into, 'chat.2'), 'utf8')).toBe('precious');
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('that cannot be written leave the verdict, and the lab is taken down', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const driver = new MemoryDriver();
    const report = await testLab('ring.yaml', ring(FAILING), driver, { observer: artifactsIn(join(file, 'in')) });
    expect(report.outcome).toBe('failed');
    expect(report.artifacts).toBeUndefined();
    expect(report.notes.join()).toMatch(/cannot write the artifacts: .*ENOTDIR/);
    expect(driver.labs.size).toBe(0);
  });

  it('has what was captured in the report, or why nothing was', async () => {
    const captured: CapturedTraffic = {
      startedAt: '2026-01-01T00:00:00.000Z',
      timeMs: 5,
      peers: [{ peer: 'n0', packets: 1, bytes: 72, dropped: 0 }],
      traffic: [{ from: 'n0', to: 'n1', sent: { packets: 1, bytes: 52 }, arrived: null }],
      elsewhere: { packets: 0, bytes: 0 },
      notes: [],
      files: ['packets/a.pcapng'],
    };
    const nothing = async (): Promise<undefined> => undefined;
    const observing = (capture: NonNullable<LabObserver['capture']>) => (): LabObserver => {
      return { watch: nothing, note: () => undefined, keep: nothing, close: nothing, capture };
    };
    const report = await testLab('ring.yaml', ring(), new MemoryDriver(), {
      observer: observing(async () => captured),
    });
    expect(report).toMatchObject({ outcome: 'passed', capture: captured });
    const text = markdownReport({
      format: 2,
      driver: 'local',
      startedAt: '',
      timeMs: 1,
      passed: true,
      claims: report.claims,
      labs: [report],
    });
    expect(text).toContain('### Traffic of ring.yaml\n\n| from \\\\ to | n0 | n1 |');
    expect(text).toContain('| n0 |  | 1 (52 B) |');
    const refusing = observing(async () => await Promise.reject(new Error('this machine has no tcpdump')));
    const without = await testLab('ring.yaml', ring(), new MemoryDriver(), { observer: refusing });
    expect(without).toMatchObject({
      outcome: 'passed',
      notes: ['cannot capture packets: this machine has no tcpdump'],
    });
    expect(without).not.toHaveProperty('capture');
  });

  it('whoever keeps them may fail at any time', async () => {
    const driver = new MemoryDriver();
    const failing = async (): Promise<never> => {
      throw new Error('disk full');
    };
    const observer: LabObserver = { watch: failing, note: () => {}, keep: failing, close: failing };
    const report = await testLab('ring.yaml', ring(), driver, { observer: () => observer });
    expect(report).toMatchObject({ outcome: 'passed', notes: [expect.stringContaining('disk full')] });
    expect(driver.labs.size).toBe(0);
  });
});
