/** What a lab proves, on peers in memory that were written from the contract alone. Its life: bring-up.test.ts. */

import { connectedEdges, cutVertices, MemoryDriver, ring, topologyOf } from '@peerlab/driver-memory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckName } from './checks/check.ts';
import { type BringUpOptions, type BringUpResult, bringUp } from './life/bring-up.ts';

/** Two triangles joined by n2-n3: both are cut vertices, and there are two ways within a triangle. */
const BOW_TIE = topologyOf(6, [
  [0, 1],
  [1, 2],
  [2, 0],
  [2, 3],
  [3, 4],
  [4, 5],
  [5, 3],
]);

/** Many labs in one test, on a busy machine. */
const LONG = { timeout: 60_000 };

const QUICK: BringUpOptions = { ephemeral: true, settle: { stalledMs: 50, idleMs: 20, arrivalMs: 100 } };

async function withPeer(kind: string, peer = 'n3', topology = BOW_TIE): Promise<BringUpResult> {
  return await bringUp(topology, new MemoryDriver(), { ...QUICK, programs: { [peer]: [kind] } });
}

function failed({ checks }: BringUpResult): CheckName[] {
  return checks.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name);
}

function textsOf({ checks }: BringUpResult): string[] {
  return checks.flatMap(({ explanations }) => explanations.map(({ text }) => text));
}

function culprits({ checks }: BringUpResult): (string | undefined)[] {
  return [...new Set(checks.flatMap(({ explanations }) => explanations.map(({ culprit }) => culprit)))];
}

