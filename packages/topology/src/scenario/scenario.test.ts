import { describe, expect, it } from 'vitest';
import { parseTopology, type Scenario, type Step, TopologyError } from '../index.ts';

const HEAD = 'topology: { generator: ring, peers: 10 }\n';

function scenarioOf(yaml: string): Scenario {
  const { scenario } = parseTopology(`${HEAD}scenario:\n${yaml}`, { file: 's.yaml' });
  if (scenario === undefined) throw new Error('no scenario');
  return scenario;
}

function problemsOf(yaml: string): string {
  try {
    scenarioOf(yaml);
  } catch (error) {
    if (error instanceof TopologyError) return error.message;
    throw error;
  }
  return '';
}

function only(yaml: string): Step {
  const [step] = scenarioOf(yaml).steps;
  if (step === undefined) throw new Error('no step');
  return step;
}

describe('a scenario', () => {
  it('is a list of steps, each with its place', () => {
    const { steps, timeoutMs, stepTimeoutMs } = scenarioOf('  - broadcast: n0\n  - wait-settled:\n');
    expect(steps.map(({ kind, line, path }) => [kind, line, path])).toEqual([
      ['broadcast', 3, 'scenario[0]'],
      ['wait-settled', 4, 'scenario[1]'],
    ]);
    expect([timeoutMs, stepTimeoutMs]).toEqual([300_000, 60_000]);
  });

  it('is a map where it has bounds of its own', () => {
    const { steps, timeoutMs, stepTimeoutMs } = scenarioOf(
      '  timeout: 2m\n  step-timeout: 1.5s\n  steps: [{ heal: }]\n',
    );
    expect([steps.length, timeoutMs, stepTimeoutMs]).toEqual([1, 120_000, 1500]);
  });

  it('takes times of any length that a number holds, and refuses longer ones', () => {
    const { steps, timeoutMs } = scenarioOf('  timeout: 1000h\n  steps: [{ at: 800h, heal: }]\n');
    expect([steps[0]?.atMs, timeoutMs]).toEqual([800 * 3_600_000, 1000 * 3_600_000]);
    expect(problemsOf('  - { at: 9999999999999h, heal: }\n')).toContain('9999999999999h');
  });

  it('is no part of what a lab is', () => {
    const without = parseTopology(HEAD, { file: 's.yaml' });
    expect(without).not.toHaveProperty('scenario');
  });

  it('names peers one by one, as a range in the order of the file, or all', () => {
    const step = only('  - broadcast: n0\n    expect: { reaches: [n8..n9, n1], not-reaches: n4..n2 }\n');
    if (step.kind !== 'broadcast') throw new Error(step.kind);
    expect(step.expect.reaches).toEqual(['n8', 'n9', 'n1']);
    expect(step.expect.notReaches).toEqual(['n2', 'n3', 'n4']);
  });

  it('reads comparisons and shares, quoted where YAML wants it', () => {
    const step = only(
      '  - broadcast: n0\n    expect: { hops: <= 4, times: 1, frames: predicted, delivered: 99.9 %, links: ">= 9" }\n',
    );
    if (step.kind !== 'broadcast') throw new Error(step.kind);
    expect(step.expect).toMatchObject({
      hops: { operator: '<=', value: 4 },
      times: { operator: '=', value: 1 },
      frames: 'predicted',
      deliveredRatio: { operator: '>=', value: 0.999 },
      links: { operator: '>=', value: 9 },
    });
  });

  it('reads how long is waited, and what peers are to know of each other', () => {
    expect(only('  - expect: { converged: all, degree: 3..8, within: 30s }\n')).toMatchObject({
      expect: { converged: 'all', degree: { min: 3, max: 8 }, withinMs: 30_000 },
    });
    expect(only('  - expect: { members: [n0, n1], degree: ">= 2", probe: [[n0, n1]], withinMs: 50 }\n')).toMatchObject({
      expect: { members: ['n0', 'n1'], degree: { min: 2, max: Infinity }, probe: [['n0', 'n1']], withinMs: 50 },
    });
    expect(only('  - heal: { within: 1m }\n')).toMatchObject({ kind: 'heal', withinMs: 60_000 });
    expect(problemsOf('  - expect: { within: 5s }\n')).toContain('expects nothing');
    expect(problemsOf('  - expect: { degree: 8..3 }\n')).toContain('must be whole numbers, not "8..3"');
    expect(problemsOf('  - expect: { links: 3, within: 1s, withinMs: 5 }\n')).toContain('is also set by within');
  });

  it('reads a load with its units', () => {
    const step = only('  - load: { rate: 90/min, size: 2 KiB, duration: 500ms, from: [n1, n2] }\n');
    expect(step).toMatchObject({ ratePerSecond: 1.5, sizeBytes: 2048, durationMs: 500, from: ['n1', 'n2'] });
  });

  it('reads faults on peers, on links, and partitions', () => {
    expect(only('  - fault: { kill: [n1..n2], signal: SIGTERM }\n')).toMatchObject({
      fault: { verb: 'kill', peers: ['n1', 'n2'], signal: 'SIGTERM' },
    });
    expect(only('  - fault: { slow: [[n0, n1]], latencyMs: 50, for: 2s }\n')).toMatchObject({
      fault: { verb: 'slow', links: [['n0', 'n1']], latencyMs: 50 },
      forMs: 2000,
    });
    expect(only('  - fault: { partition: [n0..n4, [n5, n6]], one-way: true }\n')).toMatchObject({
      fault: {
        verb: 'partition',
        groups: [
          ['n0', 'n1', 'n2', 'n3', 'n4'],
          ['n5', 'n6'],
        ],
        oneWay: true,
      },
    });
  });

  it('reads programs beside peers, and lines that are waited for', () => {
    const all =
      "  - exec: { on: [n0..n2], run: \"ctl 'a b' {others: %a ,}\", status: any, match: '^ok', count: '>= 2', within: 30s }\n";
    expect(only(all)).toMatchObject({
      kind: 'exec',
      on: ['n0', 'n1', 'n2'],
      run: ['ctl', 'a b', '{others: %a ,}'],
      status: 'any',
      match: '^ok',
      count: { operator: '>=', value: 2 },
      withinMs: 30_000,
    });
    const [step] = scenarioOf('  - exec: { on: all, run: [ctl, "a b"], timeout: 2s }\n').steps;
    expect(step).toMatchObject({ run: ['ctl', 'a b'], runTimeoutMs: 2000 });
    expect(step).not.toHaveProperty('status');
    expect(only("  - log: { on: n1, match: 'joined {n0.address}', within: 1s }\n")).toMatchObject({
      kind: 'log',
      on: ['n1'],
      match: 'joined {n0.address}',
      withinMs: 1000,
    });
  });

  it('nests parallel and repeat', () => {
    const step = only(
      '  - repeat:\n      times: 3\n      steps:\n        - parallel: [{ broadcast: n0 }, { heal: }]\n',
    );
    expect(step).toMatchObject({
      times: 3,
      steps: [{ kind: 'parallel', steps: [{ path: 'scenario[0].repeat.steps[0].parallel[0]' }, { kind: 'heal' }] }],
    });
  });
});

