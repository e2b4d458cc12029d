/** Scenarios on simulated labs: what holds passes, what does not is told with its place and its reason. */

import type { Driver } from '@peerlab/driver';
import { MemoryDriver } from '@peerlab/driver-memory';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import type { LabTraceEvent } from '@peerlab/trace';
import { describe, expect, it } from 'vitest';
import { stepsThat } from '../report/run-report.ts';
import { runScenario } from './run-scenario.ts';
import type { ScenarioOptions } from './scenario-context.ts';
import type { ScenarioResult } from './step-finding.ts';

let count = 0;

interface Play extends ScenarioOptions {
  readonly driver?: Driver;
  readonly programs?: Readonly<Record<string, readonly string[]>>;
  readonly head?: string;
  /** Peers' ids follow from it, and chance with them. */
  readonly name?: string;
}

/** Runs the steps on a ring of eight peers, and removes it. */
async function play(steps: string, { driver = createSimulationDriver(), programs, head, name, ...options }: Play = {}) {
  const text = `name: ${name ?? `play-${count++}`}\n${head ?? 'topology: { generator: ring, peers: 8 }'}\nscenario:\n${steps}`;
  const topology = parseTopology(text, { file: 'play.yaml' });
  const { lab } = await bringUp(topology, driver, { ephemeral: true, checks: [], programs });
  try {
    if (topology.scenario === undefined) throw new Error('no scenario');
    return await runScenario(lab, topology.scenario, options);
  } finally {
    await lab.down();
  }
}

/** Every failed step, as a person would be told. */
function told({ steps }: ScenarioResult): string[] {
  return stepsThat('failed', steps).map(({ line, claim, verdict, expected, observed, explanations }) =>
    [`${line} ${claim}: ${verdict}`, expected, observed, ...explanations.map(({ text }) => text)].join('\n'),
  );
}

const PASSING: Readonly<Record<string, string>> = {
  'a broadcast, all of it stated': `
  - broadcast: n0
    expect: { reaches: all, times: 1, hops: <= 4, frames: predicted, withinMs: 60, delivered: 100 % }`,
  'a horizon, and who lies beyond it': `
  - broadcast: { from: n0, ttl: 2 }
    expect: { reaches: horizon, not-reaches: n3..n5, frames: 4 }
  - expect: { reaches: [n1, n2, n6, n7] }`,
  'direct messages, near and out of reach': `
  - dm: { from: n0, to: n3 }
    expect: { hops: 3 }
  - dm: { from: n0, to: n3, ttl: 2 }
    expect: { reaches: none }`,
  'a restart, after which nobody is away': `
  - fault: { restart: [n2, n3] }
  - broadcast: n0
    expect: { reaches: all, frames: predicted }
  - expect: { links: as-drawn }`,
  'a partition, and its end': `
  - fault: { partition: [[n0, n1, n2]] }
  - broadcast: n0
    expect: { reaches: [n1, n2], not-reaches: n3..n7, frames: predicted }
  - expect: { links: as-left }
  - expect: { links: 6 }
  - checks: all
  - heal:
  - expect: { links: as-drawn }`,
  'a partition in one direction': `
  - fault: { partition: [[n0, n1, n2]], one-way: true }
  - broadcast: n0
    expect: { reaches: [n1, n2], not-reaches: n3..n7 }
  - broadcast: n4
    expect: { reaches: all }
  - heal:`,
  'peers that are killed, stopped, paused, isolated, and come back': `
  - fault: { kill: n1 }
  - fault: { stop: n3 }
  - fault: { pause: n5 }
  - broadcast: n0
    expect: { reaches: [n7, n6], not-reaches: [n2, n4] }
  - checks: all
  - heal:
  - fault: { isolate: n2 }
  - broadcast: n0
    expect: { not-reaches: n2 }
  - heal:
  - broadcast: n0
    expect: { reaches: all }`,
  'links that are slow, flaky and narrow, and messages that arrive all the same': `
  - fault: { slow: [[n0, n1]], latencyMs: 100 }
  - fault: { flaky: [[n1, n2]], lossRatio: 0.2 }
  - fault: { rate: [[n2, n3]], bandwidthKbps: 64 }
  - broadcast: n0
    expect: { reaches: all, times: 1 }
  - heal: { checks: [links, broadcast] }`,
  'a load in the middle of which links and peers go and come back by themselves': `
  - parallel:
      - load: { rate: 100/s, size: 1 KiB, duration: 2s }
        expect: { delivered: 70 % }
      - fault: { link-down: [[n2, n3], [n6, n7]], for: 400ms }
        at: 300ms
      - fault: { kill: n1, for: 300ms }
        at: 1s
  - expect: { links: as-drawn }
  - checks: all`,
  'times, rounds and rest': `
  - at: 2s
    broadcast: n0
  - repeat:
      times: 3
      steps:
        - fault: { link-down: n4 }
        - broadcast: n0
          expect: { not-reaches: n4 }
        - heal: { checks: links }
  - wait-settled:`,
};

