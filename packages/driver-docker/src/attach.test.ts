/** The request that attaches, as it arrives at an engine. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attachTo } from './attach.ts';
import { createEngine } from './engine.ts';
import { DockerClient } from './load-dockerode.ts';

test('has no body: the first byte after its head is the controller’s', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'attach-'));
  const socketPath = join(folder, 'engine.sock');
  const server = createServer();
  server.listen(socketPath);
  await once(server, 'listening');
  try {
    const upgraded = once(server, 'upgrade') as Promise<[IncomingMessage, Socket, Buffer]>;
    const engine = createEngine({ docker: new DockerClient({ socketPath }), where: 'here', local: true }, 5000);
    const attaching = attachTo(engine, { containerId: 'abc', what: 'n0', stdin: true });
    const [request, socket, head] = await upgraded;
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    const stream = await attaching;
    stream.write('{"command":"info"}\n');
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(`${head}${first}`).toBe('{"command":"info"}\n');
    expect(request.url).toBe('/containers/abc/attach?stream=true&stdin=true&stdout=true&stderr=true');
    expect(request.headers).toMatchObject({ 'content-length': '0', upgrade: 'tcp' });
    expect(request.headers['transfer-encoding']).toBeUndefined();
    stream.destroy();
    socket.destroy();
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
