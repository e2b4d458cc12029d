/** The verdict on large networks: right where the flood is, wrong where it is tampered with. */

import { LabError } from '@peerlab/driver';
import { type FloodResult, simulateFlood } from '@peerlab/simulation';
import { isLargeTopology, type LargeTopology, layOut, parseAnyTopology, parseTopology } from '@peerlab/topology';
import { describe, expect, it } from 'vitest';
import { proveLarge } from './prove-large.ts';

function large(text: string): LargeTopology {
  const topology = parseAnyTopology(text, { file: 'large.yaml' });
  if (!isLargeTopology(topology)) throw new Error('this is laid out');
  return topology;
}

const RANDOM = large('{ name: large, seed: 5, topology: { generator: random-choice, peers: 5001, choices: 3 } }');
const SHAKY = large(
  '{ name: shaky, topology: { generator: torus, rows: 60, columns: 40 }, defaults: { links: { latencyMs: 20, jitterMs: 15, lossRatio: 0.1 } } }',
);

/** A flood whose result is changed afterwards; `has` may be changed too. */
function tampering(
  change: (result: FloodResult) => Partial<FloodResult>,
  hasToo: (peer: number, has: boolean) => boolean = (_, has) => has,
): typeof simulateFlood {
  return async (input, control = {}) => {
    const finished = (has: (peer: number) => boolean): void => control.finished?.(peer => hasToo(peer, has(peer)));
    const result = await simulateFlood(input, { ...control, finished });
    return { ...result, ...change(result) };
  };
}

