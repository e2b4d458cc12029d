/** A message that is sent while a fault is just being lifted is judged by no graph: neither the one before nor the one after. */
import type { RunningLab } from '@peerlab/driver';
import { MemoryDriver, type MemoryLab, ring } from '@peerlab/driver-memory';
import { bringUp, Lab } from '@peerlab/lab';
import type { BroadcastStep, Scenario } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { Bound } from './bound.ts';
import { judgeKept, sendStep } from './message-steps.ts';
import { ScenarioContext } from './scenario-context.ts';

const SCENARIO: Scenario = { timeoutMs: 10_000, stepTimeoutMs: 10_000, steps: [] };
const STEP: BroadcastStep = { kind: 'broadcast', from: 'n0', text: 'hello', expect: {} };

/** A lab that says that a peer goes on, and then takes its time to look how its peers are. */
class SlowLook {
  readonly wentOn: Promise<void>;
  look: () => void = () => undefined;
  #isOn: () => void = () => undefined;

  constructor() {
    this.wentOn = new Promise(resolve => {
      this.#isOn = resolve;
    });
  }

  of(lab: MemoryLab): RunningLab {
    let looks = Promise.resolve();
    const pause = {
      pause: async (index: number) => await pauseOf(lab).pause(index),
      unpause: async (index: number) => {
        await pauseOf(lab).unpause(index);
        looks = new Promise(resolve => {
          this.look = resolve;
        });
        this.#isOn();
      },
    };
    const survey = async () => {
      await looks;
      return await lab.survey();
    };
    return new Proxy(lab, {
      get: (target, name) => {
        if (name === 'survey') return survey;
        if (name === 'capabilities') return { ...lab.capabilities, pause };
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}

function pauseOf({ capabilities }: MemoryLab) {
  const { pause } = capabilities;
  if (pause === undefined || !('unpause' in pause)) throw new Error('a lab in memory can pause its peers');
  return pause;
}

test('a peer that goes on, which the lab does not know yet, makes no verdict false', async () => {
  const slow = new SlowLook();
  const { lab: maker } = await bringUp(ring(5), new MemoryDriver(), { checks: [] });
  await using lab = await Lab.attach(slow.of(maker.running as MemoryLab), { isNew: false });
  const context = new ScenarioContext(lab, SCENARIO, {});
  const bound = new Bound('the step', 10_000);
  await context.faults.apply({ fault: { verb: 'pause', peers: ['n2'] }, forMs: 1 });
  await slow.wentOn;
  const at = context.sending(bound);
  let settled = 0;
  const settle = async () => {
    const report = await at.context.settle();
    // The message is over: the lab may see now that the peer goes on.
    if (++settled === 2) setImmediate(() => slow.look());
    return report;
  };
  const kept = await sendStep(STEP, { ...at, context: { ...at.context, settle } });
  expect(await judgeKept(kept, {})).toMatchObject({ verdict: 'not-proven', explanations: [] });
  bound.lift();
  await context.close();
  await maker.down();
});
