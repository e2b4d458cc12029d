import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { clientOptions } from './connect.ts';
import { EngineAddressError, engineName, findEngineAddress, isEngineAbsent, missingSocket } from './engine-address.ts';
import type { Surroundings } from './surroundings.ts';

/** Surroundings with these variables and files. */
function around(
  env: Record<string, string>,
  files: Record<string, unknown> = {},
  platform: NodeJS.Platform = 'linux',
): Surroundings {
  const text = (path: string): string | undefined => {
    const file = files[path];
    if (file instanceof Error) throw file;
    return file === undefined || typeof file === 'string' ? file : JSON.stringify(file);
  };
  return { env, home: '/home/u', platform, readFile: text, exists: path => path in files };
}

const meta = (name: string): string =>
  `/home/u/.docker/contexts/meta/${createHash('sha256').update(name).digest('hex')}/meta.json`;

const tlsFile = (name: string, file: string): string =>
  `/home/u/.docker/contexts/tls/${createHash('sha256').update(name).digest('hex')}/docker/${file}`;

describe('where the engine is', () => {
  test('without anything, the default socket', () => {
    expect(findEngineAddress(around({}))).toEqual({ host: 'unix:///var/run/docker.sock', source: 'default socket' });
  });

  test('on Windows, the pipe', () => {
    expect(findEngineAddress(around({}, {}, 'win32')).host).toBe('npipe:////./pipe/docker_engine');
  });

  test('the socket in the home, where only that exists', () => {
    const { host } = findEngineAddress(around({}, { '/home/u/.docker/run/docker.sock': '' }));
    expect(host).toBe('unix:///home/u/.docker/run/docker.sock');
  });

  test('DOCKER_HOST comes before every context', () => {
    const files = { '/home/u/.docker/config.json': { currentContext: 'c' }, [meta('c')]: endpoint('unix:///c.sock') };
    const env = { DOCKER_HOST: 'unix:///h.sock', DOCKER_CONTEXT: 'c' };
    expect(findEngineAddress(around(env, files))).toEqual({ host: 'unix:///h.sock', source: 'DOCKER_HOST' });
  });

  test('DOCKER_CONTEXT comes before the current context', () => {
    const files = {
      '/home/u/.docker/config.json': { currentContext: 'a' },
      [meta('a')]: endpoint('unix:///a.sock'),
      [meta('b')]: endpoint('unix:///b.sock'),
    };
    expect(findEngineAddress(around({ DOCKER_CONTEXT: 'b' }, files)).host).toBe('unix:///b.sock');
    expect(findEngineAddress(around({}, files))).toEqual({ host: 'unix:///a.sock', source: 'context a' });
    expect(findEngineAddress(around({ DOCKER_CONTEXT: 'default' }, files)).source).toBe('default socket');
  });

  test('DOCKER_CONFIG moves the configuration', () => {
    const id = createHash('sha256').update('x').digest('hex');
    const files = {
      '/etc/d/config.json': { currentContext: 'x' },
      [`/etc/d/contexts/meta/${id}/meta.json`]: endpoint('ssh://u@h'),
    };
    expect(findEngineAddress(around({ DOCKER_CONFIG: '/etc/d' }, files)).host).toBe('ssh://u@h');
  });

  test('a context brings its TLS material', () => {
    const files = {
      [meta('t')]: { Endpoints: { docker: { Host: 'tcp://h:2376', SkipTLSVerify: true } } },
      [tlsFile('t', 'ca.pem')]: 'CA',
      [tlsFile('t', 'cert.pem')]: 'CERT',
      [tlsFile('t', 'key.pem')]: 'KEY',
    };
    const address = findEngineAddress(around({ DOCKER_CONTEXT: 't' }, files));
    expect(address.tls).toEqual({ ca: 'CA', cert: 'CERT', key: 'KEY', verify: false });
    expect(clientOptions(address)).toMatchObject({ protocol: 'https', host: 'h', port: 2376, ca: 'CA', key: 'KEY' });
  });

  test('DOCKER_TLS_VERIFY and DOCKER_CERT_PATH hold for DOCKER_HOST', () => {
    const env = { DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    const address = findEngineAddress(around(env, { '/certs/ca.pem': 'CA' }));
    expect(address.tls).toEqual({ ca: 'CA', verify: true });
    expect(clientOptions(address)).toMatchObject({ protocol: 'https', port: 2376 });
  });

  test('a host without a scheme is TCP', () => {
    const address = findEngineAddress(around({ DOCKER_HOST: 'h:2375' }));
    expect(clientOptions(address)).toMatchObject({ protocol: 'http', host: 'h', port: 2375 });
  });

  test('a context that does not exist is named', () => {
    expect(() => findEngineAddress(around({ DOCKER_CONTEXT: 'gone' }))).toThrow(/context "gone" does not exist/);
  });

  test.each([
    ['is cut off', '{"currentContext"', 'is not JSON'],
    ['begins with a byte order mark', '\uFEFF{"currentContext":"x"}', 'begins with a byte order mark'],
    ['names a context by a number', '{"currentContext":5}', 'is no text'],
    [
      'this user may not read',
      Object.assign(new Error('EACCES'), { code: 'EACCES' }),
      'cannot be read: permission denied',
    ],
    ['is a folder', Object.assign(new Error('EISDIR'), { code: 'EISDIR' }), 'cannot be read: EISDIR'],
  ])('a configuration that %s is ignored, as the docker command does, and that is told', (_, file, why) => {
    const address = findEngineAddress(around({}, { '/home/u/.docker/config.json': file }));
    expect(address).toMatchObject({ host: 'unix:///var/run/docker.sock', source: 'default socket' });
    expect(address.ignored).toContain('/home/u/.docker/config.json');
    expect(address.ignored).toContain(why);
    expect(engineName(address)).toBe(`unix:///var/run/docker.sock (${address.ignored})`);
  });

  test.each([
    ['is empty', ''],
    ['has no context', '{"auths":{}}'],
    ['has an empty context', '{"currentContext":""}'],
    ['names the default context', '{"currentContext":"default"}'],
  ])('a configuration that %s leads to the default socket', (_, text) => {
    const address = findEngineAddress(around({}, { '/home/u/.docker/config.json': text }));
    expect(address).toEqual({ host: 'unix:///var/run/docker.sock', source: 'default socket' });
  });

  test.each([
    ['something after its end', '{"currentContext":"a"} more'],
    ['names in other letters', '{"CURRENTCONTEXT":"a"}'],
  ])('a configuration with %s is read as the docker command reads it', (_, text) => {
    const files = { '/home/u/.docker/config.json': text, [meta('a')]: endpoint('unix:///a.sock') };
    expect(findEngineAddress(around({}, files)).host).toBe('unix:///a.sock');
  });

  test('a context that cannot be read is named, with the file', () => {
    const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
    const context = around({ DOCKER_CONTEXT: 'a' }, { [meta('a')]: denied });
    expect(() => findEngineAddress(context)).toThrow(`${meta('a')} cannot be read: permission denied`);
    const key = around({ DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1' }, { '/home/u/.docker/key.pem': denied });
    expect(() => findEngineAddress(key)).toThrow('/home/u/.docker/key.pem cannot be read: permission denied');
  });

  test.each(['/var/run/docker.sock', 'unix:/var/run/docker.sock'])(
    'DOCKER_HOST=%s is a path, with what to set',
    host => {
      let error: unknown;
      try {
        findEngineAddress(around({ DOCKER_HOST: host }));
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(EngineAddressError);
      expect(error).toMatchObject({ advice: 'set DOCKER_HOST=unix:///var/run/docker.sock' });
    },
  );

  test.each([
    [' unix:///h.sock ', { host: 'unix:///h.sock', source: 'DOCKER_HOST' }],
    ['  ', { host: 'unix:///var/run/docker.sock', source: 'default socket' }],
    ['tcp://', { host: 'tcp://localhost', source: 'DOCKER_HOST' }],
  ])('DOCKER_HOST=%j is read as the docker command reads it', (host, address) => {
    expect(findEngineAddress(around({ DOCKER_HOST: host }))).toEqual(address);
  });

  test.each([
    ['tcp://[::1]:2375', '::1', 2375],
    ['tcp://:2375', 'localhost', 2375],
    [':2375', 'localhost', 2375],
    ['tcp://', 'localhost', 2375],
  ])('DOCKER_HOST=%s leads to %s', (host, name, port) => {
    const options = clientOptions(findEngineAddress(around({ DOCKER_HOST: host })));
    expect(options).toMatchObject({ protocol: 'http', host: name, port });
  });

  test('a user without a home has the default socket, or the context of DOCKER_CONFIG', () => {
    const homeless = { ...around({}, { '.docker/config.json': { currentContext: 'x' } }), home: '' };
    expect(findEngineAddress(homeless)).toEqual({ host: 'unix:///var/run/docker.sock', source: 'default socket' });
    expect(() => findEngineAddress({ ...homeless, env: { DOCKER_CONTEXT: 'x' } })).toThrow('this user has no home');
  });

  test('an engine is absent only where nothing names one and nothing of it is there', () => {
    const isAbsent = (env: Record<string, string>, files: Record<string, unknown> = {}): boolean =>
      isEngineAbsent(findEngineAddress(around(env, files)), around(env, files));
    expect(isAbsent({ PATH: '/bin:/opt/bin' })).toBe(true);
    expect(isAbsent({ DOCKER_HOST: 'unix:///run/e.sock' })).toBe(false);
    expect(isAbsent({ DOCKER_HOST: 'tcp://h' })).toBe(false);
    for (const trace of [
      '/var/run/docker.sock',
      '/usr/bin/dockerd',
      '/opt/bin/docker',
      '/etc/docker',
      '/home/u/.docker',
    ]) {
      expect(isAbsent({ PATH: '/bin:/opt/bin' }, { [trace]: '' }), trace).toBe(false);
    }
  });

  test('a socket that does not exist is known without asking it; other addresses are not looked at', () => {
    const address = findEngineAddress(around({ DOCKER_HOST: 'unix:///run/e.sock' }));
    expect(missingSocket(address, around({}))).toBe('/run/e.sock');
    expect(missingSocket(address, around({}, { '/run/e.sock': '' }))).toBeUndefined();
    expect(missingSocket(findEngineAddress(around({ DOCKER_HOST: 'tcp://h' })), around({}))).toBeUndefined();
  });

  test('a scheme that leads nowhere is named', () => {
    const address = findEngineAddress(around({ DOCKER_HOST: 'gopher://h' }));
    expect(() => clientOptions(address)).toThrow(EngineAddressError);
  });
});

function endpoint(host: string): unknown {
  return { Endpoints: { docker: { Host: host } } };
}