describe('peers that choose their own links', () => {
  const head = 'topology: { peers: 6, links: own }';

  it('are judged by what they list of each other, also when one is gone', async () => {
    const result = await play(
      `
  - expect: { connected: all, degree: 1..5, links: 5 }
  - broadcast: n3
    expect: { reaches: all, within: 10s }
  - fault: { kill: n5 }
  - expect: { connected: all, within: 60s }
  - fault: { partition: [[n0..n2]] }
  - broadcast: n1
    expect: { reaches: [n0, n2], not-reaches: [n3, n4] }
  - heal: { within: 60s, checks: [links, broadcast] }`,
      { head },
    );
    expect(told(result)).toEqual([]);
    expect(result.steps.at(-1)?.steps.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['links', 'proven'],
      ['broadcast', 'proven'],
    ]);
  });

  it('fail once the time is over, with what each peer lacks', async () => {
    const result = await play('  - expect: { converged: all, within: 20s }\n', { head });
    expect(told(result)[0]).toMatch(/not within 20 s\nn1 does not list n2, n3, n4, n5\nn2 does not list n1/);
    expect(result.timeMs).toBeGreaterThanOrEqual(20_000);
  });
});

describe('a scenario that holds', () => {
  it.each(Object.entries(PASSING))('%s', async (_, steps) => {
    const result = await play(steps);
    expect(told(result)).toEqual([]);
    expect(result.passed).toBe(true);
  });

  it('goes the same way twice in virtual time', async () => {
    const steps = PASSING['a load in the middle of which links and peers go and come back by themselves'] ?? '';
    const outcomes = async (): Promise<unknown> =>
      (await play(steps, { name: 'twice' })).steps.map(({ observed, atMs, timeMs }) => [observed, atMs, timeMs]);
    expect(await outcomes()).toEqual(await outcomes());
  });

  it('runs checks once the faults that go by themselves have gone', async () => {
    const { passed, steps } = await play(
      '  - fault: { pause: n2, for: 5s }\n  - fault: { kill: n4, for: 2s }\n  - checks: all\n  - expect: { links: as-drawn }\n',
    );
    expect(passed).toBe(true);
    expect(steps[2]?.timeMs).toBeGreaterThanOrEqual(4900);
    expect(steps[2]?.steps[1]?.observed).toContain('8 origins');
  });

  it('heals a fault before its time, and does not wait for that any more', async () => {
    const { steps } = await play('  - fault: { kill: n4, for: 1h }\n  - heal:\n  - checks: all\n');
    expect(steps.map(({ verdict }) => verdict)).toEqual(['proven', 'proven', 'proven']);
    expect(steps[2]?.timeMs).toBeLessThan(60_000);
    const driver = new MemoryDriver();
    const real = await play('  - fault: { kill: n4, for: 1h }\n  - heal:\n  - checks: all\n', { driver });
    expect(real.passed).toBe(true);
  });

  it('looks again where a fault comes into checks', async () => {
    const faults = Array.from({ length: 4 }, (_, i) => `    - fault: { link-down: [[n${i}, n${i + 1}]] }\n`).join('');
    const { steps } = await play(`  - parallel:\n    - checks: all\n${faults}  - expect: { links: 4 }\n`);
    expect(steps.map(({ verdict }) => verdict)).toEqual(['proven', 'proven']);
  });

  it('begins its steps at their times, on the lab’s own clock', async () => {
    const { steps } = await play('  - at: 3s\n    broadcast: n0\n  - at: 1m\n    broadcast: n1\n');
    expect(steps.map(({ atMs }) => atMs)).toEqual([3000, 60_000]);
  });

  it('tells what a round trip took of a latency that was asked for', async () => {
    const { steps } = await play('  - fault: { slow: [[n0, n1]], latencyMs: 100 }\n');
    expect(steps[0]?.evidence.join()).toMatch(/at least 200 ms requested, 20\d(\.\d)? ms measured/);
  });

  it('tells how long the links took to return, and what was taken back', async () => {
    const { steps } = await play('  - fault: { link-down: n1 }\n  - heal:\n');
    expect(steps[1]?.observed).toMatch(/cut links 2 lifted; 8 links up after \d+(\.\d)? ms; links, broadcast, ttl, dm/);
    expect(steps[1]?.steps.map(({ check }) => check)).toEqual(['links', 'broadcast', 'ttl', 'dm']);
  });

  it('notes faults, healing, steps and checks for a record', async () => {
    const notes: LabTraceEvent[] = [];
    const fault = '  - fault: { link-down: [[n0, n1]], for: 1s }\n';
    await play(`${fault}  - at: 2s\n    checks: links\n  - fault: { kill: n3 }\n  - heal: { checks: dm }\n`, {
      onNote: event => void notes.push(event),
    });
    const texts = notes.flatMap(note => (note.event === 'fault' || note.event === 'heal' ? [note.text] : []));
    expect(texts).toEqual([
      'cut n0-n1',
      'over: cut n0-n1',
      'killed n3',
      expect.stringContaining('stopped peers 1 lifted'),
    ]);
    expect(notes.filter(({ event }) => event === 'check')).toHaveLength(1);
  });
});

