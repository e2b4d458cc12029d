/** The life of a lab: up, repaired, given up, found again, used, gone. On peers in memory. */

import { LabError, type RunningLab } from '@peerlab/driver';
import { line, MemoryDriver, type MemoryLab, ring } from '@peerlab/driver-memory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lab } from '../lab.ts';
import type { LabEvent } from '../peers/watch.ts';
import { type BringUpOptions, bringUp, type StepReport } from './bring-up.ts';
import { findLab, listLabs, openLab } from './find-lab.ts';

const BOUNDS: BringUpOptions = { settle: { stalledMs: 50, idleMs: 20 } };

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof LabError ? error.code : `no LabError: ${String(error)}`;
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise<void>(resolve => setImmediate(resolve));
}

describe('up', () => {
  test('tells of its steps in their order, each with its closing line and its time', async () => {
    const reports: StepReport[] = [];
    const report = (each: StepReport): unknown => reports.push(each);
    const { timings } = await bringUp(ring(5), new MemoryDriver(), { ...BOUNDS, report });
    const steps = ['network', 'peers', 'links', 'broadcast', 'ttl', 'dm'];
    expect(reports.map(({ step, state }) => `${step} ${state}`)).toEqual(
      steps.flatMap(step => [`${step} started`, `${step} done`]),
    );
    expect(Object.keys(timings)).toEqual(steps);
    expect(reports.filter(({ state }) => state === 'done').map(({ detail }) => detail)).toEqual([
      '5 up',
      '5 up',
      '5 of 5, as drawn',
      '5 origins x 4 receivers: 20 of 20, each once; 30 frames, predicted 30',
      '5 origins x 4 TTLs: 20 of 20 horizons exact',
      '20 pairs: 20 arrive with TTL = distance, 0 with TTL = distance - 1',
    ]);
  });

  test('runs the checks that are asked for alone', async () => {
    const { checks } = await bringUp(ring(4), new MemoryDriver(), { ...BOUNDS, checks: ['links'] });
    expect(checks.map(({ name }) => name)).toEqual(['links']);
  });

  test('a lab whose checks fail stays, to be looked at', async () => {
    const driver = new MemoryDriver();
    const { passed } = await bringUp(line(3), driver, { ...BOUNDS, programs: { n1: ['silent'] } });
    expect(passed).toBe(false);
    expect(driver.labs.size).toBe(1);
  });

  test('a program for a peer that is not in the topology is refused before anything is made', async () => {
    const driver = new MemoryDriver();
    expect(await codeOf(bringUp(line(3), driver, { programs: { n9: ['silent'] } }))).toBe('NO_SUCH_PEER');
    expect(driver.labs.size).toBe(0);
  });
});

describe('two ups of one lab at the same time', () => {
  test('take turns: the second waits until the first has proven it, and finds it whole', async () => {
    const driver = new MemoryDriver();
    const told: string[] = [];
    const up = async (name: string): Promise<readonly string[]> => {
      const { lab } = await bringUp(ring(5), driver, {
        ...BOUNDS,
        report: ({ step, state }) => void (state === 'done' && told.push(`${name} ${step}`)),
        onWait: who => void told.push(`${name} waits for ${who}`),
      });
      return lab.peers.map(({ state }) => state);
    };
    const all = Array<string>(5).fill('running');
    expect(await Promise.all([up('first'), up('second')])).toEqual([all, all]);
    const steps = ['network', 'peers', 'links', 'broadcast', 'ttl', 'dm'];
    expect(told).toEqual([
      'second waits for test',
      ...steps.map(step => `first ${step}`),
      ...steps.map(step => `second ${step}`),
    ]);
  });

  test('the second may take over where the first fails, and its lab stays', async () => {
    const driver = new MemoryDriver();
    const failing = codeOf(bringUp(line(3), driver, { ...BOUNDS, programs: { n1: ['stillborn'] } }));
    const { passed } = await bringUp(line(3), driver, BOUNDS);
    expect([await failing, passed, driver.labs.size]).toEqual(['PEER_FAILED', true, 1]);
  });

  test('the second, interrupted while it waits, removes nothing of the first', async () => {
    const driver = new MemoryDriver();
    const controller = new AbortController();
    const first = bringUp(ring(5), driver, BOUNDS);
    const second = bringUp(ring(5), driver, { signal: controller.signal, onWait: () => controller.abort() });
    expect(await codeOf(second)).toBe('ABORTED');
    expect((await first).passed).toBe(true);
    expect(driver.labs.size).toBe(1);
  });
});

