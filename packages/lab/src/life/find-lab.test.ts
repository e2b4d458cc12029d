import type { Driver, DriverName, LabSummary } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { MemoryDriver } from '@peerlab/driver-memory';
import { parseTopology } from '@peerlab/topology';
import { describe, expect, test } from 'vitest';
import { chooseDriver, findLab, listLabs, surveyLabs } from './find-lab.ts';
import { planOf } from './plan.ts';

const RING = parseTopology('name: ring\ntopology: { generator: ring, peers: 3 }\n', { file: 'ring.yaml' });

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
      advice: 'start the engine, or use --driver local',
    });
  });

  test('none works: every reason is told', async () => {
    const drivers = [DEAD_DOCKER, driver('local', false, 'no loopback address is free')];
    await expect(chooseDriver('auto', drivers)).rejects.toThrow(
      'no driver works on this machine: no engine answers; no loopback address is free',
    );
  });
});

test('a lab that two drivers have is not chosen by chance', async () => {
  const [one, other] = ['one', 'other'].map(name => Object.assign(new MemoryDriver(), { name }));
  if (one === undefined || other === undefined) throw new Error('two drivers');
  for (const each of [one, other]) {
    await each.up(planOf(RING), { signal: new AbortController().signal, report: () => undefined });
  }
  await expect(findLab([one, other], 'ring')).rejects.toMatchObject({
    code: 'NAME_TAKEN',
    message: expect.stringMatching(/ have a lab "ring" each$/),
    advice: expect.stringMatching(/^choose one: --driver \S+ or --driver \S+$/),
  });
  expect((await findLab([other], 'ring')).name).toBe('ring');
});

describe('a driver that cannot be asked', () => {
  const silent: Driver = Object.assign(Object.create(new MemoryDriver()) as Driver, {
    name: 'moon',
    list: async (): Promise<readonly LabSummary[]> => {
      throw new LabError('ENGINE_UNREACHABLE', 'no engine answers', { advice: 'start the engine' });
    },
    find: async () => {
      throw new LabError('ENGINE_UNREACHABLE', 'no engine answers', { advice: 'start the engine' });
    },
  });

  test('is named beside the labs of the others', async () => {
    expect(await surveyLabs([silent, new MemoryDriver()])).toEqual({
      labs: [],
      unasked: [{ driver: 'moon', reason: 'no engine answers', advice: 'start the engine' }],
    });
    expect(await listLabs([silent, new MemoryDriver()])).toEqual([]);
  });

  test('may have the lab: the error says so, not that the lab does not exist', async () => {
    await expect(findLab([silent, new MemoryDriver()], 'ring')).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: 'it is unknown whether there is a lab "ring": moon cannot be asked: no engine answers',
      advice: 'start the engine',
      cause: { code: 'ENGINE_UNREACHABLE' },
    });
  });

  test('is told also where it was found before that it does not answer', async () => {
    const unasked = [{ driver: 'docker', reason: 'permission denied', advice: 'log in again' }];
    await expect(findLab([new MemoryDriver()], 'ring', unasked)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: 'it is unknown whether there is a lab "ring": docker cannot be asked: permission denied',
      advice: 'log in again',
    });
    await expect(findLab([new MemoryDriver()], 'ring')).rejects.toMatchObject({ code: 'NO_SUCH_LAB' });
  });

  test('does not hide a lab of another', async () => {
    const other = new MemoryDriver();
    const lab = await other.up(planOf(RING), { signal: new AbortController().signal, report: () => undefined });
    expect((await findLab([silent, other], lab.name)).name).toBe(lab.name);
  });

  test('with a defect is a defect', async () => {
    const broken: Driver = Object.assign(Object.create(new MemoryDriver()) as Driver, {
      find: async () => {
        throw new TypeError('a defect of the test');
      },
    });
    await expect(findLab([broken], 'ring')).rejects.toThrow('a defect of the test');
  });
});
