/** `up` on an engine that is only its API: what a real one cannot be made to do on request. */

import { type Driver, type LabError, type ProcessIdentity, thisProcess, writeIdentity } from '@peerlab/driver';
import { describe, expect, test } from 'vitest';
import { FakeEngine } from '../test/fake-engine.ts';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { createDockerDriver } from './index.ts';
import { LABEL, labLabels } from './labels.ts';
import { DockerClient } from './load-dockerode.ts';

function driverOf(engine: FakeEngine, over: { maxPeers?: number; subnetPools?: string[] } = {}): Driver {
  const docker = new DockerClient({ socketPath: engine.socketPath });
  return createDockerDriver({
    peerBundle: ECHO_PEER,
    version: '0.0.0',
    docker,
    image: 'fake',
    requestTimeoutMs: 1000,
    probeTimeoutMs: 200,
    ...over,
  });
}

async function failure(work: Promise<unknown>): Promise<LabError> {
  try {
    await work;
  } catch (error) {
    return error as LabError;
  }
  throw new Error('it did not fail');
}

const creates = (engine: FakeEngine): number =>
  engine.requests.filter(request => /POST \/(containers|networks)\/create$/.test(request)).length;

describe('up', () => {
  test('makes a network and one running container per peer, each with its address', async () => {
    await using engine = await FakeEngine.start();
    const context = contextOf();
    const lab = await driverOf(engine).up(planOf(5), context);
    expect(lab.peers.map(peer => peer.state)).toEqual(Array(5).fill('running'));
    expect(new Set(lab.peers.map(peer => peer.address)).size).toBe(5);
    expect(context.reports.at(-1)).toEqual({ step: 'peers', state: 'done', detail: '5 up, 5 addresses' });
    await lab.down();
    expect(engine.containers.size + engine.networks.size).toBe(0);
  });

  test('takes the next subnet when the engine says that one overlaps', async () => {
    await using engine = await FakeEngine.start();
    let refusals = 0;
    engine.interfere = request => {
      if (request !== 'POST /networks/create' || refusals === 3) return undefined;
      refusals += 1;
      return { status: 403, message: 'Pool overlaps with other one on this address space' };
    };
    const lab = await driverOf(engine).up(planOf(1), contextOf());
    expect(refusals).toBe(3);
    await lab.down();
  });

  test('sweeps throw-away labs whose owner is gone, and none whose owner cannot be asked', async () => {
    await using engine = await FakeEngine.start();
    const here = thisProcess() as ProcessIdentity;
    const left = (lab: string, process: ProcessIdentity): void => {
      const facts = { owner: 'me@here:1', hash: 'h', version: '1', ephemeral: true, createdAtMs: 1, run: 'r' };
      engine.add('networks', `peerlab-${lab}`, {
        Labels: labLabels({ ...facts, lab, process: writeIdentity(process) }),
      });
    };
    left('gone', { ...here, processId: 2 ** 22 + 1 });
    left('elsewhere', { ...here, processId: 2 ** 22 + 1, space: 'of/a/container' });
    left('alive', here);
    await (await driverOf(engine).up(planOf(1), contextOf())).down();
    expect([...engine.networks.values()].map(({ name }) => name)).toEqual(['peerlab-elsewhere', 'peerlab-alive']);
  });

  test.each([
    ['gone', { processId: 2 ** 22 + 1 }, 0],
    ['elsewhere', { space: 'of/a/container' }, 1],
  ])('down takes the claim of a process that is %s along, or leaves it', async (_, over, left) => {
    await using engine = await FakeEngine.start();
    const plan = planOf(1);
    const lab = await driverOf(engine).up(plan, contextOf());
    const process = writeIdentity({ ...(thisProcess() as ProcessIdentity), ...over });
    const Labels = { [LABEL.claim]: plan.name, [LABEL.run]: 'old', [LABEL.process]: process };
    engine.add('volumes', `peerlab-${plan.name}.claim`, { Labels });
    await lab.down();
    expect(engine.volumes.size).toBe(left);
  });

  test('two at once make one lab: the second waits, and finds it whole', async () => {
    await using engine = await FakeEngine.start();
    const plan = planOf(4);
    const labs = await Promise.all([1, 2, 3].map(() => driverOf(engine).up(plan, contextOf())));
    expect(creates(engine)).toBe(5);
    expect(new Set(labs.map(({ peers }) => JSON.stringify(peers))).size).toBe(1);
    expect(engine.volumes.size).toBe(0);
    await labs[0]?.down();
  });

  test('repairs what is missing and leaves alone what runs', async () => {
    await using engine = await FakeEngine.start();
    const plan = planOf(4);
    const driver = driverOf(engine);
    const before = await driver.up(plan, contextOf());
    const lost = before.peers[2]?.containerId ?? '';
    engine.containers.delete(lost);
    const made = creates(engine);
    const after = await driver.up(plan, contextOf());
    expect(creates(engine)).toBe(made + 1);
    expect(after.peers.map(peer => peer.state)).toEqual(Array(4).fill('running'));
    expect(after.peers[0]?.containerId).toBe(before.peers[0]?.containerId);
    await after.down();
    await before.close();
  });

  test.each([
    'task %: already exists: unknown',
    'failed to create task for container: task % already exists: unknown',
    'OCI runtime create failed: container with id exists: %: unknown',
    'failed to create task for container: failed to start shim: mkdir /run/containerd/task/moby/%: file exists',
  ])('repairs a peer of which the runtime holds the remains: %s', async words => {
    await using engine = await FakeEngine.start();
    const plan = planOf(3);
    const driver = driverOf(engine);
    const before = await driver.up(plan, contextOf());
    const stale = before.peers[1]?.containerId ?? '';
    for (const container of engine.containers.values()) container.state = 'exited';
    engine.interfere = request =>
      request === `POST /containers/${stale}/start` ? { status: 500, message: words.replace('%', stale) } : undefined;
    const after = await driver.up(plan, contextOf());
    expect(after.peers.map(peer => peer.state)).toEqual(Array(3).fill('running'));
    expect(after.peers[1]?.containerId).not.toBe(stale);
    expect(after.peers[0]?.containerId).toBe(before.peers[0]?.containerId);
    await after.down();
  });

  test('does not try for ever where every new container is refused in the same way', async () => {
    await using engine = await FakeEngine.start();
    engine.interfere = request =>
      request.endsWith('/start') ? { status: 500, message: 'task x already exists: unknown' } : undefined;
    const error = await failure(driverOf(engine).up(planOf(1), contextOf()));
    expect(error).toMatchObject({ code: 'ENGINE_REFUSED', message: expect.stringContaining('already exists') });
    expect(engine.containers.size + engine.networks.size).toBe(0);
  });

  test('repairs a lab whose network somebody removed, and down removes what is left of it', async () => {
    await using engine = await FakeEngine.start();
    const plan = planOf(3);
    const driver = driverOf(engine);
    await driver.up(plan, contextOf());
    engine.networks.clear();
    expect((await driver.find(plan.name))?.topology).toBe('');
    const after = await driver.up(plan, contextOf());
    expect(after.topology).toBe(plan.topology);
    expect(after.peers.map(peer => peer.state)).toEqual(Array(3).fill('running'));
    engine.networks.clear();
    await (await driver.find(plan.name))?.down();
    expect(engine.containers.size + engine.networks.size).toBe(0);
  });

  test.each([
    ['another topology', (plan: ReturnType<typeof planOf>) => ({ ...plan, hash: 'other' })],
    ['another kind of lab', (plan: ReturnType<typeof planOf>) => ({ ...plan, ephemeral: true })],
  ])('refuses the name of a lab with %s and leaves that lab alone', async (_, change) => {
    await using engine = await FakeEngine.start();
    const plan = planOf(2);
    const lab = await driverOf(engine).up(plan, contextOf());
    expect(await failure(driverOf(engine).up(change(plan), contextOf()))).toMatchObject({ code: 'NAME_TAKEN' });
    expect(engine.containers.size).toBe(2);
    await lab.down();
  });

  test.each(['containers', 'networks'] as const)('refuses a name that %s of others have', async kind => {
    await using engine = await FakeEngine.start();
    const plan = planOf(2);
    engine.add(kind, kind === 'networks' ? `peerlab-${plan.name}` : `peerlab-${plan.name}.n1`);
    const error = await failure(driverOf(engine).up(plan, contextOf()));
    expect(error).toMatchObject({ code: 'NAME_TAKEN', advice: expect.stringContaining(`peerlab-${plan.name}`) });
    expect(creates(engine)).toBe(0);
  });

  test('refuses, before anything is made, what the engine cannot carry', async () => {
    await using engine = await FakeEngine.start();
    const tooMany = await failure(driverOf(engine, { maxPeers: 10 }).up(planOf(11), contextOf()));
    const noSubnet = await failure(driverOf(engine, { subnetPools: ['10.1.2.0/25'] }).up(planOf(2), contextOf()));
    engine.memoryBytes = 64 * 1024 * 1024;
    const tooSmall = await failure(driverOf(engine).up(planOf(100), contextOf()));
    for (const error of [tooMany, noSubnet, tooSmall]) {
      expect(error).toMatchObject({ code: 'CANNOT_CARRY', advice: expect.any(String) });
    }
    expect(creates(engine)).toBe(0);
  });

  test('removes what it made when a container is refused', async () => {
    await using engine = await FakeEngine.start();
    engine.interfere = request => {
      const refused = request === 'POST /containers/create' && engine.containers.size === 4;
      return refused ? { status: 500, message: 'no space left on device' } : undefined;
    };
    const error = await failure(driverOf(engine).up(planOf(8), contextOf()));
    expect(error).toMatchObject({ code: 'ENGINE_REFUSED', message: expect.stringContaining('no space left') });
    expect(engine.containers.size + engine.networks.size).toBe(0);
  });

  test('removes what it made, and no more, when it is interrupted while repairing', async () => {
    await using engine = await FakeEngine.start();
    const plan = planOf(6);
    const lab = await driverOf(engine).up(plan, contextOf());
    for (const peer of lab.peers.slice(2)) engine.containers.delete(peer.containerId ?? '');
    const controller = new AbortController();
    engine.interfere = request => {
      if (request === 'POST /containers/create' && engine.containers.size === 3) controller.abort();
      return undefined;
    };
    const error = await failure(driverOf(engine).up(plan, contextOf(controller.signal)));
    expect(error).toMatchObject({ code: 'ABORTED' });
    expect(engine.containers.size).toBe(2);
    expect(engine.networks.size).toBe(1);
    await lab.down();
  });

  test('says what may be left, and how to remove it, when the engine dies', async () => {
    await using engine = await FakeEngine.start();
    const plan = planOf(8);
    engine.interfere = request => (request.endsWith('/start') && engine.containers.size >= 4 ? 'die' : undefined);
    const error = await failure(driverOf(engine).up(plan, contextOf()));
    expect(error).toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      definite: false,
      advice: expect.stringContaining(`label=dev.peerlab.lab=${plan.name}`),
      details: { mayBeLeft: `peerlab-${plan.name}` },
    });
  });

  test('does not wait for ever for an engine that falls silent', async () => {
    await using engine = await FakeEngine.start();
    engine.interfere = request => (request === 'POST /containers/create' ? 'silence' : undefined);
    const error = await failure(driverOf(engine).up(planOf(1), contextOf()));
    expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE', definite: false });
    expect(engine.networks.size).toBe(0);
  });
});

describe('probe', () => {
  test('gives the version, or the reason', async () => {
    await using engine = await FakeEngine.start();
    const driver = driverOf(engine);
    expect(await driver.probe()).toMatchObject({ available: true, reason: expect.stringContaining('1.2.3-fake') });
    engine.interfere = () => 'silence';
    expect(await driver.probe()).toMatchObject({ available: false, reason: expect.stringContaining('200 ms') });
    engine.die();
    expect(await driver.probe()).toMatchObject({ available: false });
  });
});
