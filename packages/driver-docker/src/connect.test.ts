import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectEngine } from './connect.ts';
import { theseSurroundings } from './surroundings.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the connection to an engine', () => {
  test.each([
    ['a port alone', { DOCKER_HOST: ':2375' }, 'localhost'],
    ['a folder of certificates that does not exist', { DOCKER_HOST: 'tcp://h:1', DOCKER_CERT_PATH: '/nowhere' }, 'h'],
    ['blanks around', { DOCKER_HOST: ' tcp://h:1 ' }, 'h'],
  ])('does not depend on how the client reads DOCKER_HOST with %s', (_, env, host) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { docker, local } = connectEngine({ ...theseSurroundings(), env });
    expect(docker.modem).toMatchObject({ host, protocol: 'http' });
    expect(local).toBe(host === 'localhost');
    expect(process.env).toMatchObject(env);
  });
});
