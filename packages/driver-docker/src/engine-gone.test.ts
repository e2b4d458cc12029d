/** An engine that is gone, or hangs: what broke with it is no end of a peer, and nobody waits for it twice as long. */
import { LabError } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import { describe, expect, test } from 'vitest';
import { FakeEngine } from '../test/fake-engine.ts';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { containerEnd } from './container-end.ts';
import { createEngine, type Engine } from './engine.ts';
import { createDockerDriver } from './index.ts';
import { DockerClient } from './load-dockerode.ts';

function engineOf(fake: FakeEngine, requestTimeoutMs = 200): Engine {
  const docker = new DockerClient({ socketPath: fake.socketPath });
  return createEngine({ docker, where: 'a fake', local: true }, requestTimeoutMs);
}

describe('the end of a container', () => {
  test('that the engine tells is the end of the peer', async () => {
    await using fake = await FakeEngine.start();
    fake.add('containers', 'n0');
    expect(await containerEnd(engineOf(fake), 'n0')).toEqual({ reason: 'killed by SIGKILL', exitCode: 137 });
  });

  test('that a dead engine cannot tell is the failure of the engine', async () => {
    await using fake = await FakeEngine.start();
    fake.add('containers', 'n0');
    fake.die();
    const { failure } = await containerEnd(engineOf(fake), 'n0');
    expect(failure).toMatchObject({ code: 'ENGINE_UNREACHABLE', advice: expect.stringContaining('start the engine') });
  });

  test('that the engine breaks off while it answers is no failure of the engine', async () => {
    await using fake = await FakeEngine.start();
    fake.add('containers', 'n0');
    const engine = engineOf(fake);
    const docker = Object.assign(Object.create(engine.docker) as Dockerode, { ping: async () => 'OK' });
    const broken: Engine = {
      ...engine,
      docker,
      call: async (what, request, timeoutMs) => {
        if (what === 'wait for the container') throw new LabError('ENGINE_UNREACHABLE', 'no answer');
        return await engine.call(what, request, timeoutMs);
      },
    };
    expect(await containerEnd(broken, 'n0')).toEqual({ reason: expect.stringContaining('does not say why') });
  });
});

test('the streams of a dead engine close with its failure', async () => {
  await using fake = await FakeEngine.start();
  const docker = new DockerClient({ socketPath: fake.socketPath });
  const driver = createDockerDriver({
    peerBundle: ECHO_PEER,
    version: '0.0.0',
    docker,
    image: 'fake',
    requestTimeoutMs: 500,
  });
  const lab = await driver.up(planOf(1), contextOf());
  const channel = await lab.channel(0);
  fake.die();
  expect((await channel.closed).failure).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  await expect(lab.survey()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
});

test('after a request without an answer the next ones wait less, until the engine answers', async () => {
  await using fake = await FakeEngine.start();
  const docker = new DockerClient({ socketPath: fake.socketPath });
  const engine = createEngine({ docker, where: 'a fake', local: true }, 400, { suspectTimeoutMs: 50 });
  const ask = async (isAnswered: boolean): Promise<string> => {
    const answer = engine.call('ask', async () => (isAnswered ? 'OK' : await new Promise<string>(() => undefined)));
    return await answer.catch((error: unknown) => String(error));
  };
  expect(await ask(false)).toContain('no answer within 400 ms');
  expect(await ask(false)).toContain('no answer within 50 ms');
  expect(await ask(true)).toBe('OK');
  expect(await ask(false)).toContain('no answer within 400 ms');
});

describe('a request that takes long', () => {
  const bounds = { suspectTimeoutMs: 20, doubtMs: 20, pingTimeoutMs: 300 };

  test('is waited for as long as the engine answers anything', async () => {
    await using fake = await FakeEngine.start();
    const docker = new DockerClient({ socketPath: fake.socketPath });
    const engine = createEngine({ docker, where: 'a fake', local: true }, 60_000, bounds);
    const pings = (): number => fake.requests.filter(request => request.includes('/_ping')).length;
    const untilAskedTwice = async (): Promise<string> => {
      while (pings() < 2) await new Promise(setImmediate);
      return 'OK';
    };
    expect(await engine.call('build', untilAskedTwice)).toBe('OK');
  });

  test('is given up at an engine that hangs, and so are the next ones, sooner', async () => {
    await using fake = await FakeEngine.start();
    fake.interfere = () => 'silence';
    const docker = new DockerClient({ socketPath: fake.socketPath });
    const engine = createEngine({ docker, where: 'a fake', local: true }, 60_000, bounds);
    const ask = async (): Promise<string> =>
      await engine
        .call('list', async abortSignal => String(await docker.listContainers({ abortSignal })))
        .catch(String);
    expect(await ask()).toContain('no answer within 20 ms, nor to a ping within 300 ms');
    expect(await ask()).toContain('no answer within 20 ms');
    expect(await ask()).not.toContain('ping');
  });

  test('is given up soon where an earlier one has found that the engine hangs', async () => {
    await using fake = await FakeEngine.start();
    fake.interfere = () => 'silence';
    const docker = new DockerClient({ socketPath: fake.socketPath });
    const hang = { suspectTimeoutMs: 5, doubtMs: 100, pingTimeoutMs: 300 };
    const engine = createEngine({ docker, where: 'a fake', local: true }, 60_000, hang);
    const ask = async (): Promise<string> =>
      await engine
        .call('list', async abortSignal => String(await docker.listContainers({ abortSignal })))
        .catch(String);
    const first = ask();
    while (!fake.requests.some(request => request.includes('/_ping'))) await new Promise(setImmediate);
    const second = ask();
    expect(await first).toContain('nor to a ping');
    expect(await second).toContain('none to others');
  });
});