const FAILING: readonly (readonly [what: string, steps: string, says: readonly string[]])[] = [
  [
    'a peer that the graph does not reach',
    '  - broadcast: { from: n0, ttl: 1 }\n    expect: { reaches: [n4] }\n',
    ['4 broadcast from n0 (TTL 1): failed', 'n4 did not receive', 'it is 4 hops away, and its TTL is 1'],
  ],
  [
    'a peer that must not have it',
    '  - broadcast: n0\n    expect: { not-reaches: n4 }\n',
    ['n4 received broadcast', 'at hop 4, which the scenario forbids', 'it is 4 hops away'],
  ],
  ['hops', '  - broadcast: n0\n    expect: { hops: <= 3 }\n', ['n4 received a copy at 4 hops, not <= 3']],
  ['frames', '  - broadcast: n0\n    expect: { frames: <= 8 }\n', ['it cost 9 frames, not <= 8']],
  ['times', '  - broadcast: n0\n    expect: { times: 2 }\n', ['7 deliveries did not come 2 times']],
  ['a time', '  - broadcast: n0\n    expect: { withinMs: 1 }\n', ['the last delivery came after', 'not within 1 ms']],
  [
    'a share of what the scenario says is due',
    '  - broadcast: { from: n0, ttl: 1 }\n    expect: { reaches: all, delivered: 99 % }\n',
    ['2 of 7 deliveries came, 28.5714 %, not >= 99 %'],
  ],
  [
    'links that a fault cut',
    '  - fault: { link-down: [[n0, n1]] }\n  - expect: { links: as-drawn }\n',
    ['n0 and n1 are not linked: a fault cuts this link', '7 of 8 links up'],
  ],
  ['a number of links', '  - expect: { links: ">= 9" }\n', ['8 links up, not >= 9']],
  [
    'a message over a cut',
    '  - fault: { partition: [[n0]] }\n  - broadcast: n0\n    expect: { reaches: all }\n',
    [
      'n1 did not receive',
      'in the current graph, there is no path: the link n0-n1 is down because of "partition: n0 | n1 n2 n3 n4 n5 and 2 more; 2 links cut", line 4',
    ],
  ],
  [
    'a message past a killed peer, which is back when it is judged',
    '  - fault: { link-down: [[n0, n7]] }\n  - fault: { kill: n2 }\n  - broadcast: n0\n  - heal:\n  - expect: { reaches: all }\n',
    ['n3 did not receive', 'there is no path: the link n1-n2 is down because of "killed n2", line 5'],
  ],
  [
    'a load across a fault',
    '  - fault: { partition: [[n0..n3]] }\n  - load: { rate: 10/s, duration: 1s, from: n0 }\n    expect: { reaches: all, delivered: 90 % }\n',
    ['deliveries came', 'not >= 90 %'],
  ],
  [
    'a round of many',
    '  - repeat:\n      times: 3\n      steps:\n        - broadcast: n0\n          expect: { hops: 1 }\n',
    ['7 broadcast from n0, round 1: failed'],
  ],
];

