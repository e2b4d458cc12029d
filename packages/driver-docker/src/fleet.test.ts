/** A lab on several engines that are only their API: who has what, and what becomes of it when one of them is gone. */
import type { Driver, LabError } from '@peerlab/driver';
import { describe, expect, test } from 'vitest';
import { FakeEngine } from '../test/fake-engine.ts';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { createDockerDriver } from './index.ts';
import { DockerClient } from './load-dockerode.ts';

/** Three engines: `a` manages the Swarm that the others are in. */
class FakeFleet implements AsyncDisposable {
  readonly engines: readonly FakeEngine[];

  private constructor(engines: readonly FakeEngine[]) {
    this.engines = engines;
  }

  static async start(): Promise<FakeFleet> {
    const engines = await Promise.all([FakeEngine.start(), FakeEngine.start(), FakeEngine.start()]);
    const managers = [{ NodeID: 'node-a' }];
    for (const [i, engine] of engines.entries()) {
      const own = { LocalNodeState: 'active', NodeID: `node-${'abc'[i]}`, ControlAvailable: i === 0 };
      engine.swarm = { ...own, RemoteManagers: managers, Cluster: i === 0 ? { ID: 'swarm-1' } : null };
    }
    const fleet = new FakeFleet(engines);
    fleet.listNodes({ a: 'ready', b: 'ready', c: 'ready' });
    return fleet;
  }

  get a(): FakeEngine {
    return this.engines[0] as FakeEngine;
  }

  get b(): FakeEngine {
    return this.engines[1] as FakeEngine;
  }

  get c(): FakeEngine {
    return this.engines[2] as FakeEngine;
  }

  driver(names = 'abc'): Driver {
    const engines = [...names].map(name => ({
      name,
      endpoint: `unix://${this.engines['abc'.indexOf(name)]?.socketPath}`,
    }));
    return createDockerDriver({ ...SETTINGS, engines });
  }

  /** What the Swarm says of its machines. */
  listNodes(states: Readonly<Record<string, string>>): void {
    this.a.nodes = Object.entries(states).map(([name, State]) => ({ ID: `node-${name}`, Status: { State } }));
  }

  get containers(): readonly number[] {
    return this.engines.map(({ containers }) => containers.size);
  }

  get networks(): readonly number[] {
    return this.engines.map(({ networks }) => networks.size);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.engines.map(async engine => await engine[Symbol.asyncDispose]()));
  }
}

const SETTINGS = {
  peerBundle: ECHO_PEER,
  version: '0.0.0',
  image: 'fake',
  requestTimeoutMs: 1000,
  probeTimeoutMs: 200,
};

async function failure(work: Promise<unknown>): Promise<LabError> {
  return await work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as LabError,
  );
}

const RING = Array.from({ length: 9 }, (_, i) => [i, (i + 1) % 9] as const);

