/** Who makes a lab, decided by an engine that is only its API. */
import { type ProcessIdentity, thisProcess, writeIdentity } from '@peerlab/driver';
import { describe, expect, test } from 'vitest';
import { FakeEngine } from '../test/fake-engine.ts';
import { claimName } from './claim.ts';
import { createEngine, type Engine } from './engine.ts';
import { fleetOfOne } from './fleet.ts';
import { LABEL } from './labels.ts';
import { findLeftovers, removeLeftover } from './leftovers.ts';
import { DockerClient } from './load-dockerode.ts';

const HERE = thisProcess() as ProcessIdentity;
const GONE = writeIdentity({ ...HERE, processId: 2 ** 22 + 1 });
const ELSEWHERE = writeIdentity({ ...HERE, space: 'another' });

const signal = new AbortController().signal;
const engineOf = ({ socketPath }: FakeEngine): Engine =>
  createEngine({ docker: new DockerClient({ socketPath }), where: 'here', local: true }, 1000);

function claimOf(engine: FakeEngine, process: string): void {
  const Labels = { [LABEL.claim]: 'ring', [LABEL.run]: 'old', [LABEL.owner]: 'me@there:7', [LABEL.process]: process };
  engine.add('volumes', 'peerlab-ring.claim', { Labels });
}

describe('the claim of a name', () => {
  test('is one caller’s at a time, and is given back', async () => {
    await using engine = await FakeEngine.start();
    let held = 0;
    let most = 0;
    const inTurn = async (): Promise<void> => {
      await using _ = await claimName(engineOf(engine), 'ring', { signal });
      held += 1;
      most = Math.max(most, held);
      await new Promise(setImmediate);
      held -= 1;
    };
    await Promise.all(Array.from({ length: 6 }, inTurn));
    expect(most).toBe(1);
    expect(engine.volumes.size).toBe(0);
  });

  test('of a process that is gone is taken over, by one of those who want it', async () => {
    await using engine = await FakeEngine.start();
    claimOf(engine, GONE);
    let held = 0;
    const inTurn = async (): Promise<void> => {
      await using _ = await claimName(engineOf(engine), 'ring', { signal });
      held += 1;
      expect(held).toBe(1);
      await new Promise(setImmediate);
      held -= 1;
    };
    await Promise.all(Array.from({ length: 6 }, inTurn));
    expect(engine.volumes.size).toBe(0);
  });

  test('is not removed by two: one waits while another one that lives does it, and goes on where that one was killed', async () => {
    await using engine = await FakeEngine.start();
    claimOf(engine, GONE);
    const right = (process: string) => ({
      Labels: { [LABEL.claim]: 'ring', [LABEL.run]: 'other', [LABEL.owner]: 'me@there:8', [LABEL.process]: process },
    });
    engine.add('volumes', 'peerlab-ring.claim.old', right(writeIdentity(HERE)));
    await expect(claimName(engineOf(engine), 'ring', { signal, timeoutMs: 120 })).rejects.toMatchObject({
      code: 'NAME_TAKEN',
    });
    expect(engine.volumes.size).toBe(2);
    engine.volumes.clear();
    claimOf(engine, GONE);
    engine.add('volumes', 'peerlab-ring.claim.old', right(GONE));
    {
      await using _ = await claimName(engineOf(engine), 'ring', { signal });
      expect(engine.volumes.size).toBe(1);
    }
    expect(engine.volumes.size).toBe(0);
  });

  test('of a process that cannot be asked is waited for, and told', async () => {
    await using engine = await FakeEngine.start();
    claimOf(engine, ELSEWHERE);
    const heard: unknown[] = [];
    const onWait = (who: string | undefined): void => void heard.push(who);
    const waiting = claimName(engineOf(engine), 'ring', { signal, onWait, timeoutMs: 120 });
    await expect(waiting).rejects.toMatchObject({
      code: 'NAME_TAKEN',
      message: expect.stringContaining('me@there:7 has been making ring'),
    });
    expect(heard).toEqual(['me@there:7']);
    expect(engine.volumes.size).toBe(1);
  });

  test('is not waited for any more by who is interrupted', async () => {
    await using engine = await FakeEngine.start();
    claimOf(engine, ELSEWHERE);
    const controller = new AbortController();
    const waiting = claimName(engineOf(engine), 'ring', {
      signal: controller.signal,
      onWait: () => controller.abort(),
    });
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('is not needed where an engine has no volumes', async () => {
    await using engine = await FakeEngine.start();
    engine.interfere = request => (request.includes('/volumes') ? { status: 403, message: 'forbidden' } : undefined);
    await using _ = await claimName(engineOf(engine), 'ring', { signal });
    expect(await findLeftovers(fleetOfOne(engineOf(engine)))).toEqual([]);
  });

  test('is a leftover when its process is gone, with a doubt when that cannot be asked', async () => {
    await using engine = await FakeEngine.start();
    claimOf(engine, ELSEWHERE);
    expect(await findLeftovers(fleetOfOne(engineOf(engine)))).toMatchObject([
      { kind: 'volume', lab: 'ring', doubt: expect.any(String) },
    ]);
    engine.volumes.clear();
    claimOf(engine, GONE);
    const [leftover] = await findLeftovers(fleetOfOne(engineOf(engine)));
    expect(leftover).not.toHaveProperty('doubt');
    if (leftover !== undefined) await removeLeftover(fleetOfOne(engineOf(engine)), leftover);
    expect(engine.volumes.size).toBe(0);
    await using _ = await claimName(engineOf(engine), 'ring', { signal });
    expect(await findLeftovers(fleetOfOne(engineOf(engine)))).toEqual([]);
  });
});
