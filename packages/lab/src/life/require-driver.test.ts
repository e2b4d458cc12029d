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

  test('that says nothing is taken as gone, with what to do', async () => {
    const running = await labWith(async () => await new Promise<never>(() => undefined));
    await expect(requireDriver(running, 20)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('did not say within 0.02 s which peers of memory run'),
      advice: expect.stringContaining('lab down memory'),
    });
  });
});
