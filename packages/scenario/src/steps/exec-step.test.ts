/** Steps that run programs beside peers, and that wait for lines: on labs in memory, whose programs the test plays. */
import { MemoryDriver, type MemoryExecution, type MemoryLab } from '@peerlab/driver-memory';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import { afterEach, describe, expect, test } from 'vitest';
import { testLab } from '../test-run/test-lab.ts';
import { runScenario } from './run-scenario.ts';
import type { StepFinding } from './step-finding.ts';

const labs: { down(): Promise<void> }[] = [];
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.down();
});

type Program = (execution: MemoryExecution) => void;

/** Labs beside whose peers a program runs from the beginning. */
class ProgramDriver extends MemoryDriver {
  readonly #program: Program | undefined;

  constructor(program: Program | undefined) {
    super();
    this.#program = program;
  }

  override async up(...wish: Parameters<MemoryDriver['up']>): Promise<MemoryLab> {
    const lab = await super.up(...wish);
    lab.onExec = this.#program;
    return lab;
  }
}

/** Runs the steps on a line of three peers, with a program for each run beside one. */
async function play(steps: string, program?: Program, kinds = '') {
  const text = `name: exec\ntopology: { generator: line, peers: 3 }\n${kinds}scenario:\n${steps}`;
  const topology = parseTopology(text, { file: 'exec.yaml' });
  const { lab } = await bringUp(topology, new ProgramDriver(program), { checks: [] });
  labs.push(lab);
  if (topology.scenario === undefined) throw new Error('no scenario');
  const { steps: findings } = await runScenario(lab, topology.scenario);
  return findings;
}

function only(findings: readonly StepFinding[]): StepFinding {
  const [finding, ...more] = findings;
  if (finding === undefined || more.length > 0) throw new Error(`${findings.length} findings`);
  return finding;
}

const members = (execution: MemoryExecution): void =>
  void execution.print('n0 alive\nn1 alive\nn2 failed\n').print('a warning\n', 'stderr').end(0);

