/** Where engines are that the user names, and which endpoints are not safe. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { specAddress } from './spec-address.ts';
import type { Surroundings } from './surroundings.ts';

const idOf = (context: string): string => createHash('sha256').update(context).digest('hex');

function around(files: Readonly<Record<string, string>> = {}, env: Surroundings['env'] = {}): Surroundings {
  return { env, home: '/home/me', platform: 'linux', readFile: path => files[path], exists: path => path in files };
}

const context = (name: string, host: string): Readonly<Record<string, string>> => ({
  [`/home/me/.docker/contexts/meta/${idOf(name)}/meta.json`]: JSON.stringify({ Endpoints: { docker: { Host: host } } }),
});

const TLS = { '/certs/ca.pem': 'ca', '/certs/cert.pem': 'cert', '/certs/key.pem': 'key' };
const certified = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(TLS).map(([path, text]) => [
      path.replace('/certs', `/home/me/.docker/contexts/tls/${idOf(name)}/docker`),
      text,
    ]),
  );

describe('an endpoint', () => {
  test.each(['unix:///run/b.sock', 'ssh://me@b', 'tcp://127.0.0.1:2375', 'tcp://localhost:2375', 'tcp://[::1]:2375'])(
    '%s is taken as it is, and is told with the name of its engine',
    endpoint => {
      expect(specAddress({ name: 'b', endpoint }, around())).toEqual({ host: endpoint, source: 'engine b' });
    },
  );

  test('context:NAME is that of the docker command', () => {
    const files = context('lab-3', 'ssh://me@lab3');
    const address = specAddress({ name: 'c', endpoint: 'context:lab-3' }, around(files));
    expect(address).toEqual({ host: 'ssh://me@lab3', source: 'engine c' });
  });

  test.each(['b', '/run/b.sock', 'docker.sock', 'ftp://b', 'unix://', 'context:', 'ssh://me@b:port', 'tcp://b c'])(
    '%s is refused',
    endpoint => {
      expect(() => specAddress({ name: 'b', endpoint }, around())).toThrow(
        /engine b has the endpoint .*, which is none/,
      );
    },
  );
});

describe('plain tcp', () => {
  test.each(['tcp://b:2375', 'tcp://10.0.0.7:2375', 'tcp://127.0.0.1.evil.org:2375', 'tcp://localhost@b:2375'])(
    '%s is refused: whoever reaches it is root there',
    endpoint => {
      expect(() => specAddress({ name: 'b', endpoint }, around())).toThrow(/plain tcp/);
    },
  );

  test('is refused of a context as well, and mutual TLS is taken', () => {
    const plain = around(context('x', 'tcp://b:2376'));
    expect(() => specAddress({ name: 'b', endpoint: 'context:x' }, plain)).toThrow(/plain tcp/);
    const safe = around({ ...context('x', 'tcp://b:2376'), ...certified('x') });
    expect(specAddress({ name: 'b', endpoint: 'context:x' }, safe)).toMatchObject({
      tls: { verify: true, key: 'key' },
    });
  });

  test('is taken with the TLS of the environment, where it verifies and has a key', () => {
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    const spec = { name: 'b', endpoint: 'tcp://b:2376' };
    expect(specAddress(spec, around(TLS, env))).toMatchObject({ tls: { verify: true, cert: 'cert' } });
    expect(() => specAddress(spec, around({ '/certs/ca.pem': 'ca' }, env))).toThrow(/plain tcp/);
    expect(() => specAddress(spec, around(TLS, { DOCKER_TLS: '1', DOCKER_CERT_PATH: '/certs' }))).toThrow(/plain tcp/);
  });
});
