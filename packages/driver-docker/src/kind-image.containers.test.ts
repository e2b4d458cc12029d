/** Kinds on a real engine: a program of this machine without a registry, an image, a folder with a Dockerfile. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FinishedRun, type LabPlan, type PlannedKind, requireCapability, runToEnd } from '@peerlab/driver';
import { eventually } from '@peerlab/driver/conformance';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { connectEngine } from './connect.ts';
import { createDockerDriver } from './index.ts';
import { LABEL } from './labels.ts';
import { requireEngine } from './require-engine.ts';

await requireEngine();
const driver = createDockerDriver({ peerBundle: ECHO_PEER, version: '0.0.0' });

const PYTHON_PEER = `import asyncio, json, os, ssl, sys
import words
host, port = os.environ["PEERLAB_LISTEN"].split(":")
def say(**line): print(json.dumps(line), flush=True)
async def main():
    await asyncio.start_server(lambda r, w: w.close(), host, int(port))
    say(event="ready", contract=1, nodeId=os.environ["PEERLAB_NODE_ID"], node={"name": words.NAME, "version": "1"},
        listen={"host": host, "port": int(port)}, capabilities=[os.getcwd(), str(os.getuid()), os.environ["MODE"]])
    await asyncio.sleep(3600)
asyncio.run(main())
`;

let folder: string;
const plans: LabPlan[] = [];

beforeAll(() => {
  // With a blank, as in many a home.
  folder = mkdtempSync(join(tmpdir(), 'a kind '));
  writeFileSync(join(folder, 'peer.py'), PYTHON_PEER);
  writeFileSync(join(folder, 'words.py'), 'NAME = "python-peer"\n');
});

afterAll(() => rmSync(folder, { recursive: true }));

function planWith(kind: Omit<PlannedKind, 'name' | 'folder'>, user?: string): LabPlan {
  const plan = planOf(1);
  const needs = user === undefined ? {} : { needs: { user } };
  const peers = plan.peers.map(peer => ({
    ...peer,
    ...needs,
    env: { MODE: 'fast' },
    kind: { name: 'mine', folder, ...kind },
  }));
  plans.push(plan);
  return { ...plan, peers };
}

/** Brings a lab of one peer up, and gives its first line of JSON. */
async function ready(kind: Omit<PlannedKind, 'name' | 'folder'>, user?: string): Promise<unknown> {
  const lab = await driver.up(planWith(kind, user), contextOf());
  const channel = await lab.channel(0);
  const printed: string[] = [];
  const first = new Promise<string>(resolve =>
    channel.listen(line => {
      printed.push(line);
      if (line.startsWith('{')) resolve(line);
    }),
  );
  const ended = channel.closed.then(({ reason }) => Promise.reject(new Error(`${reason}: ${printed.join('\n')}`)));
  return JSON.parse(await Promise.race([first, ended]));
}

