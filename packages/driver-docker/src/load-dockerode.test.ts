import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DockerClient } from './load-dockerode.ts';

test('dockerode comes without gRPC and without ssh, which are the most of it', () => {
  const loaded = Object.keys(createRequire(join(import.meta.dirname, 'noop.js')).cache);
  const packages = new Set(loaded.map(path => /.*node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(path)?.[1]));
  expect(packages).toContain('dockerode');
  expect(packages).toContain('docker-modem');
  expect([...packages].filter(name => /^(@grpc|protobufjs|ssh2)/.test(name ?? ''))).toEqual([]);
  expect(new DockerClient({ socketPath: '/nowhere.sock' }).getContainer('a').id).toBe('a');
});
