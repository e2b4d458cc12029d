/** A lab on Podman, by the command: proven, partitioned, a peer killed and back, removed. The engine is one of the test's own. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { Surroundings } from './run-lab.ts';

const SCRIPT = fileURLToPath(new URL('../../../scripts/podman-engine.sh', import.meta.url));
const env = { ...process.env, PODMAN_ENGINE_SET: `cli${process.pid}` };
const endpoint = execFileSync(SCRIPT, ['up'], { env, encoding: 'utf8' }).trim();
afterAll(() => execFileSync(SCRIPT, ['down'], { env }));

test('a ring on Podman is proven, partitioned, repaired, and removed', async () => {
  const name = `podman-${process.pid}`;
  using around = new Surroundings({ PEERLAB_DRIVERS: '-local', DOCKER_HOST: '' });
  const lab = async (...words: string[]) => await around.lab([...words, '--engine', `p=${endpoint}`]);
  const ring = `name: ${name}\ntopology: { generator: ring, peers: 4 }\n`;
  const up = await around.lab(['up', '-', '--engine', `p=${endpoint}`], ring);
  expect(up).toMatchObject({ status: 0, stdout: expect.stringContaining('4 of 4') });

  expect(await lab('fault', 'partition', name, 'n0', 'n1')).toMatchObject({ status: 0 });
  const apart = await lab('verify', name, '--check', 'broadcast');
  expect(apart).toMatchObject({ status: 0, stdout: expect.stringContaining('each inside its own part') });
  expect(await lab('fault', 'heal', name)).toMatchObject({ status: 0 });

  expect(await lab('fault', 'kill', name, 'n2')).toMatchObject({ status: 0 });
  expect((await lab('inspect', name)).stdout).toMatch(/n2 .*stopped/);
  expect(await lab('fault', 'restart', name, 'n2')).toMatchObject({ status: 0 });
  expect(await lab('verify', name)).toMatchObject({ status: 0 });

  expect(await lab('down', name)).toMatchObject({ status: 0 });
  expect((await lab('ls')).stdout).not.toContain(name);
});