describe('an up that fails leaves nothing', () => {
  test('a peer that ends before it is ready is named, with its last words', async () => {
    const driver = new MemoryDriver();
    const up = bringUp(line(3), driver, { programs: { n1: ['stillborn'] } });
    await expect(up).rejects.toThrow('n1 was started but is stopped; it last printed: cannot bind');
    expect(driver.labs.size).toBe(0);
  });

  test('unless it is asked to keep what failed because of a peer', async () => {
    const driver = new MemoryDriver();
    const seen: unknown[] = [];
    const onFailed = async (_: unknown, running?: RunningLab): Promise<void> => void seen.push(running?.peers.length);
    const options = { ...BOUNDS, programs: { n1: ['stillborn'] }, keepsFailed: true, onFailed };
    expect(await codeOf(bringUp(line(3), driver, options))).toBe('PEER_FAILED');
    expect([driver.labs.size, seen]).toEqual([1, [3]]);
    const controller = new AbortController();
    const other = new MemoryDriver();
    const up = codeOf(bringUp(ring(5), other, { ...options, programs: {}, signal: controller.signal }));
    await turns(5);
    controller.abort();
    expect([await up, other.labs.size]).toEqual(['ABORTED', 0]);
  });

  test('a peer that never answers is named, with the command', async () => {
    const driver = new MemoryDriver();
    const up = bringUp(line(3), driver, { programs: { n1: ['mute'] }, replyTimeoutMs: 30 });
    await expect(up).rejects.toThrow('n1 did not answer "neighbours" within 30 ms');
    expect(driver.labs.size).toBe(0);
  });

  test('given up while a peer does not answer: nobody waits for it', { timeout: 5000 }, async () => {
    const driver = new MemoryDriver();
    const controller = new AbortController();
    const programs = { n1: ['mute'] };
    const up = codeOf(bringUp(line(3), driver, { ...BOUNDS, programs, signal: controller.signal }));
    await turns(20);
    controller.abort();
    expect(await up).toBe('ABORTED');
    expect(driver.labs.size).toBe(0);
  });

  test('given up at any moment', async () => {
    let given = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 60 }), async moment => {
        const driver = new MemoryDriver();
        const controller = new AbortController();
        const up = codeOf(bringUp(ring(6), driver, { ...BOUNDS, signal: controller.signal }));
        await turns(moment);
        controller.abort();
        const code = await up;
        if (code === 'ABORTED') given++;
        expect(driver.labs.size).toBe(code === 'ABORTED' ? 0 : 1);
      }),
      { numRuns: 15 },
    );
    expect(given).toBeGreaterThan(3);
  });
});

describe('up on a lab that runs', () => {
  test('starts the peer that is missing, dials its links alone, and proves all again', async () => {
    const driver = new MemoryDriver();
    const { lab } = await bringUp(ring(5), driver, BOUNDS);
    const memory = lab.running as MemoryLab;
    memory.peer(2).end({ reason: 'killed by SIGKILL' });
    const dialled = [0, 1, 3, 4].map(index => memory.peer(index).log.filter(text => text.includes('"link-up"')).length);
    const again = await bringUp(ring(5), driver, BOUNDS);
    expect(again.passed).toBe(true);
    expect(await again.lab.wire()).toBe(0);
    const now = [0, 1, 3, 4].map(index => memory.peer(index).log.filter(text => text.includes('"link-up"')).length);
    // n1 and n3 are its neighbours.
    expect(now.map((count, i) => count - (dialled[i] ?? 0))).toEqual([0, 1, 1, 0]);
  });

  test('a repair that is given up leaves the lab as it was, even one that wanted it throw-away', async () => {
    const driver = new MemoryDriver();
    await bringUp(ring(5), driver, BOUNDS);
    const controller = new AbortController();
    const again = codeOf(bringUp(ring(5), driver, { ...BOUNDS, ephemeral: true, signal: controller.signal }));
    await turns(6);
    controller.abort();
    expect(await again).toBe('ABORTED');
    expect(driver.labs.size).toBe(1);
  });
});