describe('a wrong scenario', () => {
  it.each([
    ['  - brodcast: n0\n', 's.yaml:3:5 scenario[0].brodcast: unknown key "brodcast"; did you mean "broadcast"?'],
    ['  - broadcast: n0\n    expect: { reach: all }\n', 'unknown key "reach"; did you mean "reaches"?'],
    ['  - broadcast: n11\n', 's.yaml:3:16 scenario[0].broadcast: unknown peer "n11"; did you mean "n1"?'],
    ['  - broadcast: { from: n0, ttl: 65536 }\n', 's.yaml:3:33 scenario[0].broadcast.ttl: must be at most 65535'],
    ['  - broadcast: { from: n0, ttl: -1 }\n', 'must be at least 0, not -1'],
    ['  - broadcast: n0\n    expect: { delivered: 120 % }\n', 'must be at most 100 %, not "120 %"'],
    [
      '  - broadcast: n0\n    expect:\n      delivered: >= 99.9 %\n',
      's.yaml:5:18: not YAML: a value cannot begin with ">"; put it in quotes: ">= 99.9 %"',
    ],
    ['  - broadcast: n0\n    expect: { delivered: >= 99.9 % }\n', 'put it in quotes: ">= 99.9 %"'],
    ['  - broadcast: n0\n    expect: { hops: many }\n', 'must be a number or a comparison, not "many"'],
    ['  - broadcast: n0\n    dm: { from: n0, to: n1 }\n', 'has both broadcast and dm; make them two steps'],
    ['  - name: nothing\n', 'has no action; a step has one of broadcast, dm'],
    ['  - heal:\n    expect: { reaches: all }\n', 'does not fit heal, which sends nothing'],
    ['  - expect: {}\n', 'expects nothing'],
    ['  - dm: { from: n0, to: n0 }\n', '"n0" cannot send a direct message to itself'],
    ['  - load: { rate: 0, duration: 1s }\n', 'must be a rate above 0, not 0; such as 100/s'],
    ['  - load: { rate: 1/s, duration: soon }\n', 'must be a time, not "soon"; such as 500ms, 2s or 1m'],
    ['  - load: { rate: 1/s, duration: 1s, size: 2 MiB }\n', 'must be at most 1048512 B'],
    [
      '  - load: { rate: 1/s, duration: 1s }\n    expect: { frames: 5 }\n',
      'frames of a load cannot be counted separately',
    ],
    ['  - parallel: [{ broadcast: n0, expect: { frames: predicted } }]\n', 'in parallel cannot be counted separately'],
    ['  - exec: { run: ls }\n', 's.yaml:3:11 scenario[0].exec.on: is missing'],
    ['  - exec: { on: n0 }\n', 'scenario[0].exec.run: is missing'],
    ['  - exec: { on: n11, run: ls }\n', 's.yaml:3:17 scenario[0].exec.on: unknown peer "n11"; did you mean "n1"?'],
    ['  - exec: { on: n0, run: "ctl {adress}" }\n', 'did you mean "{address}"?'],
    ['  - exec: { on: n0, run: "ctl {to.address}" }\n', '"{to.address}" names no peer here'],
    ['  - exec: { on: n0, run: "ctl \\"x" }\n', 'a quote is not closed'],
    ['  - exec: { on: n0, run: "" }\n', 'names no program'],
    ['  - exec: { on: n0, run: ls, match: "(" }\n', 'scenario[0].exec.match: is no regular expression'],
    ['  - exec: { on: n0, run: ls, count: many }\n', 'must be a number or a comparison, not "many"'],
    ['  - exec: { on: n0, run: ls, within: soon }\n', 'must be a time, not "soon"'],
    ['  - exec: { on: n0, run: ls, status: 256 }\n', '255'],
    ['  - exec: { on: n0, run: ls, matches: x }\n', 'unknown key "matches"; did you mean "match"?'],
    ['  - log: { on: n0 }\n', 'scenario[0].log.match: is missing'],
    ['  - fault: { slow: [[n0, n1]] }\n', 'slow needs latencyMs or jitterMs'],
    ['  - fault: { kill: n1, latencyMs: 5 }\n', 'kill takes no latencyMs; it takes signal'],
    ['  - fault: { partition: [[n0]], random: 1 }\n', 'partition takes no random'],
    ['  - fault: { kill: n1, signal: TERM }\n', 'signal'],
    ['  - fault: { restart: n1, for: 2s }\n', 'restart takes no for'],
    ['  - fault: { partition: [[n0..n4], [n4]] }\n', '"n4" is in group 1 already'],
    ['  - fault: { kill: n1, pause: n2 }\n', 'has both kill and pause'],
    ['  - fault: { for: 2s }\n', 'names no fault; one of partition, kill'],
    ['  - checks: [link]\n', 'must be one of links, broadcast, ttl, dm, not "link"; did you mean "links"?'],
    ['  - repeat: { times: 0, steps: [{ heal: }] }\n', 'must be at least 1, not 0'],
    ['  []\n', 'needs at least one step; such as - broadcast: n0'],
    ['  5\n', 'must be a list of steps, or a map with steps:, not 5'],
    ['  - broadcast\n', 'must be a map, not "broadcast"'],
  ])('%s', (yaml, message) => {
    expect(problemsOf(yaml)).toContain(message);
  });

  it('is told with everything that is wrong elsewhere', () => {
    const message = problemsOf('  - broadcast: n0\n    expect: { hopps: 1 }\nseed: -1\n');
    expect(message).toContain('unknown key "hopps"');
    expect(message).toContain('seed');
  });
});
