/** One peer that hangs: whatever does not need it goes on at once, what mends it works, and what it spoils names it and nobody else. */
import { MemoryDriver, type MemoryLab, ring } from '@peerlab/driver-memory';
import { describe, expect, test } from 'vitest';
import type { CheckFinding } from './checks/check.ts';
import { Lab } from './lab.ts';
import { bringUp } from './life/bring-up.ts';

/** The place of the peer that hangs. */
const HANGING = 2;

/** Times are short here: nothing else keeps a peer in memory from answering. */
const BOUNDS = { answerTimeoutMs: 40, replyTimeoutMs: 3000 };

/** A bound of things that are done at once, in milliseconds: far below that of a reply. */
const AT_ONCE_MS = 1500;

interface Hung {
  readonly driver: MemoryDriver;
  readonly memory: MemoryLab;
  /** Takes hold of the lab, as another command would. */
  readonly attach: (opens?: boolean) => Promise<Lab>;
}

/** A ring of five, one of which hangs. */
async function hungLab(how: 'for good' | 'stopped' = 'stopped'): Promise<Hung> {
  const driver = new MemoryDriver();
  const { lab } = await bringUp(ring(5), driver, { checks: [] });
  const memory = lab.running as MemoryLab;
  memory.hang(HANGING, how);
  return { driver, memory, attach: async opens => await Lab.attach(memory, { isNew: false, opens, ...BOUNDS }) };
}

function told(checks: readonly CheckFinding[]): string[] {
  return checks.map(({ name, verdict, reason }) =>
    [name, verdict, ...(reason === undefined ? [] : [reason])].join(' '),
  );
}

async function timed(work: Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work;
  return performance.now() - startedAtMs;
}

describe('a peer that hangs', () => {
  test('is a state of its own, and its links are its own fault', async () => {
    const lab = await (await hungLab()).attach();
    expect(lab.peers[HANGING]).toMatchObject({ state: 'running', silentMs: expect.any(Number) });
    expect(lab.peers.filter(({ silentMs }) => silentMs !== undefined)).toHaveLength(1);
    const { up, faults } = await lab.links();
    expect(up).toBe(3);
    expect(faults.map(({ fault, culprit, detail }) => [fault, culprit, detail])).toEqual([
      ['missing', 'n2', 'n1 still has its link to n2: n2 has not answered for 1 s'],
      ['missing', 'n2', 'n3 still has its link to n2: n2 has not answered for 1 s'],
    ]);
  });

  test('fails the check of links, and leaves open what it may have received and passed on', async () => {
    const lab = await (await hungLab()).attach();
    const checks = await lab.verify({ patienceMs: 60 });
    const open = 'n2 did not answer: what it received and passed on is not known';
    expect(told(checks)).toEqual([
      'links failed',
      `broadcast not-proven ${open}`,
      `ttl not-proven ${open}`,
      `dm not-proven ${open}`,
    ]);
    expect(new Set(checks.flatMap(({ explanations }) => explanations.map(({ culprit }) => culprit)))).toEqual(
      new Set(['n2']),
    );
  });

  test('does not keep a message from the others, which is not proven', async () => {
    const lab = await (await hungLab()).attach();
    const finding = await lab.broadcast('n0', 'hello');
    expect(finding).toMatchObject({ verdict: 'not-proven', due: ['n1', 'n3', 'n4'], missed: [], explanations: [] });
    await expect(lab.broadcast('n2', 'hello')).rejects.toMatchObject({ code: 'PEER_SILENT', details: { peer: 'n2' } });
  });

  test.each<[string, (lab: Lab) => Promise<unknown>]>([
    ['kill', async lab => await lab.fault({ verb: 'kill', peers: ['n2'] })],
    ['restart', async lab => await lab.fault({ verb: 'restart', peers: ['n2'] })],
    ['unpause', async lab => await lab.unpause('n2')],
    ['heal', async lab => await lab.heal({ ownMs: 20 })],
    ['kill of another peer', async lab => await lab.fault({ verb: 'kill', peers: ['n0'] })],
  ])('does not hold up %s', async (_, cure) => {
    const { attach } = await hungLab();
    const lab = await attach(false);
    expect(await timed(cure(lab))).toBeLessThan(AT_ONCE_MS);
    await lab.heal({ ownMs: 20 });
    expect(told(await lab.verify())).toEqual(['links proven', 'broadcast proven', 'ttl proven', 'dm proven']);
  });

  test('does not keep faults from drawing peers', async () => {
    const { attach } = await hungLab();
    const lab = await attach(false);
    const { peers } = await lab.fault({ verb: 'kill', random: 5 });
    expect(peers).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
  });

  test('is used again once it goes on', async () => {
    const { attach, memory } = await hungLab();
    const lab = await attach();
    memory.hang(HANGING, undefined);
    // The checks wait for it.
    expect(told(await lab.verify())).toEqual(['links proven', 'broadcast proven', 'ttl proven', 'dm proven']);
    expect(lab.peers[HANGING]).not.toHaveProperty('silentMs');
  });

  test('that nothing wakes is named by heal, with what is mended', async () => {
    const { attach } = await hungLab('for good');
    const lab = await attach(false);
    await lab.kill('n0');
    await expect(lab.heal({ ownMs: 20 })).rejects.toMatchObject({
      code: 'PEER_SILENT',
      message: expect.stringMatching(/^n2 has not answered for \d+ s; everything else is as drawn: 3 links are up$/),
      details: { peer: 'n2' },
    });
  });

  test('in the middle of a check fails it, and nobody else is blamed', async () => {
    const { driver } = await hungLab();
    driver.labs.clear();
    const { lab } = await bringUp(ring(5), driver, { checks: ['links'], replyTimeoutMs: 100 });
    (lab.running as MemoryLab).hang(HANGING, 'stopped');
    const [broadcast] = await lab.verify({ checks: ['broadcast'] });
    expect(broadcast?.explanations).toMatchObject([{ kind: 'incomplete', culprit: 'n2' }]);
  });

  test('is found by up, which repairs the others', async () => {
    const { driver, memory } = await hungLab();
    await memory.kill(0);
    const { checks } = await bringUp(ring(5), driver, { checks: ['links'], ...BOUNDS, patienceMs: 60 });
    expect(checks[0]?.explanations.map(({ culprit }) => culprit)).toEqual(['n2', 'n2']);
    expect(memory.peers.map(({ state }) => state)).toEqual(Array(5).fill('running'));
  });
});
