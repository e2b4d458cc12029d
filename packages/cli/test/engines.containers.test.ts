/** One lab on three engines, by the command: proven, found by each, cut from engine to engine, and what is left when an engine dies. */
import { afterAll, expect, test } from 'vitest';
import { OwnEngines } from '../../driver-docker/test/own-engines.ts';
import { Surroundings } from './run-lab.ts';

const engines = await OwnEngines.start(`cli${process.pid}`, 3);
afterAll(async () => await engines[Symbol.asyncDispose]());

/** How many peers of each engine are in which state. */
function statesOf(inspected: string): Record<string, number> {
  const { peers } = JSON.parse(inspected) as { peers: { engine: string; state: string }[] };
  const counts: Record<string, number> = {};
  for (const { engine, state } of peers) counts[`${engine} ${state}`] = (counts[`${engine} ${state}`] ?? 0) + 1;
  return counts;
}

test('a ring on three engines is proven, partitioned by engine, and removed though an engine died', async () => {
  const name = `engines-${process.pid}`;
  // A worker of the Swarm: the labels of the lab lead from there to the other engines.
  using surroundings = new Surroundings({ PEERLAB_DRIVERS: '-local', DOCKER_HOST: engines.specs[1]?.endpoint });
  const ring = `name: ${name}\ntopology: { generator: ring, peers: 9 }\n`;
  const up = await surroundings.lab(['up', '-', ...engines.words], ring);
  expect(up).toMatchObject({ status: 0, stdout: expect.stringContaining('3 of 9 links between engines') });
  expect(up.stderr).toMatch(/round trips between engines: b-c [\d.]+ ms, /);

  const whole = await surroundings.lab(['inspect', name, '-f', 'json']);
  const { 'b running': onB = 0, 'c running': onC = 0, 'd running': onD = 0 } = statesOf(whole.stdout);
  expect([onB, onC, onD]).toEqual([3, 3, 3]);

  const cut = await surroundings.lab(['fault', 'partition', name, '--engine', 'd']);
  expect(cut).toMatchObject({ status: 0, stdout: expect.stringContaining('2 links cut') });
  const apart = await surroundings.lab(['verify', name, '--check', 'broadcast']);
  expect(apart).toMatchObject({ status: 0, stdout: expect.stringContaining('each inside its own part') });
  expect(await surroundings.lab(['fault', 'heal', name])).toMatchObject({ status: 0 });

  engines.kill('d');
  for (const words of [['verify'], ['broadcast', 'n0', 'hello']]) {
    const [verb = '', ...rest] = words;
    const claim = await surroundings.lab([verb, name, ...rest]);
    expect(claim).toMatchObject({ status: 3, stderr: expect.stringContaining('not proven: engine d does not answer') });
  }
  const rest = await surroundings.lab(['inspect', name, '-f', 'json']);
  expect(statesOf(rest.stdout)).toEqual({ 'b running': onB, 'c running': onC, 'd unseen': onD });
  const half = await surroundings.lab(['down', name]);
  expect(half).toMatchObject({ status: 3, stderr: expect.stringContaining('engine d') });

  await engines.restart();
  expect(await surroundings.lab(['down', name, ...engines.words])).toMatchObject({ status: 0 });
  expect(await engines.leftovers()).toEqual([]);
});
