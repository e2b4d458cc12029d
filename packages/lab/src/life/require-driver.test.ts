/** A driver that does not see its lab is told of itself, within a bound. */
import { LabError } from '@peerlab/driver';
import { MemoryDriver, ring } from '@peerlab/driver-memory';
import { describe, expect, test } from 'vitest';
import { bringUp } from './bring-up.ts';
import { requireDriver } from './require-driver.ts';

async function labWith(survey: () => Promise<never>) {
  const { lab } = await bringUp(ring(3), new MemoryDriver(), { checks: [] });
  lab.running.survey = survey;
  return lab.running;
}

describe('a driver', () => {
  test('that sees its lab is fine', async () => {
    const { lab } = await bringUp(ring(3), new MemoryDriver(), { checks: [] });
    await requireDriver(lab.running);
  });

  test('that says that its engine is gone is believed', async () => {
    const running = await labWith(async () => {
      throw new LabError('ENGINE_UNREACHABLE', 'the engine does not answer');
    });
    await expect(requireDriver(running)).rejects.toThrow('the engine does not answer');
  });

  test('that does not see all peers is told with its engine, and so is every claim about them', async () => {
    const { lab } = await bringUp(ring(3), new MemoryDriver(), { checks: [] });
    const { running } = lab;
    const seen = await running.survey();
    const unseen = { state: 'missing', engine: 'b', unseen: 'engine b does not answer' } as const;
    running.survey = async () => [...seen.slice(0, 1), ...seen.slice(1).map(peer => ({ ...peer, ...unseen }))];
    const engineGone = expect.objectContaining({
      code: 'ENGINE_UNREACHABLE',
      message: 'not proven: engine b does not answer, so n1 and 1 more of memory cannot be judged',
    });
    await expect(requireDriver(running)).rejects.toEqual(engineGone);
    await lab.refresh();
    await expect(lab.verify()).rejects.toEqual(engineGone);
    await expect(lab.broadcast('n0', 'hello')).rejects.toEqual(engineGone);
    await expect(lab.broadcast('n1', 'hello')).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: 'not proven: engine b does not answer, so n1 of memory cannot be judged',
    });
    expect(await lab.faults()).toEqual([]);
  });

  test('that says nothing is taken as gone, with what to do', async () => {
    const running = await labWith(async () => await new Promise<never>(() => undefined));
    await expect(requireDriver(running, 20)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('did not say within 0.02 s which peers of memory run'),
      advice: expect.stringContaining('lab down memory'),
    });
  });
});