describe('a lab on three engines', () => {
  test('has a third of its peers on each, one network of the Swarm, and goes wholly', async () => {
    await using fleet = await FakeFleet.start();
    const context = contextOf();
    const plan = planOf(9, { links: RING });
    const lab = await fleet.driver().up(plan, context);
    expect(fleet.containers).toEqual([3, 3, 3]);
    expect(fleet.networks).toEqual([1, 0, 0]);
    expect([...fleet.a.networks.values()][0]?.body).toMatchObject({
      Driver: 'overlay',
      Attachable: true,
      Internal: true,
    });
    expect(lab.peers.map(({ engine }) => engine).join('')).toBe('aaabbbccc');
    expect(new Set(lab.peers.map(({ address }) => address)).size).toBe(9);
    expect(context.reports.at(-1)?.detail).toBe('9 up, 9 addresses; a 3, b 3, c 3; 3 of 9 links between engines');
    await lab.down();
    expect([...fleet.containers, ...fleet.networks]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(fleet.engines.map(({ volumes }) => volumes.size)).toEqual([0, 0, 0]);
  });

  test('is found whole by one that was told of none of them, or of some', async () => {
    await using fleet = await FakeFleet.start();
    const plan = planOf(9);
    await fleet.driver().up(plan, contextOf());
    const docker = new DockerClient({ socketPath: fleet.a.socketPath });
    for (const driver of [createDockerDriver({ ...SETTINGS, docker }), fleet.driver('ab'), fleet.driver('cba')]) {
      const lab = await driver.find(plan.name);
      expect(lab?.peers.map(({ state, engine }) => `${state} ${engine}`)).toEqual(
        [...'aaabbbccc'].map(name => `running ${name}`),
      );
      expect(await driver.list()).toMatchObject([{ name: plan.name, peers: 9, running: 9 }]);
      expect(await driver.leftovers()).toEqual([]);
    }
  });

  test('is repaired where its peers were, and refuses other engines', async () => {
    await using fleet = await FakeFleet.start();
    const plan = planOf(9);
    await fleet.driver().up(plan, contextOf());
    fleet.b.containers.clear();
    const lab = await fleet.driver('cba').up(plan, contextOf());
    expect(fleet.containers).toEqual([3, 3, 3]);
    expect(lab.peers.map(({ engine }) => engine).join('')).toBe('aaabbbccc');
    for (const names of ['a', 'ab']) {
      const error = await failure(fleet.driver(names).up(plan, contextOf()));
      expect(error).toMatchObject({ code: 'NAME_TAKEN', message: expect.stringContaining('the engines a, b, c') });
    }
  });
});

describe('an engine that is gone', () => {
  test('hides its peers, which are not called missing without the reason; down removes the rest and names it', async () => {
    await using fleet = await FakeFleet.start();
    const plan = planOf(9);
    await fleet.driver().up(plan, contextOf());
    fleet.b.die();
    const driver = fleet.driver();
    const probe = await driver.probe();
    expect(probe).toMatchObject({
      available: true,
      silent: [{ name: 'b', reason: expect.stringContaining('engine b') }],
    });
    const lab = await driver.find(plan.name);
    expect(lab?.peers.map(({ state, unseen = 'seen' }) => `${state}, ${unseen}`)).toEqual([
      ...Array(3).fill('running, seen'),
      ...Array(3).fill('missing, engine b does not answer'),
      ...Array(3).fill('running, seen'),
    ]);
    const error = await failure(lab?.down() ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE', details: { engineName: 'b' } });
    expect(fleet.containers).toEqual([0, 3, 0]);
    // By it the rest is found once the engine answers again.
    expect(fleet.networks).toEqual([1, 0, 0]);
  });

  test('during up has the rest rolled back, and is named as where parts may remain', async () => {
    await using fleet = await FakeFleet.start();
    fleet.b.interfere = request => (request.endsWith('/start') ? 'die' : undefined);
    const plan = planOf(9);
    const error = await failure(fleet.driver().up(plan, contextOf()));
    expect(error).toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('may remain on engine b'),
      definite: false,
    });
    expect(fleet.containers[0]).toBe(0);
    expect(fleet.containers[2]).toBe(0);
  });

  test('before up has nothing made anywhere', async () => {
    await using fleet = await FakeFleet.start();
    fleet.c.die();
    expect(await failure(fleet.driver().up(planOf(9), contextOf()))).toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: 'engine c does not answer: a lab cannot span it',
      advice: 'start it again, or leave it out of --engine',
    });
    expect([...fleet.containers, ...fleet.networks]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('that manages the Swarm has nothing started, and is told to be what is missing', async () => {
    await using fleet = await FakeFleet.start();
    fleet.a.die();
    expect(await failure(fleet.driver().up(planOf(9), contextOf()))).toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: 'engine a does not answer, and it manages the Swarm: nothing can be started on the others without it',
      advice: expect.stringContaining('labs that run go on meanwhile'),
    });
    expect([...fleet.containers, ...fleet.networks]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('an engine that answers, and that its Swarm has lost', () => {
  test.each([
    ['is down', { a: 'ready', b: 'ready', c: 'down' }],
    ['has left', { a: 'ready', b: 'ready' }],
  ])('since it %s, is why nothing can be said of its peers', async (_, states) => {
    await using fleet = await FakeFleet.start();
    const plan = planOf(9);
    const lab = await fleet.driver().up(plan, contextOf());
    fleet.listNodes(states);
    if (!('c' in states)) fleet.c.swarm = { LocalNodeState: 'inactive' };
    const facts = (await fleet.driver().find(plan.name))?.peers ?? [];
    expect(await lab.survey()).toEqual(facts);
    expect(facts.map(({ state, unseen = 'seen' }) => `${state}, ${unseen}`)).toEqual([
      ...Array(6).fill('running, seen'),
      ...Array(3).fill('running, engine c is cut off from the others'),
    ]);
    expect(await failure(fleet.driver().up(planOf(3), contextOf()))).toMatchObject({
      code: 'CANNOT_CARRY',
      message: expect.stringMatching(/engine c is (cut off|in no Swarm)/),
    });
    await lab.down();
    expect(fleet.containers).toEqual([0, 0, 0]);
  });
});

describe('up is refused', () => {
  test.each([
    ['an engine outside any Swarm', { LocalNodeState: 'inactive' }, /engine b is in no Swarm/],
    ['an engine of another Swarm', { LocalNodeState: 'active', RemoteManagers: [{ NodeID: 'x' }] }, /different Swarms/],
  ])('with %s', async (_, swarm, message) => {
    await using fleet = await FakeFleet.start();
    fleet.b.swarm = swarm;
    expect(await failure(fleet.driver().up(planOf(3), contextOf()))).toMatchObject({
      code: 'CANNOT_CARRY',
      message: expect.stringMatching(message),
      advice: expect.stringContaining('lab engines'),
    });
    expect(fleet.containers).toEqual([0, 0, 0]);
  });

  test('with Podman, which can join none', async () => {
    await using fleet = await FakeFleet.start();
    fleet.b.version = { Components: [{ Name: 'Podman Engine' }], Version: '4.3.1', ApiVersion: '1.41' };
    fleet.b.swarm = { LocalNodeState: 'inactive' };
    expect(await failure(fleet.driver().up(planOf(3), contextOf()))).toMatchObject({
      code: 'CANNOT_CARRY',
      message: 'engine b is Podman, which has no Swarm: a lab cannot span it and others',
      advice: expect.not.stringContaining('lab engines join'),
    });
    expect(fleet.containers).toEqual([0, 0, 0]);
  });

  test('where none of them manages the Swarm', async () => {
    await using fleet = await FakeFleet.start();
    expect(await failure(fleet.driver('bc').up(planOf(3), contextOf()))).toMatchObject({
      code: 'CANNOT_CARRY',
      message: expect.stringContaining('none of the engines manages'),
    });
  });
});

test('a network that the Swarm gives no subnet is removed, and the next subnet is tried', async () => {
  await using fleet = await FakeFleet.start();
  let isFirst = true;
  fleet.a.interfere = (request, body) => {
    if (request === 'POST /networks/create' && isFirst) {
      isFirst = false;
      body.IPAM = { Config: [{ Subnet: '10.1.2.0/24' }] };
    }
    return undefined;
  };
  const lab = await fleet.driver().up(planOf(3), contextOf());
  expect(fleet.a.requests.filter(request => request === 'POST /networks/create')).toHaveLength(2);
  expect(fleet.networks).toEqual([1, 0, 0]);
  expect(lab.network.subnet).toMatch(/^10\.89\./);
});
