import type { Driver, Probe } from '@peerlab/driver';
import { describe, expect, it } from 'vitest';
import { findNamed, reachableDrivers } from './labs.ts';

/** A driver without labs. */
const driver = (name: string, probe: Probe): Driver => ({
  name,
  probe: async () => probe,
  up: async () => await Promise.reject(new Error('it makes no labs')),
  find: async () => undefined,
  list: async () => [],
  leftovers: async () => [],
  removeLeftover: async () => undefined,
});

const there = driver('here', { available: true, reason: 'it works' });
const absent = driver('never', { available: false, reason: 'it was never installed', isAbsent: true });
const away = driver('away', { available: false, reason: 'it does not answer', advice: 'start it' });

describe('a driver that does not work here', () => {
  it('has no labs if it was never here: then there is no such lab', async () => {
    const reachable = await reachableDrivers([absent, there]);
    expect(reachable.silent).toEqual([{ driver: 'never', reason: 'it was never installed' }]);
    expect(reachable.unasked).toEqual([]);
    await expect(findNamed('ring', reachable)).rejects.toMatchObject({ code: 'NO_SUCH_LAB' });
  });

  it('may have labs otherwise: then nobody knows', async () => {
    const reachable = await reachableDrivers([away, absent, there]);
    expect(reachable.unasked).toEqual([{ driver: 'away', reason: 'it does not answer', advice: 'start it' }]);
    await expect(findNamed('ring', reachable)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: 'it is unknown whether there is a lab "ring": away cannot be asked: it does not answer',
      advice: 'start it',
    });
  });
});