describe('proveLarge', () => {
  it('proves a random graph, the same way twice', async () => {
    const first = await proveLarge(RANDOM);
    expect(first.checks.map(({ name, verdict, explanations }) => [name, verdict, explanations])).toEqual([
      ['broadcast', 'proven', []],
      ['ttl', 'proven', []],
      ['dm', 'proven', []],
    ]);
    expect([first.passed, first.isPartial]).toEqual([true, false]);
    const { peers, links } = first.graph;
    const [broadcast] = first.floods;
    expect(broadcast?.result.frames).toBe(2 * links - peers + 1);
    expect(broadcast?.result.covered).toBe(5001);
    // Every TTL up to one beyond the furthest peer, and a pair at each distance.
    const ttls = first.floods.filter(({ check }) => check === 'ttl').map(({ ttl }) => ttl ?? 0);
    expect(ttls).toEqual(ttls.map((_, i) => i + 1));
    expect(first.floods.filter(({ check }) => check === 'dm')).toHaveLength(2 * (ttls.length - 1));
    expect((await proveLarge(RANDOM)).traceHash).toBe(first.traceHash);
    expect((await proveLarge({ ...RANDOM, seed: 6 })).traceHash).not.toBe(first.traceHash);
  });

  it('proves a torus whose links jitter and lose: the horizon is exact, whatever the delays', async () => {
    const { passed, checks } = await proveLarge(SHAKY);
    expect(checks.flatMap(({ explanations }) => explanations)).toEqual([]);
    expect(passed).toBe(true);
  });

  it.each([
    [
      'a peer that drops what it gets',
      'missed',
      () => ({}),
      (peer: number, has: boolean) => peer !== 77 && has,
      ['broadcast', 'ttl'],
    ],
    [
      'a peer that ignores the TTL',
      'beyond-horizon',
      () => ({}),
      (peer: number, has: boolean) => peer === 77 || has,
      ['ttl'],
    ],
    [
      'a message that is delivered twice',
      'twice',
      ({ delivered }: FloodResult) => ({ delivered: delivered + 1 }),
      undefined,
      ['broadcast', 'ttl', 'dm'],
    ],
    [
      'a frame too many',
      'frames',
      ({ frames }: FloodResult) => ({ frames: frames + 1 }),
      undefined,
      ['broadcast', 'ttl'],
    ],
    [
      'a hop count that no path has',
      'hops',
      ({ coveredByHop }: FloodResult) => ({ coveredByHop: [...coveredByHop.slice(0, 1), 1e9] }),
      undefined,
      ['broadcast', 'ttl'],
    ],
    ['lost frames', 'frames', () => ({ lost: 3 }), undefined, ['broadcast']],
  ] as const)('fails for %s', async (_, kind, change, hasToo, failing) => {
    const { passed, checks } = await proveLarge(RANDOM, { flood: tampering(change, hasToo) });
    expect(passed).toBe(false);
    expect(checks.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name)).toEqual(failing);
    const [first] = checks.flatMap(({ explanations }) => explanations);
    expect(first?.kind).toBe(kind);
    expect(first?.text).toMatch(/broadcast of n\d+|message of n\d+/);
  });

  it('gives what there is so far when it is given up', async () => {
    const controller = new AbortController();
    let seen = '';
    const result = await proveLarge(
      large('{ name: x, topology: { generator: random-choice, peers: 60000, choices: 4 } }'),
      {
        signal: controller.signal,
        report: ({ step, state, detail }) => {
          if (step !== 'broadcast' || state !== 'running') return;
          seen = detail;
          controller.abort();
        },
      },
    );
    expect(seen).toMatch(/^flood 1 of 5: \d+\.\d % covered, \d+\.\d\d million frames\/s, \d+ s left$/);
    expect([result.isPartial, result.passed, result.checks]).toEqual([true, false, []]);
    const [flood] = result.floods;
    expect(flood?.result.isPartial).toBe(true);
    expect(flood?.result.covered).toBeGreaterThan(1);
    expect(flood?.problems).toEqual([]);
  });

  it('proves a graph of named peers as it proves the generator of the same', async () => {
    const drawn = await proveLarge(RANDOM);
    const named = await proveLarge(layOut(RANDOM));
    expect([named.passed, named.traceHash]).toEqual([true, drawn.traceHash]);
    expect(named.checks.map(({ observed }) => observed)).toEqual(drawn.checks.map(({ observed }) => observed));
  });

  it('plays the settings of single links of named peers, and names who missed a message', async () => {
    const peers = Array.from({ length: 50 }, (_, i) => `p-${i}`);
    const links = peers
      .slice(1)
      .map((peer, i) => ({ between: [peers[i], peer], ...(i === 7 ? { latencyMs: 500 } : {}) }));
    const topology = parseTopology(JSON.stringify({ name: 'named', peers, links }), { file: 'named.json' });
    const { passed, floods } = await proveLarge(topology);
    expect(passed).toBe(true);
    // The slow link is somewhere on the way between the ends of the row.
    expect(floods[0]?.result.coverTimeMs[100]).toBeGreaterThanOrEqual(500);
    const broken = await proveLarge(topology, {
      flood: tampering(
        () => ({}),
        (peer, has) => peer !== 20 && has,
      ),
    });
    const texts = broken.checks.flatMap(({ explanations }) => explanations.map(({ text }) => text));
    expect(texts.join()).toMatch(/p-20, \d+ hops from p-\d+, never got the broadcast of p-\d+/);
  });

  it('refuses what does not fit before anything is made', async () => {
    const seen: string[] = [];
    const refused = proveLarge(
      large('{ name: x, topology: { generator: random-choice, peers: 50000000, choices: 20 } }'),
      {
        availableBytes: 4e9,
        onMemory: ({ availableBytes }) => seen.push(`${availableBytes}`),
        report: ({ step }) => seen.push(step),
      },
    );
    await expect(refused).rejects.toThrow(LabError);
    await expect(refused).rejects.toMatchObject({
      code: 'CANNOT_CARRY',
      message: expect.stringMatching(/needs up to \d+\.\d GB of memory, but 4\.0 GB are free/),
    });
    expect(seen).toEqual(['4000000000']);
  });
});
