import type { Driver, DriverName, LabSummary } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { MemoryDriver } from '@peerlab/driver-memory';
import { describe, expect, test } from 'vitest';
import { chooseDriver, findLab, listLabs } from './find-lab.ts';

/** A driver that only answers whether it is there. */
function driver(name: DriverName, available: boolean, reason: string, advice?: string): Driver {
  return Object.assign(Object.create(new MemoryDriver()) as Driver, {
    name,
    probe: async () => ({ available, reason, ...(advice === undefined ? {} : { advice }) }),
  });
}

const DOCKER = driver('docker', true, 'Docker 20 answers');
const DEAD_DOCKER = driver('docker', false, 'no engine answers', 'start the engine');
const LOCAL = driver('local', true, 'peers run as processes');

describe('the driver', () => {
  test('auto takes the first that can work', async () => {
    expect(await chooseDriver('auto', [DOCKER, LOCAL])).toEqual({ driver: DOCKER, reason: 'Docker 20 answers' });
  });

  test('auto takes the next otherwise, and says why', async () => {
    const { driver: chosen, reason } = await chooseDriver('auto', [DEAD_DOCKER, LOCAL]);
    expect(chosen).toBe(LOCAL);
    expect(reason).toBe('no engine answers; peers run as processes');
  });

  test('the one that is asked for is taken or refused, never replaced', async () => {
    expect((await chooseDriver('local', [DOCKER, LOCAL])).driver).toBe(LOCAL);
    await expect(chooseDriver('docker', [DEAD_DOCKER, LOCAL])).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: 'no engine answers',
      advice: 'start the engine',
    });
  });

  test('none works: every reason is told', async () => {
    const drivers = [DEAD_DOCKER, driver('local', false, 'no loopback address is free')];
    await expect(chooseDriver('auto', drivers)).rejects.toThrow(
      'no driver works on this machine: no engine answers; no loopback address is free',
    );
  });
});

describe('a driver that cannot be asked', () => {
  const silent: Driver = Object.assign(Object.create(new MemoryDriver()) as Driver, {
    list: async (): Promise<readonly LabSummary[]> => {
      throw new LabError('ENGINE_UNREACHABLE', 'no engine answers');
    },
    find: async () => {
      throw new LabError('ENGINE_UNREACHABLE', 'no engine answers');
    },
  });

  test('has no labs in a list', async () => {
    expect(await listLabs([silent, new MemoryDriver()])).toEqual([]);
  });

  test('is the cause that is told with a lab that was not found', async () => {
    await expect(findLab([silent], 'ring')).rejects.toMatchObject({
      code: 'NO_SUCH_LAB',
      cause: { code: 'ENGINE_UNREACHABLE' },
    });
  });
});
