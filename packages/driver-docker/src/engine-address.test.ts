import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { clientOptions } from './connect.ts';
import { EngineAddressError, findEngineAddress, missingSocket, type Surroundings } from './engine-address.ts';

/** Surroundings with these variables and files. */
function around(
  env: Record<string, string>,
  files: Record<string, unknown> = {},
  platform: NodeJS.Platform = 'linux',
): Surroundings {
  const text = (path: string): string | undefined => {
    const file = files[path];
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

  test('a configuration that is no JSON is named', () => {
    const broken = around({}, { '/home/u/.docker/config.json': '{' });
    expect(() => findEngineAddress(broken)).toThrow(/config\.json is not JSON/);
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