describe('a kind on a real engine', { timeout: 120_000 }, () => {
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const { name } of plans.splice(0)) await (await driver.find(name))?.down();
  });

  test('is a Python program of this machine, with its modules and the standard library', async () => {
    expect(await ready({ command: ['python3', 'peer.py'], files: [{ from: 'words.py' }] })).toMatchObject({
      event: 'ready',
      node: { name: 'python-peer' },
      capabilities: ['/peer', '65532', 'fast'],
    });
  });

  test('is made of Debian packages, with all that they depend on, and with programs of this machine beside', async () => {
    const kind = {
      packages: ['netcat-openbsd'],
      command: ['nc.openbsd', '-lk', '127.0.0.1', '9999'],
      files: [{ from: '/usr/bin/env', to: '/tools/env' }],
    };
    const lab = await driver.up(planWith(kind), contextOf());
    const run = async (...command: string[]): Promise<FinishedRun> =>
      await runToEnd(await requireCapability(lab, 'exec').exec(0, command), { timeoutMs: 60_000 });
    await eventually('the program to listen', 30_000, async () => {
      const { status } = await run('nc.openbsd', '-z', '127.0.0.1', '9999');
      return status === 0 || undefined;
    });
    const { stdout, status } = await run('/tools/env');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^PEERLAB_NAME=n0$/m);
    // Found again by what is in it, and removed as every image that was made here.
    const { docker } = connectEngine();
    const [image] = await docker.listImages({ filters: { reference: ['peerlab/packages'] } });
    expect(image?.Labels).toHaveProperty([LABEL.image]);
    await lab.down();
    // The second time apt is not asked: without apt-get the image is found. When its state has changed, it is asked.
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    symlinkSync('/usr/bin/apt-config', join(tools, 'apt-config'));
    vi.stubEnv('PATH', tools);
    await driver.up(planWith(kind), contextOf());
    expect((await docker.listImages({ filters: { reference: ['peerlab/packages'] } }))[0]?.Created).toBe(
      image?.Created,
    );
    const settings = join(folder, 'apt.conf');
    writeFileSync(settings, 'Acquire::Retries "7";\n');
    vi.stubEnv('APT_CONFIG', settings);
    await expect(driver.up(planWith(kind), contextOf())).rejects.toThrow(/no apt-get/);
  });

  test('is built from a folder with a Dockerfile, and runs as the user that it names', async () => {
    // A base that every engine of this test has: what the driver makes itself.
    const first = planOf(1);
    plans.push(first);
    const lab = await driver.up(first, contextOf());
    const { docker } = connectEngine();
    const { containerId = '' } = lab.peers[0] ?? {};
    const { Image: image } = await docker.getContainer(containerId).inspect();
    await docker.getImage(image).tag({ repo: 'peerlab/test-base', tag: 'latest' });
    try {
      writeFileSync(
        join(folder, 'Dockerfile.mine'),
        'FROM peerlab/test-base\nWORKDIR /work\nCOPY peer.py /somewhere/\n',
      );
      writeFileSync(join(folder, '.dockerignore'), 'words.py\n');
      const build = { context: '.', dockerfile: 'Dockerfile.mine' };
      expect(await ready({ build })).toMatchObject({ event: 'ready', node: { name: 'echo-peer' } });
      const own = { build, entrypoint: ['/usr/local/bin/node', 'own.mjs'], files: [{ from: 'own.mjs' }] };
      writeFileSync(
        join(folder, 'own.mjs'),
        'console.log(JSON.stringify({ uid: process.getuid(), cwd: process.cwd() }));setInterval(() => {}, 1000)',
      );
      expect(await ready(own, '4321')).toEqual({ uid: 4321, cwd: '/work' });
      expect(await ready({ image: 'peerlab/test-base' })).toMatchObject({ node: { name: 'echo-peer' } });

      // The peers' own image in the ordinary way, from a checkout in that folder.
      const dockerfile = join(folder, 'Dockerfile.peers');
      writeFileSync(dockerfile, 'FROM peerlab/test-base\nCOPY dist/peer.mjs /peer.mjs\n');
      mkdirSync(join(folder, 'dist'));
      copyFileSync(ECHO_PEER, join(folder, 'dist', 'peer.mjs'));
      const options = {
        peerBundle: join(folder, 'dist', 'peer.mjs'),
        dockerfile,
        image: 'dockerfile',
        version: '0.0.0',
      };
      const plan = planOf(1);
      plans.push(plan);
      const { peers } = await createDockerDriver(options).up(plan, contextOf());
      expect(peers.map(({ state }) => state)).toEqual(['running']);
      const { Config } = await docker.getContainer(peers[0]?.containerId ?? '').inspect();
      expect([Config.Image, Config.Labels[LABEL.image]]).toEqual([
        expect.stringMatching(/^peerlab\/node:/),
        expect.any(String),
      ]);
    } finally {
      await docker.getImage('peerlab/test-base:latest').remove();
    }
  });

  test('that is not there is refused before anything is made', async () => {
    const refusal = { code: 'CANNOT_CARRY' };
    const packages = ['netcat-openbsd', 'no-such-package'];
    await expect(driver.up(planWith({ packages, command: ['x'] }), contextOf())).rejects.toThrow(
      /no package no-such-package$/,
    );
    for (const kind of [{ image: 'peerlab/no-such:1' }, { build: { context: 'nowhere' } }, { command: ['no-such'] }]) {
      await expect(driver.up(planWith(kind), contextOf())).rejects.toMatchObject(refusal);
    }
  });
});
