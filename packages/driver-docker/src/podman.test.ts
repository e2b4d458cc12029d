/** Podman as it is told apart, and what labs need of it: on an engine that is only its API. */
import type { Diagnosis } from '@peerlab/driver';
import { describe, expect, test } from 'vitest';
import { FakeEngine } from '../test/fake-engine.ts';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { exitStatus } from './container-end.ts';
import { readDialect } from './dialect.ts';
import { createDockerDriver } from './index.ts';
import { DockerClient } from './load-dockerode.ts';
import { readPodman, withoutGroups } from './podman.ts';

/** As Podman 4.3 answers. */
const VERSION = {
  Components: [{ Name: 'Podman Engine', Version: '4.3.1' }, { Name: 'Conmon' }],
  Version: '4.3.1',
  ApiVersion: '1.41',
};

interface Host {
  readonly conmon: string;
  readonly rootless?: boolean;
  readonly cgroups?: string;
}

function infoOf({ conmon, rootless = false, cgroups = 'v2' }: Host) {
  return { host: { cgroupVersion: cgroups, conmon: { path: conmon }, security: { rootless } } };
}

async function podman(host: Host): Promise<FakeEngine> {
  const engine = await FakeEngine.start();
  engine.version = VERSION;
  engine.also = request => (request === 'GET /v4.0.0/libpod/info' ? [200, infoOf(host)] : undefined);
  return engine;
}

function driverOf({ socketPath }: FakeEngine) {
  const docker = new DockerClient({ socketPath });
  return createDockerDriver({ peerBundle: ECHO_PEER, version: '0.0.0', docker, image: 'fake' });
}

const doctors = async (engine: FakeEngine): Promise<readonly Diagnosis[]> =>
  (await driverOf(engine).diagnose?.())?.filter(({ what }) => what === 'podman') ?? [];

describe('Podman', () => {
  test('is known by its components, and named', async () => {
    await using engine = await podman({ conmon: '/usr/bin/conmon' });
    expect(await driverOf(engine).probe()).toMatchObject({ reason: expect.stringMatching(/^Podman 4\.3\.1 answers/) });
    expect(readDialect({ Version: '20.10.24', Components: [{ Name: 'Engine' }] })).toMatchObject({ product: 'Docker' });
    expect(readDialect({ Version: '1', Components: null })).toMatchObject({ product: 'Docker' });
  });

  test('that closes the input of peers gets throw-away labs alone, and doctor says what to set', async () => {
    await using engine = await podman({ conmon: '/usr/bin/conmon' });
    await expect(driverOf(engine).up(planOf(2), contextOf())).rejects.toMatchObject({
      code: 'CANNOT_CARRY',
      message: expect.stringContaining('closes the standard input'),
      advice: expect.stringContaining('docs/PODMAN.md'),
    });
    expect(engine.networks.size + engine.containers.size).toBe(0);
    const lab = await driverOf(engine).up({ ...planOf(2), ephemeral: true }, contextOf());
    await lab.down();
    expect(await doctors(engine)).toMatchObject([{ ok: false, advice: expect.stringContaining('conmon_path') }]);
  });

  test('that leaves it open gets any lab', async () => {
    await using engine = await podman({ conmon: '/opt/peerlab-conmon' });
    const lab = await driverOf(engine).up(planOf(2), contextOf());
    expect(lab.peers.map(({ state }) => state)).toEqual(['running', 'running']);
    await lab.down();
    expect(await doctors(engine)).toMatchObject([{ ok: true, detail: expect.stringContaining('rootful') }]);
  });

  test('without root can neither pause nor measure with cgroups v1, and the lab says why', async () => {
    await using engine = await podman({ conmon: '/opt/peerlab-conmon', rootless: true, cgroups: 'v1' });
    const lab = await driverOf(engine).up(planOf(1), contextOf());
    for (const lacking of [lab.capabilities.pause, lab.capabilities.usage]) {
      expect(lacking).toMatchObject({ reason: expect.stringContaining('control groups') });
    }
    await lab.down();
    expect(withoutGroups(readPodman(infoOf({ conmon: '', rootless: true, cgroups: 'v2' })))).toBeUndefined();
    expect(withoutGroups(readPodman(infoOf({ conmon: '', rootless: false, cgroups: 'v1' })))).toBeUndefined();
  });

  test('tells in its events alone how a container ended that it has removed', () => {
    const event = (Action: string, exitCode?: string): string =>
      JSON.stringify({ Action, Actor: { Attributes: exitCode === undefined ? {} : { exitCode } } });
    expect(exitStatus([event('start'), event('die', '137'), event('remove')].join('\n'))).toBe(137);
    expect(exitStatus([event('die', '0'), event('start'), event('die', '3'), ''].join('\n'))).toBe(3);
    expect(exitStatus(event('remove'))).toBeUndefined();
    expect(exitStatus('')).toBeUndefined();
  });
});

test('an engine that keeps only new versions of the API is asked without any version', async () => {
  await using engine = await FakeEngine.start();
  engine.oldestApi = 44;
  engine.version = { Version: '29.0.1', ApiVersion: '1.52', MinAPIVersion: '1.44', Components: [{ Name: 'Engine' }] };
  const driver = driverOf(engine);
  const lab = await driver.up(planOf(3), contextOf());
  expect((await driver.list()).map(({ running }) => running)).toEqual([3]);
  await lab.down();
  expect(engine.requests.filter(request => /\/v\d/.test(request))).toEqual([]);
});
