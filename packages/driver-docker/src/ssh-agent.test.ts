/** ssh:// addresses, with a program in the place of `ssh` that connects its pipes to a fake engine's socket. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type Dockerode from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeEngine } from '../test/fake-engine.ts';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { clientOptions } from './connect.ts';
import { createDockerDriver } from './index.ts';
import { DockerClient } from './load-dockerode.ts';
import { sshArguments } from './ssh-agent.ts';

let directory = '';
const path = process.env.PATH ?? '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssh-'));
  process.env.PATH = `${directory}${delimiter}${path}`;
});

afterEach(() => {
  process.env.PATH = path;
  rmSync(directory, { recursive: true });
});

/** Puts a program named `ssh` first in the PATH. */
function sshIs(body: string): void {
  const program = join(directory, 'ssh');
  writeFileSync(program, `#!${process.execPath}\n${body}\n`);
  chmodSync(program, 0o755);
}

function driverOverSsh() {
  const options = clientOptions({ host: 'ssh://u@h:2222', source: 'DOCKER_HOST' });
  const docker = new DockerClient(options as Dockerode.DockerOptions);
  return createDockerDriver({ peerBundle: ECHO_PEER, version: '0', docker, image: 'fake', probeTimeoutMs: 10_000 });
}

describe('an engine behind ssh', () => {
  test('is dialled as the docker command dials it', () => {
    expect(sshArguments({ host: 'h', user: 'u', port: 2222, socketPath: '/s' }).join(' ')).toBe(
      '-l u -p 2222 -o ConnectTimeout=30 -T -- h docker --host unix:///s system dial-stdio',
    );
  });

  test('carries requests and attached streams', async () => {
    await using engine = await FakeEngine.start();
    sshIs(`const s = require('node:net').connect(${JSON.stringify(engine.socketPath)});
      process.stdin.pipe(s); s.pipe(process.stdout);`);
    const driver = driverOverSsh();
    expect(await driver.probe()).toMatchObject({ available: true });
    const lab = await driver.up(planOf(2), contextOf());
    expect(lab.peers.map(peer => peer.state)).toEqual(['running', 'running']);
    await lab.down();
  });

  test('that cannot be reached is said in the words of ssh', async () => {
    sshIs(`process.stderr.write('Host key verification failed.'); process.exit(255);`);
    expect(await driverOverSsh().probe()).toMatchObject({
      available: false,
      reason: expect.stringContaining('Host key verification failed.'),
    });
  });
});