describe('a lab in use', () => {
  test('is found again by name, with its topology, and proven again', async () => {
    const driver = new MemoryDriver();
    const { lab: first } = await bringUp(ring(5), driver, BOUNDS);
    await first.close();
    const lab = await openLab([driver], 'memory');
    expect(lab.topology.peers.map(({ name }) => name)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    expect((await lab.verify()).every(({ verdict }) => verdict === 'proven')).toBe(true);
    await lab.down();
    expect(await listLabs([driver])).toEqual([]);
    await expect(findLab([driver], 'memory')).rejects.toMatchObject({ code: 'NO_SUCH_LAB' });
  });

  test('a name that is nearly right is advised', async () => {
    const driver = new MemoryDriver();
    await using lab = (await bringUp(ring(5), driver, BOUNDS)).lab;
    await expect(findLab([driver], 'memry')).rejects.toMatchObject({
      code: 'NO_SUCH_LAB',
      advice: 'did you mean "memory"?',
    });
    expect(() => lab.peerIndex('n44')).toThrow(expect.objectContaining({ code: 'NO_SUCH_PEER' }));
  });

  test('a broadcast is told with names, hops, frames and time', async () => {
    const { lab } = await bringUp(ring(6), new MemoryDriver(), { ...BOUNDS, checks: [] });
    const outcome = await lab.broadcast('n0', 'hello', { ttl: 2 });
    expect(outcome).toMatchObject({ from: 'n0', ttl: 2, frames: 4, predictedFrames: 4, missed: [], verdict: 'proven' });
    expect(outcome.due).toEqual(['n1', 'n2', 'n4', 'n5']);
    const arrivals = outcome.received.map(({ peer, hops, from }) => `${peer} ${hops} ${from}`).sort();
    expect(arrivals).toEqual(['n1 1 n0', 'n2 2 n1', 'n4 2 n5', 'n5 1 n0']);
    expect(outcome.timeMs).toBeGreaterThan(0);
  });

  test('a direct message that cannot reach is not missed', async () => {
    const { lab } = await bringUp(line(4), new MemoryDriver(), { ...BOUNDS, checks: [] });
    expect(await lab.dm('n0', 'n3', 'psst', { ttl: 2 })).toMatchObject({ due: [], received: [], verdict: 'proven' });
    const arrived = await lab.dm('n0', 'n3', 'psst', { ttl: 3 });
    expect(arrived).toMatchObject({ to: 'n3', received: [{ peer: 'n3', hops: 3, from: 'n2' }], verdict: 'proven' });
    expect(await codeOf(lab.dm('n0', 'n0', 'psst'))).toBe('NOT_SUPPORTED');
  });

  test('an echo that no delivery shows fails the one broadcast that it is seen in', async () => {
    const { lab } = await bringUp(line(3), new MemoryDriver(), { ...BOUNDS, checks: [], programs: { n1: ['echo'] } });
    const outcome = await lab.broadcast('n0', 'hello');
    expect(outcome.missed).toEqual([]);
    expect(outcome.verdict).toBe('failed');
    expect(outcome.explanations[0]?.text).toMatch(
      /^n1, which had it at hop 1 from n0, sent broadcast [0-9a-f]{8} of n0 back to n0$/,
    );
  });

  test('is asked nothing that its peers did not announce', async () => {
    const { lab } = await bringUp(line(3), new MemoryDriver(), {
      ...BOUNDS,
      checks: [],
      programs: { n1: ['minimal'] },
    });
    expect(await codeOf(lab.dm('n1', 'n0', 'psst'))).toBe('NOT_SUPPORTED');
    expect(await codeOf(lab.broadcast('n1', 'hello', { ttl: 1 }))).toBe('NOT_SUPPORTED');
    const outcome = await lab.broadcast('n1', 'hello', { settle: { idleMs: 20 } });
    expect(outcome).toMatchObject({ verdict: 'not-proven', frames: undefined });
  });

  test('a peer that is killed is out of the graph from then on', async () => {
    const driver = new MemoryDriver();
    const { lab } = await bringUp(line(4), driver, { ...BOUNDS, checks: [] });
    const killed = lab.endpoints[2]?.client.ended;
    (lab.running as MemoryLab).peer(2).end({ reason: 'killed by SIGKILL' });
    await killed;
    const outcome = await lab.broadcast('n0', 'hello');
    expect(outcome).toMatchObject({ due: ['n1'], missed: [], verdict: 'proven', frames: 1, predictedFrames: 1 });
    const [links] = await lab.verify({ checks: ['links'] });
    expect(links?.explanations.map(({ text, culprit }) => `${culprit}: ${text}`)).toEqual([
      'n2: n1 and n2 are not linked: n2 does not run',
      'n2: n2 and n3 are not linked: n2 does not run',
    ]);
    await expect(lab.broadcast('n2', 'hello')).rejects.toMatchObject({ code: 'PEER_FAILED' });
  });

  test('watching gives every event of every peer, and each copy when it is traced', async () => {
    const driver = new MemoryDriver();
    const { lab } = await bringUp(line(3), driver, { ...BOUNDS, checks: [] });
    const watcher = await Lab.attach(lab.running, { isNew: false });
    const controller = new AbortController();
    const seen: LabEvent[] = [];
    const watching = (async () => {
      for await (const event of watcher.watch({ trace: true, signal: controller.signal })) seen.push(event);
    })();
    // Its commands wait in the same queues as those of the broadcast, and before them.
    await lab.broadcast('n0', 'hello');
    controller.abort();
    await watching;
    expect(seen.map(({ peer, event }) => `${peer} ${event.event}`).sort()).toEqual([
      'n0 sent',
      'n1 received',
      'n1 sent',
      'n2 received',
    ]);
  });

  test('watching ends when the lab is gone', async () => {
    const { lab } = await bringUp(line(2), new MemoryDriver(), { ...BOUNDS, checks: [] });
    const watcher = await Lab.attach(lab.running, { isNew: false });
    const watching = (async () => {
      const { signal } = new AbortController();
      for await (const _ of watcher.watch({ signal }));
    })();
    await lab.down();
    await watching;
  });
});

describe('links', () => {
  const upWith = async (kind: string): Promise<Lab> => {
    const programs = { n1: [kind] };
    const { lab } = await bringUp(line(3), new MemoryDriver(), { ...BOUNDS, checks: [], programs });
    return lab;
  };
  const faultsOf = async (lab: Lab): Promise<string[]> => {
    const [links] = await lab.verify({ checks: ['links'] });
    expect(links?.verdict).toBe('failed');
    return links?.explanations.map(({ text }) => text) ?? [];
  };

  test('that cannot be made are named, with both peers and the reason', async () => {
    const driver = new MemoryDriver();
    const error = bringUp(line(3), driver, { ...BOUNDS, programs: { n1: ['recluse'] } });
    await expect(error).rejects.toMatchObject({
      code: 'LINKS_MISSING',
      message: '1 of 2 links could not be made: n1-n2: n1 refused "connect": no, thanks',
    });
    expect(driver.labs.size).toBe(0);
  });

  test.concurrent('that one end does not know are half', async () => {
    expect(await faultsOf(await upWith('denier'))).toEqual([
      'n0 has a link to n1, which does not have it',
      'n2 has a link to n1, which does not have it',
    ]);
  });

  test.concurrent('that the ends know by different sessions are two', async () => {
    expect(await faultsOf(await upWith('renamer'))).toEqual([
      'n0 and n1 do not hold the same link',
      'n1 and n2 do not hold the same link',
    ]);
  });

  test('that are weaker than the topology asks are faults, by the word of either end', async () => {
    const topology = { ...line(3), security: 'signed' as const };
    const programs = { n1: ['unsealed'] };
    const { lab } = await bringUp(topology, new MemoryDriver(), { ...BOUNDS, checks: [], programs });
    expect(await faultsOf(lab)).toEqual([
      'the link of n0 and n1 is open, but signed was asked for',
      'the link of n1 and n2 is open, but signed was asked for',
    ]);
    const unsecured = { ...topology, security: 'open' as const };
    const { lab: open } = await bringUp(unsecured, new MemoryDriver(), { ...BOUNDS, checks: [], programs });
    expect((await open.verify({ checks: ['links'] }))[0]?.observed).toBe('2 of 2, as drawn');
  });

  test('that one end learns of later are as drawn', async () => {
    const [links] = await (await upWith('dreamer')).verify({ checks: ['links'] });
    expect(links?.observed).toBe('2 of 2, as drawn');
  });

  test('that are not drawn are found', async () => {
    const { lab } = await bringUp(line(3), new MemoryDriver(), { ...BOUNDS, checks: [] });
    const [from, to] = [lab.endpoints[0], lab.endpoints[2]];
    await from?.client.request({ command: 'connect', host: to?.address ?? '', port: to?.port ?? 0 });
    expect(await faultsOf(lab)).toEqual(['n0 and n2 are linked, but the topology has no such link']);
  });
});
