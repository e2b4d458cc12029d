/** `setup` of a topology: each step at all its peers, one step after the other, and until it succeeds where it has time. */
import { MemoryDriver, type MemoryExecution, type MemoryLab } from '@peerlab/driver-memory';
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { bringUp } from './bring-up.ts';

/** Labs whose peers answer commands so. */
class AnsweringDriver extends MemoryDriver {
  readonly #answer: (execution: MemoryExecution) => void;

  constructor(answer: (execution: MemoryExecution) => void) {
    super();
    this.#answer = answer;
  }

  override async up(...wish: Parameters<MemoryDriver['up']>): Promise<MemoryLab> {
    const lab = await super.up(...wish);
    lab.onExec = this.#answer;
    return lab;
  }
}

async function setUp(setup: string, answer: (execution: MemoryExecution) => void): Promise<void> {
  const text = `
name: set-up
topology: { peers: 3, links: own }
defaults: { kind: redis }
kinds: { redis: { program: { run: redis-server } } }
setup: ${setup}
`;
  const topology = parseTopology(text, { file: 'set-up.yaml' });
  const { lab } = await bringUp(topology, new AnsweringDriver(answer), { checks: [] });
  await lab.down();
}

test('runs each step at all its peers, after the step before', async () => {
  const ran: string[] = [];
  await setUp('[{ on: n1, run: create }, { on: all, run: "set {name}" }]', execution => {
    ran.push(`n${execution.index}: ${execution.command.join(' ')}`);
    execution.end(0);
  });
  expect(ran[0]).toBe('n1: create');
  expect(ran.slice(1).sort()).toEqual(['n0: set n0', 'n1: set n1', 'n2: set n2']);
});

test('tries again within the time, and at those peers alone that have not succeeded', async () => {
  const tries = [0, 0, 0];
  await setUp('{ on: all, run: set, match: OK, within: 20s }', execution => {
    const count = (tries[execution.index] ?? 0) + 1;
    tries[execution.index] = count;
    execution.print(execution.index === 2 && count < 3 ? 'CLUSTERDOWN\n' : 'OK\n').end(0);
  });
  expect(tries).toEqual([1, 1, 3]);
});

test.each([
  ['{ on: n1, run: set x }', 'setup at n1: set x exited with status 1: CLUSTERDOWN'],
  ['{ on: n1, run: set x, within: 50ms }', 'setup at n1: not within 0.05 s: set x exited with status 1: CLUSTERDOWN'],
])('that fails tells what was printed: %s', async (setup, message) => {
  const up = setUp(setup, execution => void execution.print('CLUSTERDOWN\n', 'stderr').end(1));
  await expect(up).rejects.toMatchObject({ code: 'PEER_FAILED', message, details: { peer: 'n1' } });
});
