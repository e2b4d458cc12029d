/** Programs that name their own messages (`key`), where two that are sent at once exclude each other, as blocks of one height do. */
import { MemoryDriver, type MemoryExecution, type MemoryLab } from '@peerlab/driver-memory';
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { bringUp } from './life/bring-up.ts';

const TOPOLOGY = parseTopology(
  `
name: chain
topology: { peers: 3, links: own }
defaults: { kind: chain }
kinds:
  chain:
    program:
      run: chain serve
      broadcast: chain mine
      key: '^mined (?<key>\\S+)$'
      received: '^block (?<key>\\S+)$'
`,
  { file: 'chain.yaml' },
);

/** A chain: a block that is made while another is on its way is never told. */
class ChainDriver extends MemoryDriver {
  /** The place of a peer that hears nothing. */
  deafPlace: number | undefined;
  #made = 0;
  #isOnItsWay = false;

  override async up(...wish: Parameters<MemoryDriver['up']>): Promise<MemoryLab> {
    const lab = await super.up(...wish);
    lab.onExec = execution => this.#mine(lab, execution);
    return lab;
  }

  #mine(lab: MemoryLab, execution: MemoryExecution): void {
    const block = `b${++this.#made}`;
    execution.print(`mined ${block}\n`);
    execution.end(0);
    if (this.#isOnItsWay) return;
    this.#isOnItsWay = true;
    setTimeout(() => {
      this.#isOnItsWay = false;
      for (const place of [0, 1, 2]) if (place !== this.deafPlace) lab.peer(place).print(`block ${block}`);
    }, 30);
  }
}

const SETTLE = { idleMs: 20, arrivalMs: 300 };

test('a message of each peer is sent once the one before has arrived', async () => {
  const { lab } = await bringUp(TOPOLOGY, new ChainDriver(), { checks: [] });
  const [finding] = await lab.verify({ checks: ['broadcast'], settle: SETTLE });
  expect(finding).toMatchObject({
    verdict: 'proven',
    observed: expect.stringMatching(/^3 origins x 2 receivers: 6 of 6/),
  });
  await lab.down();
});

test('one that does not arrive in time is missed, and the others are not waited for', async () => {
  const driver = new ChainDriver();
  driver.deafPlace = 2;
  const { lab } = await bringUp(TOPOLOGY, driver, { checks: [] });
  const [finding] = await lab.verify({ checks: ['broadcast'], settle: SETTLE });
  expect(finding).toMatchObject({ verdict: 'failed' });
  expect(finding?.explanations[0]?.text).toContain('n2');
  await lab.down();
});