describe('honest peers', () => {
  test('ring-20 is proven, with the numbers that the graph says', async () => {
    const { checks, passed } = await bringUp(ring(20), new MemoryDriver(), QUICK);
    expect(checks.map(({ name, observed }) => `${name} ${observed}`)).toEqual([
      'links 20 of 20, as drawn',
      'broadcast 20 origins x 19 receivers: 380 of 380, each once; 420 frames, predicted 420',
      'ttl 5 origins x 12 TTLs: 60 of 60 horizons exact',
      'dm 50 pairs: 50 arrive with TTL = distance, 0 with TTL = distance - 1',
    ]);
    expect(passed).toBe(true);
  });

  test('pass every check on any connected graph, in whatever order things happen', LONG, async () => {
    await fc.assert(
      fc.asyncProperty(connectedEdges(), fc.nat(), async ({ peers, edges }, seed) => {
        const result = await bringUp(topologyOf(peers, edges), new MemoryDriver(seed), QUICK);
        expect(textsOf(result)).toEqual([]);
        expect(result.passed).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  test('a graph in two parts is proven part by part, and it is said', async () => {
    const parted = topologyOf(5, [
      [0, 1],
      [1, 2],
      [3, 4],
    ]);
    const { checks, passed } = await bringUp(parted, new MemoryDriver(), QUICK);
    expect(passed).toBe(true);
    const broadcast = checks.find(({ name }) => name === 'broadcast');
    expect(broadcast?.observed).toContain('8 of 8');
    expect(broadcast?.evidence.join()).toContain('not connected');
  });

  test('of a peer alone nothing can be proven, and nothing fails', async () => {
    const { passed, checks } = await bringUp(topologyOf(1, []), new MemoryDriver(), QUICK);
    expect(passed).toBe(true);
    expect(checks.map(({ name, verdict, reason }) => [name, verdict, reason])).toEqual([
      ['links', 'not-proven', 'no link is drawn'],
      ['broadcast', 'not-proven', 'no peer can reach another one'],
      ['ttl', 'not-proven', 'no peer can reach another one'],
      ['dm', 'not-proven', 'there is no pair of peers with a path between them that can send direct messages'],
    ]);
  });

  test('a peer that prints noise between its lines passes', async () => {
    expect((await withPeer('babbler')).passed).toBe(true);
  });

  test('a peer that relays by rules of its own: frames are counted, and not predicted', async () => {
    const result = await withPeer('gossip');
    expect([result.passed, textsOf(result)]).toEqual([true, []]);
    const broadcast = result.checks.find(({ name }) => name === 'broadcast');
    expect(broadcast).toMatchObject({ verdict: 'proven' });
    expect(broadcast?.observed).toMatch(/\d+ frames, not predicted$/);
    expect(broadcast?.evidence.join()).toContain('own relaying rules of n3');
  });

  test('a peer whose events were not read in time is not blamed: what it received is not judged', async () => {
    const result = await withPeer('forgetful');
    expect([result.passed, textsOf(result)]).toEqual([true, []]);
    expect(result.checks.map(({ verdict }) => verdict)).toEqual(['proven', 'not-proven', 'not-proven', 'not-proven']);
    for (const { reason } of result.checks.slice(1))
      expect(reason).toMatch(/what n3 received is not judged: \d+ event/);
  });

  test('a peer with the minimum of the contract is asked for nothing else, and what is not proven is said', async () => {
    const result = await withPeer('minimal');
    expect(textsOf(result)).toEqual([]);
    expect(result.passed).toBe(true);
    const [links, ...messages] = result.checks;
    expect(links?.verdict).toBe('proven');
    const silence =
      'n3 does not announce the capability counters: the lab waited for silence and cannot see that nothing more is in flight';
    expect(messages.map(({ name, verdict, reason }) => [name, verdict, reason])).toEqual([
      ['broadcast', 'not-proven', silence],
      [
        'ttl',
        'not-proven',
        `${silence}; n3 does not announce the capability ttl: how far its broadcasts go is not known`,
      ],
      [
        'dm',
        'not-proven',
        `${silence}; n3 does not announce the capability dm: whether direct messages arrive is not known`,
      ],
    ]);
    expect(JSON.stringify(result.checks)).not.toContain('history');
  });
});

describe('one peer that breaks a promise fails the lab, and is named with the message and the hop', () => {
  const BROADCAST = 'broadcast [0-9a-f]{8} of n\\d';
  const DM = 'direct message [0-9a-f]{8} of n\\d to n\\d \\(TTL \\d\\)';

  const cases: readonly [kind: string, checks: CheckName[], text: RegExp][] = [
    [
      'silent',
      ['broadcast', 'ttl', 'dm'],
      new RegExp(`n\\d never received ${BROADCAST}, 3 hops away; n3 had it from n2 \\(hop 2\\) and did not relay it`),
    ],
    [
      'liar',
      ['broadcast', 'ttl', 'dm'],
      new RegExp(`n\\d never received ${BROADCAST}, 3 hops away; n3 \\(hop 2\\) .*sent it to`),
    ],
    ['echo', ['broadcast'], new RegExp(`n3, which had it at hop \\d from n\\d, sent ${BROADCAST} back to n\\d`)],
    ['twice', ['broadcast', 'ttl', 'dm'], new RegExp(`^n3 delivered ${BROADCAST} twice, at hop \\d`)],
    ['stutter', ['broadcast'], new RegExp(`n3, which had it at hop \\d from n\\d, sent ${BROADCAST} to n\\d twice`)],
    [
      'endless',
      ['ttl', 'dm'],
      new RegExp(
        `${BROADCAST} \\(TTL \\d\\) reached n\\d at hop \\d, .*; n3 \\(hop \\d\\) received it with TTL (\\d) and relayed it with TTL \\1`,
      ),
    ],
    ['thief', ['dm'], new RegExp(`^n3 delivered ${DM}, which was only for n\\d, at hop \\d`)],
    // The seed draws n3 as an origin of each check.
    ['narcissus', ['broadcast', 'ttl', 'dm'], new RegExp(`^n3 delivered ${BROADCAST} to itself`)],
    ['miscounter', ['broadcast', 'ttl', 'dm'], new RegExp(`^n3 delivered ${BROADCAST} with a hop count of \\d`)],
  ];

  test.each(cases)('%s', async (kind, checks, text) => {
    const result = await withPeer(kind);
    expect(result.passed).toBe(false);
    expect(failed(result)).toEqual(checks);
    expect(
      textsOf(result).some(each => text.test(each)),
      textsOf(result).join('\n'),
    ).toBe(true);
    expect(culprits(result), textsOf(result).join('\n')).toEqual(['n3']);
  });

  test('mortal: dies in the middle', async () => {
    const result = await withPeer('mortal');
    expect(result.passed).toBe(false);
    expect(failed(result)).toContain('broadcast');
    expect(textsOf(result).join('\n')).toMatch(/n3.*ended.*: killed by SIGSEGV/);
    expect(culprits(result)).toEqual(['n3']);
  });

  test('leak: the lab does not come to rest, and the link is named', async () => {
    const result = await withPeer('leak');
    expect(failed(result)).toEqual(['broadcast']);
    expect(textsOf(result)[0]).toMatch(
      /^the lab did not settle; nothing moved for 50 ms; n\d handed \d+ frames to its link to n3, which received \d+/,
    );
    expect(result.checks.at(-1)).toMatchObject({
      verdict: 'not-proven',
      observed: 'not tried',
      reason: 'the check of broadcast did not finish',
    });
  });

  test('minimal-silent: without records it is said what cannot be told', async () => {
    const result = await withPeer('minimal-silent');
    expect(failed(result)).toContain('broadcast');
    expect(textsOf(result)[0]).toMatch(
      /the last peer known to have it is n3 \(hop \d\), which does not record what it sent, so the loss is at n3 or on its link to/,
    );
  });

  test('any silent peer without which the graph falls apart is named', LONG, async () => {
    const withCuts = connectedEdges().filter(({ peers, edges }) => cutVertices(peers, edges).length > 0);
    await fc.assert(
      fc.asyncProperty(withCuts, fc.nat(), fc.nat(), async ({ peers, edges }, seed, choice) => {
        const cuts = cutVertices(peers, edges);
        const culprit = `n${cuts[choice % cuts.length]}`;
        const programs = { [culprit]: ['silent'] };
        const result = await bringUp(topologyOf(peers, edges), new MemoryDriver(seed), { ...QUICK, programs });
        expect(result.passed).toBe(false);
        expect(culprits(result), textsOf(result).join('\n')).toEqual([culprit]);
      }),
      { numRuns: 15 },
    );
  });

  test('so is any other saboteur in such a place, and nobody else', LONG, async () => {
    const kinds = fc.constantFrom('echo', 'twice', 'stutter', 'endless', 'thief', 'narcissus', 'miscounter', 'mortal');
    const withCuts = connectedEdges().filter(({ peers, edges }) => cutVertices(peers, edges).length > 0);
    await fc.assert(
      fc.asyncProperty(kinds, withCuts, fc.nat(), async (kind, { peers, edges }, seed) => {
        const culprit = `n${cutVertices(peers, edges)[0]}`;
        const programs = { [culprit]: [kind] };
        const result = await bringUp(topologyOf(peers, edges), new MemoryDriver(seed), { ...QUICK, programs });
        expect(result.passed).toBe(false);
        expect(culprits(result), textsOf(result).join('\n')).toEqual([culprit]);
      }),
      { numRuns: 15 },
    );
  });
});

describe('what a peer says that it must not', () => {
  test.each([
    ['truncater', /^n3 delivered .* with another payload \(3 bytes, but \d+ were sent\)/],
    ['forger', /^n3 delivered .* with the origin [0-9a-f-]{36}, but it is of n\d/],
  ])('a %s is found, and nobody else', async (kind, text) => {
    const result = await withPeer(kind);
    expect(result.passed).toBe(false);
    expect(failed(result)).toEqual(['broadcast', 'ttl', 'dm']);
    expect(textsOf(result)[0]).toMatch(text);
    expect(culprits(result)).toEqual(['n3']);
  });

  test('a line that breaks the contract is named, not told as the loss of what it meant', async () => {
    const result = await withPeer('wordy');
    expect(failed(result)).toEqual(['broadcast']);
    expect(culprits(result)).toEqual(['n3']);
    expect(textsOf(result)).toEqual([
      expect.stringMatching(/^n3 broke the peer contract: not an event of the contract: hops: .*"hops":"\d"/),
    ]);
    expect(result.checks.map(({ verdict }) => verdict)).toEqual(['proven', 'failed', 'not-proven', 'not-proven']);
    await expect(result.lab.broadcast('n0', 'x')).rejects.toMatchObject({
      code: 'CONTRACT_BROKEN',
      message: expect.stringContaining('n3'),
    });
  });

  test.each([
    ['homeless', /^n3 broke the peer contract: not an event of the contract: listen/],
    ['futurist', /^n3 speaks version 2 of the peer contract; this lab speaks version 1/],
  ])('a %s does not become ready', async (kind, message) => {
    await expect(withPeer(kind)).rejects.toMatchObject({
      code: 'CONTRACT_BROKEN',
      message: expect.stringMatching(message),
    });
  });
});
