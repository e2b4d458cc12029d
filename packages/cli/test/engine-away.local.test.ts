/** A machine whose engine does not answer: what it may have is never told as absent, and labs elsewhere work. */
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Surroundings, uniqueName } from './run-lab.ts';
import { doctorSchema, errorSchema, lsSchema, pruneSchema } from './schemas.ts';

// An engine is named, and does not run.
const around = new Surroundings({ PEERLAB_DRIVERS: '' });
const LOCAL = uniqueName('here');
const SOCKET = `${around.folder}/no-engine.sock`;

beforeAll(async () => {
  const { status, stderr } = await around.lab(['up', 'topologies/line-5.yaml', '--name', LOCAL, '--no-verify']);
  expect(stderr).toContain(`driver local: the Docker engine at unix://${SOCKET} (DOCKER_HOST) does not answer`);
  expect(stderr).toContain(`docker cannot be asked: a lab ${LOCAL} there would be another one`);
  expect(status).toBe(0);
});

afterAll(async () => {
  await around.lab(['down', LOCAL]);
  around[Symbol.dispose]();
});

describe('a lab that no driver knows which answers', () => {
  it.each([
    'down ring',
    'inspect ring',
    'verify ring',
    'broadcast ring n0 hi',
    'dm ring n0 n1 hi',
    'fault kill ring n0',
    'fault ls ring',
    'link down ring n0 n1',
    'chaos ring --duration 1s',
    'watch ring',
    `record ring -o ${join(around.folder, 'ring.trace')}`,
    'chat ring n0',
    'logs ring',
    'ui ring --no-open',
    'graph ring',
    `down ${LOCAL} ring`,
  ])('lab %s: it may be on the engine', async words => {
    const { status, stdout, stderr } = await around.lab(words.split(' '));
    expect(stderr).toContain('it is unknown whether there is a lab "ring": docker cannot be asked');
    expect(stderr).toContain(`there is no ${SOCKET}`);
    expect(stderr).toContain('start the engine');
    expect(stdout).toBe('');
    expect(status).toBe(3);
  });

  it('is an error of the engine for programs', async () => {
    const { status, document } = await around.json(['inspect', 'ring']);
    expect(errorSchema.parse(document).error).toMatchObject({ code: 'ENGINE_UNREACHABLE', advice: /start the engine/ });
    expect(status).toBe(3);
  });
});

describe('an engine whose endpoint cannot be used', () => {
  it.each([
    'ls --engine b=tcp://10.0.0.9:2375',
    'down ring --engine b=tcp://10.0.0.9:2375',
    'up topologies/line-5.yaml --engine b=tcp://10.0.0.9:2375',
    'test topologies/line-5.yaml --engine a=unix:///a.sock --engine b=tcp://10.0.0.9:2375',
    'engines ls --engine b=tcp://10.0.0.9:2375',
    'doctor --engine b=tcp://10.0.0.9:2375',
  ])('lab %s: is wrong input, not a failure of the engine', async words => {
    const { status, stdout, stderr } = await around.lab(words.split(' '));
    expect(stderr).toContain('engine b is reached by plain tcp');
    expect(stderr).toContain('use b=ssh://USER@HOST');
    expect([status, stdout]).toEqual([2, '']);
  });
});

describe('all labs', () => {
  it('are listed as far as they are known', async () => {
    const { status, stdout, stderr } = await around.lab(['ls']);
    expect(stdout).toContain(LOCAL);
    expect(stderr).toContain('labs of docker are not listed: the Docker engine');
    expect(status).toBe(0);
    const { silent } = lsSchema.parse((await around.json(['ls'])).document);
    expect(silent.map(({ driver }) => driver)).toEqual(['docker']);
  });

  it.each([['--yes'], ['--dry-run']])('have unknown leftovers: prune %s', async option => {
    const { status, stdout, stderr } = await around.lab(['prune', option]);
    expect(stderr).toContain('leftovers of docker are unknown: the Docker engine');
    expect(stdout).not.toContain('no leftovers');
    expect(status).toBe(3);
    const json = await around.json(['prune', option]);
    expect(pruneSchema.parse(json.document).silent).toMatchObject([{ driver: 'docker' }]);
    expect(json.status).toBe(3);
  });

  it('are examined by doctor', async () => {
    const { findings } = doctorSchema.parse((await around.json(['doctor'])).document);
    expect(findings.find(({ what }) => what === 'driver docker')).toMatchObject({ ok: false });
  });
});

describe('a lab of another driver', () => {
  it('works, and down --all says what it could not remove', async () => {
    expect((await around.lab(['broadcast', LOCAL, 'n0', 'hi'])).status).toBe(0);
    const { status, stdout, stderr } = await around.lab(['down', '--all', '--yes']);
    expect(stdout).toContain(`${LOCAL} is gone`);
    expect(stderr).toContain('labs of docker are not removed: the Docker engine');
    expect(status).toBe(3);
    const empty = await around.lab(['ls']);
    expect(empty.stdout).toContain('there are no labs on local');
  });
});

describe('an engine that takes connections and does not answer', () => {
  it('is told as such, and ends no command without a word', async () => {
    const sockets = new Set<Socket>();
    const server = createServer(socket => void sockets.add(socket.on('error', () => undefined)));
    const path = join(around.folder, 'hung.sock');
    await new Promise<void>(resolve => server.listen(path, resolve));
    try {
      using hung = new Surroundings({ DOCKER_HOST: `unix://${path}` });
      const { status, stderr } = await hung.process(['down', 'ring']);
      expect(stderr).toMatch(/it is unknown whether there is a lab "ring": .*no answer within 2000 ms/);
      expect(status).toBe(3);
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    }
  });
});
