/** Joining and leaving by engines that are only their API: what they are asked, and what a failure leaves. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeEngine } from '../../test/fake-engine.ts';
import { FakeSwarm } from '../../test/fake-swarm.ts';
import { EngineGroup, type PlannedJoin } from './engine-group.ts';
import type { EngineReport } from './engine-report.ts';

const NAMES = ['a', 'b', 'c'];
let engines: readonly FakeEngine[];
let swarm: FakeSwarm;
let group: EngineGroup;

beforeEach(async () => {
  engines = await Promise.all(NAMES.map(async () => await FakeEngine.start()));
  swarm = new FakeSwarm();
  for (const [i, engine] of engines.entries()) swarm.add(engine, NAMES[i] ?? '');
  const specs = engines.map(({ socketPath }, i) => ({ name: NAMES[i] ?? '', endpoint: `unix://${socketPath}` }));
  group = new EngineGroup(specs, { peerBundle: '/nowhere', version: '0.0.0', requestTimeoutMs: 5000 });
});
afterEach(async () => {
  for (const engine of engines) await engine[Symbol.asyncDispose]();
});

const PLAN: PlannedJoin = {
  manager: 'a',
  steps: [
    { kind: 'make', engine: 'a' },
    { kind: 'join', engine: 'b' },
    { kind: 'join', engine: 'c' },
  ],
  addresses: new Map(NAMES.map((name, i) => [name, `10.0.0.${i + 1}`])),
};
const report = async (): Promise<readonly EngineReport[]> => (await group.report()).engines;
const roles = async () => (await report()).map(({ swarm: { role } }) => role);
const marks = () =>
  [...swarm.nodes.values()].map(({ ID, Spec }) => [ID, Spec.Role, Object.values((Spec.Labels ?? {}) as object)]);

it('makes a Swarm, marks its nodes beside what they say already, and takes all of it apart', async () => {
  const done: string[] = [];
  await group.join(PLAN, ({ engine }) => done.push(engine));
  expect(done).toEqual(NAMES);
  expect((await report()).map(({ swarm: { role, address } }) => [role, address])).toEqual([
    ['manager', '10.0.0.1'],
    ['worker', '10.0.0.2'],
    ['worker', '10.0.0.3'],
  ]);
  expect(marks()).toEqual([
    ['node-a', 'any', ['made']],
    ['node-b', 'any', ['joined']],
    ['node-c', 'any', ['joined']],
  ]);
  expect(await group.planJoin(await report())).toMatchObject({ steps: [] });

  const found = await report();
  await group.leave(found, await group.planLeave(found), ({ engine }) => done.push(engine));
  expect(done.slice(3)).toEqual(['b', 'c', 'a']);
  expect(await roles()).toEqual(['none', 'none', 'none']);
  expect(swarm.nodes.size).toBe(0);
});

it.each(['POST /swarm/join', 'GET /nodes/node-c'])(
  'leaves nothing of a join that fails at %s of the last',
  async at => {
    const refuse = (request: string) => (request === at ? { status: 500, message: 'no room' } : undefined);
    // The nodes are asked of the manager.
    for (const engine of at.startsWith('POST') ? engines.slice(2) : engines.slice(0, 1)) engine.interfere = refuse;
    await expect(group.join(PLAN, () => undefined)).rejects.toMatchObject({
      code: 'ENGINE_REFUSED',
      message: expect.stringContaining('no room'),
    });
    expect(await roles()).toEqual(['none', 'none', 'none']);
  },
);

it('takes nothing apart while a lab spans the engines', async () => {
  await group.join(PLAN, () => undefined);
  engines[0]?.add('networks', 'peerlab-x', { Driver: 'overlay', Labels: { 'dev.peerlab.lab': 'x' } });
  await expect(group.planLeave(await report())).rejects.toMatchObject({
    code: 'CANNOT_CARRY',
    message: 'labs span these engines: x',
    advice: 'remove them first: lab down x',
  });
});

it('names an engine that does not answer, beside those that do', async () => {
  engines[1]?.die();
  const { engines: found, silent } = await group.report();
  expect(found.map(({ name }) => name)).toEqual(['a', 'c']);
  expect(silent).toEqual([
    expect.objectContaining({ name: 'b', where: expect.stringMatching(/^unix:/), error: expect.anything() }),
  ]);
});

it('plans no Swarm with Podman, which knows none', async () => {
  const [, podman] = engines;
  if (podman !== undefined) {
    podman.version = { Components: [{ Name: 'Podman Engine' }], Version: '4.3.1', ApiVersion: '1.41' };
  }
  await expect(group.planJoin(await report())).rejects.toThrow('engine b is Podman, which has no Swarm');
});
