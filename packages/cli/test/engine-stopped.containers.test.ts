/** An engine that stops answering in the middle of `lab up`: a clear word, exit 3, and the way to clean up works. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { requireEngine } from '@peerlab/driver-docker';
import { describe, expect, test } from 'vitest';
import { Surroundings } from './run-lab.ts';

const ENGINE_SOCKET = '/var/run/docker.sock';
const TIME_LIMIT_MS = 120_000;
await requireEngine();

/** Stands between the command and the real engine, and can be stopped. */
class EngineProxy {
  readonly path: string;
  readonly #sockets: Set<Socket> = new Set();
  readonly #server = createServer(client => {
    const upstream = connect(ENGINE_SOCKET);
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });

  constructor(path: string) {
    this.path = path;
  }

  async start(): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(this.path, resolve));
  }

  /** As an engine that is killed: every connection breaks, and no new one is taken. */
  stop(): void {
    this.#server.close();
    rmSync(this.path, { force: true });
    for (const socket of this.#sockets) socket.destroy();
  }
}

function leftovers(lab: string): string {
  const filter = `label=dev.peerlab.lab=${lab}`;
  const containers = execFileSync('docker', ['ps', '-aq', '--filter', filter], { encoding: 'utf8' });
  const networks = execFileSync('docker', ['network', 'ls', '-q', '--filter', filter], { encoding: 'utf8' });
  return `${containers}${networks}`.trim();
}

describe('an engine that stops during up', () => {
  test('is told of, with what may be left and how to remove it; and that removes it', {
    timeout: TIME_LIMIT_MS,
  }, async () => {
    const name = `stopped-${process.pid}`;
    using surroundings = new Surroundings({ PEERLAB_DRIVERS: '' });
    const proxy = new EngineProxy(join(surroundings.folder, 'engine.sock'));
    await proxy.start();
    surroundings.env.DOCKER_HOST = `unix://${proxy.path}`;
    const up = surroundings.start(['up', 'topologies/star-20.yaml', '--name', name, '--driver', 'docker']);
    await up.printed('network');
    proxy.stop();
    const { status, stderr } = await up.ended;
    expect(status).toBe(3);
    expect(stderr).toMatch(/engine|Docker/);
    expect(stderr).toContain(`lab down ${name}`);
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);

    const unknown = await surroundings.process(['down', name]);
    expect(unknown.stderr).toContain(`it is unknown whether there is a lab "${name}"`);
    expect(unknown.status).toBe(3);

    surroundings.env.DOCKER_HOST = `unix://${ENGINE_SOCKET}`;
    const down = await surroundings.process(['down', name]);
    expect(down.status).toBe(0);
    expect(leftovers(name)).toBe('');
  });
});
