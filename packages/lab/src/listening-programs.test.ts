/** Programs whose messages are heard by a second one beside them (`listen`): it may end, and is started again. */
import { MemoryDriver, type MemoryExecution, type MemoryLab } from '@peerlab/driver-memory';
import { parseTopology } from '@peerlab/topology';
import { expect, test, vi } from 'vitest';
import { bringUp } from './life/bring-up.ts';

const TOPOLOGY = parseTopology(
  `
name: bus
topology: { peers: 3, links: own }
defaults: { kind: bus }
kinds:
  bus:
    program:
      run: bus serve
      broadcast: bus pub {message}
      listen: bus sub
      received: '^(?<message>eyJ\\S+)$'
`,
  { file: 'bus.yaml' },
);

/** A bus: what is published is printed by everything that is subscribed. */
class BusDriver extends MemoryDriver {
  /** Subscribed now, by place. */
  readonly subscribed: Map<number, MemoryExecution> = new Map();
  /** The place of a peer whose subscription ends in place of a delivery. */
  breaksAt: number | undefined;

  override async up(...wish: Parameters<MemoryDriver['up']>): Promise<MemoryLab> {
    const lab = await super.up(...wish);
    lab.onExec = execution => this.#do(execution);
    return lab;
  }

  #do(execution: MemoryExecution): void {
    const [, verb, text] = execution.command;
    if (verb === 'sub') {
      this.subscribed.set(execution.index, execution);
      void execution.ended.then(() => {
        if (this.subscribed.get(execution.index) === execution) this.subscribed.delete(execution.index);
      });
      return;
    }
    for (const [place, one] of this.subscribed) {
      if (place === this.breaksAt) one.end(1);
      else one.print(`${text}\n`);
    }
    execution.end(0);
  }
}

async function up() {
  const driver = new BusDriver();
  const { lab } = await bringUp(TOPOLOGY, driver, { checks: [] });
  return { driver, lab };
}

const SETTLE = { idleMs: 20, arrivalMs: 200 };

test('a message waits until each is heard again', async () => {
  const { driver, lab } = await up();
  driver.subscribed.get(1)?.end(1);
  await vi.waitFor(() => expect(lab.endpoints[1]?.client.lostEvents).toBe(1));
  const finding = await lab.broadcast('n0', 'x', { settle: SETTLE });
  expect(finding).toMatchObject({ verdict: 'proven', missed: [] });
  await lab.down();
});

test('what was not heard is not judged, and is no loss', async () => {
  const { driver, lab } = await up();
  driver.breaksAt = 2;
  const finding = await lab.broadcast('n0', 'x', { settle: SETTLE });
  expect(finding).toMatchObject({ verdict: 'not-proven', missed: [], explanations: [] });
  expect(finding.reason).toBe(
    'what n2 received is not judged: the program of its listen: was not running all the time',
  );
  await lab.down();
});