describe('exec', () => {
  test.each([
    ['{ on: n0, run: serf members }', 'proven'],
    ['{ on: all, run: serf members, match: "^n1 alive$" }', 'proven'],
    ['{ on: n0, run: serf members, match: warning }', 'proven'],
    ['{ on: n0, run: serf members, count: 3 }', 'proven'],
    ['{ on: n0, run: serf members, match: alive, count: ">= 2" }', 'proven'],
    ['{ on: n0, run: serf members, status: any }', 'proven'],
    ['{ on: n0, run: serf members, status: 1 }', 'exited with status 0, not with status 1'],
    ['{ on: n0, run: serf members, match: n3 }', 'nothing that it printed matches /n3/'],
    ['{ on: n0, run: serf members, count: 2 }', '3 lines, not 2'],
    ['{ on: n0, run: serf members, match: alive, count: 3 }', '2 matches of /alive/, not 3'],
  ])('%s: %s', async (step, what) => {
    const finding = only(await play(`  - exec: ${step}\n`, members));
    if (what === 'proven') expect(finding).toMatchObject({ verdict: 'proven', explanations: [] });
    else expect(finding).toMatchObject({ verdict: 'failed', explanations: [{ culprit: 'n0', text: `n0: ${what}` }] });
  });

  test('runs the words as they are, filled in for each peer, and reports what was printed', async () => {
    const commands: (readonly string[])[] = [];
    const finding = only(
      await play(`  - exec: { on: [n1, n2], run: "ctl -p {port} 'a b' {name}" }\n`, execution => {
        commands.push(execution.command);
        execution.print(Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join('')).end(0);
      }),
    );
    expect(commands.sort()).toEqual(['n1', 'n2'].map(name => ['ctl', '-p', '7946', 'a b', name]));
    expect(finding.claim).toBe('exec ctl -p {port} "a b" {name} on n1, n2');
    expect(finding.evidence.slice(0, 2)).toEqual(['n1: $ ctl -p 7946 a b n1: exited with status 0', 'n1: | line 0']);
    expect(finding.evidence).toContain('n1: | … 17 more lines');
    expect(finding.evidence).toHaveLength(2 * 5);
  });

  test('names what facts: have found of any peer; what nobody has told is not proven, and blames nobody', async () => {
    const kinds = `
kinds:
  own: { program: { run: serve }, facts: { key: { run: 'ctl key {name}', match: '^key (?<value>.+)' } }, peers: [n0, n1] }
  other: { program: { run: serve }, peers: [n2] }
`;
    const commands: string[] = [];
    const steps = `  - exec: { on: n0, run: 'ping {n1.key}', match: 'pong {n1.key}' }\n  - exec: { on: n0, run: 'ping {n2.key}', within: 20s }\n`;
    const [known, unknown] = await play(
      steps,
      execution => {
        const [program, verb, name] = execution.command;
        if (program === 'ping') commands.push(execution.command.join(' '));
        execution.print(program === 'ping' ? `pong ${verb}\n` : `key of-${name}\n`).end(0);
      },
      kinds,
    );
    expect(known).toMatchObject({ verdict: 'proven' });
    expect(commands).toEqual(['ping of-n1']);
    expect(unknown).toMatchObject({ verdict: 'not-proven', explanations: [] });
    expect(unknown?.reason).toBe('it was not run at n0: {n2.key} is not known: n2 has not told it');
  });

  test('waits within its time until the answer is the one expected', async () => {
    let asked = 0;
    const proven = only(
      await play('  - exec: { on: n0, run: look, match: ready, within: 20s }\n', execution => {
        asked += 1;
        execution.print(asked < 3 ? 'starting\n' : 'ready\n').end(0);
      }),
    );
    expect(proven).toMatchObject({ verdict: 'proven', expected: 'status 0, a match of /ready/, within 20 s' });
    expect(asked).toBe(3);
    const failed = only(
      await play('  - exec: { on: n0, run: look, match: ready, within: 300ms }\n', execution =>
        execution.print('no\n').end(0),
      ),
    );
    expect(failed).toMatchObject({ verdict: 'failed', evidence: ['n0: $ look: exited with status 0', 'n0: | no'] });
  });

  test('ends a run that takes too long', async () => {
    const runs: MemoryExecution[] = [];
    const finding = only(
      await play('  - exec: { on: n0, run: hang, timeout: 20ms }\n', execution => void runs.push(execution)),
    );
    expect(finding.explanations[0]?.text).toBe('n0: did not end within 20 ms');
    expect(await runs[0]?.ended).toMatchObject({ signal: 'SIGTERM' });
  });

  test('of a peer that a fault keeps from running is not proven, and failed where nobody knows why it does not run', async () => {
    const steps = '  - fault: { kill: n1 }\n  - exec: { on: all, run: serf members }\n';
    const [, open] = await play(steps, members);
    expect(open).toMatchObject({ verdict: 'not-proven', observed: '2 of 3 peers answered as expected' });
    expect(open?.reason).toBe('it was not run at n1: a fault keeps n1 from running');
  });

  test('of a program that is missing has failed, at once', async () => {
    const finding = only(await play('  - exec: { on: n0, run: surf members, within: 20s }\n'));
    expect(finding).toMatchObject({ verdict: 'failed' });
    expect(finding.explanations[0]?.text).toContain('surf: there is no such program');
  });

  test('is refused before a lab is made, where peers are simulated', async () => {
    const text =
      'topology: { generator: line, peers: 2 }\nscenario:\n  - parallel:\n      - exec: { on: n0, run: ls }\n';
    const topology = parseTopology(text, { file: 'x.yaml' });
    const { outcome, error } = await testLab('x.yaml', topology, createSimulationDriver());
    expect(outcome).toBe('error');
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', advice: 'use --driver docker or local' });
    expect(error?.message).toContain('scenario[0].parallel[0], line 4');
  });
});

describe('log', () => {
  test('waits for a line of each peer', async () => {
    expect(only(await play('  - log: { on: all, match: \'"event":"ready"\' }\n'))).toMatchObject({ verdict: 'proven' });
    const failed = only(await play('  - log: { on: [n1], match: "never said", within: 300ms }\n'));
    expect(failed).toMatchObject({ verdict: 'failed', expected: 'a line that matches /never said/, within 0.3 s' });
    expect(failed.explanations[0]).toMatchObject({ culprit: 'n1', text: 'n1: none of its lines matches /never said/' });
    expect(failed.evidence.at(-1)).toMatch(/^n1: \| \{/);
  });
});