describe('a scenario that does not hold', () => {
  it.each(FAILING)('%s', async (_, steps, says) => {
    const result = await play(steps);
    expect(result.passed).toBe(false);
    const text = told(result).join('\n');
    for (const words of says) expect(text).toContain(words);
  });

  it('names the peer that lost a message, with the way that it took', async () => {
    const head = 'peers: [a, b, c, d]\nlinks: [[a, b], [b, c], [c, d]]';
    const result = await play('  - broadcast: a\n', { driver: new MemoryDriver(), programs: { b: ['silent'] }, head });
    const [step] = stepsThat('failed', result.steps);
    expect(step?.explanations[0]).toMatchObject({ culprit: 'b', way: { path: ['a', 'b', 'c'], stoppedAfter: 'b' } });
  });

  it('is told of a peer that ended by itself', async () => {
    const head = 'peers: [a, b, c]\nlinks: [[a, b], [b, c]]';
    const driver = new MemoryDriver();
    const steps = '  - broadcast: b\n  - broadcast: b\n  - broadcast: b\n    expect: { not-reaches: c }\n';
    const { passed, steps: outcomes } = await play(steps, { driver, programs: { c: ['mortal'] }, head });
    expect(passed).toBe(false);
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['proven', 'proven', 'failed']);
    expect(outcomes[2]?.explanations).toMatchObject([
      { culprit: 'c', text: 'c does not run: killed by SIGSEGV (Segmentation fault), but no fault ended it' },
    ]);
  });

  it('is not proven where frames that it states cannot be counted', async () => {
    const driver = new MemoryDriver();
    const steps = '  - broadcast: n0\n    expect: { frames: predicted }\n  - wait-settled:\n';
    const { passed, steps: found } = await play(steps, { driver, programs: { n2: ['minimal'] } });
    expect(passed).toBe(true);
    expect(found.map(({ verdict }) => verdict)).toEqual(['not-proven', 'not-proven']);
    expect(found[0]?.observed).toContain('uncounted frames');
    expect(found[0]?.reason).toMatch(/n2 does not announce the capability counters.*the frames could not be counted/);
  });

  it('is not proven where the lab changed meanwhile and the scenario states no reach', async () => {
    const load = (expected: string): string =>
      `  - parallel:\n    - load: { rate: 20/s, duration: 2s, from: [n0] }\n${expected}    - fault: { pause: n4, for: 1s }\n      at: 500ms\n  - heal: { checks: [] }\n`;
    const verdicts = async (expected: string): Promise<unknown> => {
      const { steps } = await play(load(expected));
      return steps[0]?.steps.map(({ verdict }) => verdict);
    };
    expect(await verdicts('')).toEqual(['not-proven', 'proven']);
    expect(await verdicts("      expect: { delivered: '>= 10 %' }\n")).toEqual(['proven', 'proven']);
  });

  it('runs the steps after one that failed', async () => {
    const { steps } = await play('  - broadcast: n0\n    expect: { hops: 1 }\n  - broadcast: n0\n');
    expect(steps.map(({ verdict }) => verdict)).toEqual(['failed', 'proven']);
  });
});

describe('a step that cannot be brought to an end', () => {
  it('says what it waited for, and those after it are not tried', async () => {
    const steps =
      '  - timeout: 200ms\n    load: { rate: 10/s, duration: 60s }\n  - broadcast: n0\n  - repeat: { times: 2, steps: [{ wait-settled: }] }\n';
    const result = await play(steps, { driver: new MemoryDriver() });
    expect(result.steps.map(({ verdict }) => verdict)).toEqual(['failed', 'not-proven', 'not-proven']);
    expect(result.steps[0]?.observed).toMatch(
      /^scenario\[0\] \(load of 10\/s .*\) did not finish within 200 ms; it waited for all messages of the load to be sent$/,
    );
  });

  it('is bounded by the whole, too', async () => {
    const steps =
      '  timeout: 200ms\n  steps:\n    - repeat: { times: 100, steps: [{ load: { rate: 10/s, duration: 10s } }] }\n';
    const [text = ''] = told(await play(steps, { driver: new MemoryDriver() }));
    expect(text).toContain('the scenario did not finish within 200 ms; it waited for');
  });

  it.each([
    ['  - fault: { link-down: [[n0, n4]] }\n', 'n0'],
    ['  - fault: { kill: n1 }\n  - fault: { kill: n1 }\n', 'does not run'],
    ['  - fault: { kill: n1 }\n  - broadcast: n1\n', 'n1 does not run'],
    ['  - fault: { kill: n1 }\n  - dm: { from: n0, to: n1 }\n', 'n1 does not run'],
  ])('%s', async (steps, says) => {
    const result = await play(steps);
    expect(result.steps.at(-1)?.explanations).toMatchObject([{ kind: 'incomplete' }]);
    expect(told(result).join()).toContain(says);
  });

  it('is given up when the caller gives up', async () => {
    const controller = new AbortController();
    const run = play('  - load: { rate: 10/s, duration: 60s }\n', {
      driver: new MemoryDriver(),
      signal: controller.signal,
      onNote: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
