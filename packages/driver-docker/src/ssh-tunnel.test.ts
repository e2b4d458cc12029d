/** One `ssh` for all connections, with a program in the place of `ssh` that forwards a socket to a fake engine's. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeEngine } from '../test/fake-engine.ts';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { createDockerDriver } from './index.ts';
import { tunnelArguments } from './ssh-tunnel.ts';

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

/** Puts a program named `ssh` first in the PATH, which notes each of its starts. @param forwards what it does where it is to forward */
function sshIs(engine: string, forwards: string): void {
  const program = join(directory, 'ssh');
  const body = `const net = require('node:net');
    const words = process.argv.slice(2);
    const isTunnel = words.includes('-L');
    require('node:fs').appendFileSync(${JSON.stringify(join(directory, 'starts'))}, isTunnel ? 'tunnel ' : 'single ');
    const toEngine = stream => { const s = net.connect(${JSON.stringify(engine)}); stream.in.pipe(s); s.pipe(stream.out);
      s.on('error', () => stream.out.destroy()); stream.in.on('error', () => s.destroy()); stream.in.on('close', () => s.destroy()); };
    if (!isTunnel) toEngine({ in: process.stdin, out: process.stdout });
    else { const [local] = words[words.indexOf('-L') + 1].split(':'); ${forwards} }`;
  writeFileSync(program, `#!${process.execPath}\n${body}\n`);
  chmodSync(program, 0o755);
}

const FORWARD = `net.createServer(s => toEngine({ in: s, out: s })).listen(local, () => process.stdin.pipe(process.stdout));
  process.stdin.on('end', () => process.exit(0));`;

const starts = (): string =>
  existsSync(join(directory, 'starts')) ? readFileSync(join(directory, 'starts'), 'utf8') : '';

function driver() {
  const engines = [{ name: 'b', endpoint: 'ssh://u@h:2222' }];
  return createDockerDriver({ peerBundle: ECHO_PEER, version: '0', engines, image: 'fake', probeTimeoutMs: 10_000 });
}

test('the tunnel leads to the socket of the engine, and ends with this process', () => {
  expect(tunnelArguments({ host: 'h', user: 'u', port: 2222 }, '/tmp/s').join(' ')).toBe(
    '-l u -p 2222 -o ConnectTimeout=30 -o ExitOnForwardFailure=yes -T -L /tmp/s:/var/run/docker.sock -- h cat',
  );
});

test('one process carries all requests and attached streams', async () => {
  await using engine = await FakeEngine.start();
  sshIs(engine.socketPath, FORWARD);
  const lab = await driver().up(planOf(4), contextOf());
  expect(lab.peers.map(peer => peer.state)).toEqual(Array(4).fill('running'));
  expect(starts()).toBe('tunnel ');
  await lab.down();
});

test.each([
  ['refuses to forward', 'process.exit(255);'],
  [
    'has no engine at that socket',
    'net.createServer(s => s.destroy()).listen(local, () => process.stdin.pipe(process.stdout));',
  ],
])('where the host %s, each connection is a process', async (_, forwards) => {
  await using engine = await FakeEngine.start();
  sshIs(engine.socketPath, forwards);
  const lab = await driver().up(planOf(2), contextOf());
  expect(lab.peers.map(peer => peer.state)).toEqual(['running', 'running']);
  expect(starts()).toMatch(/^tunnel (single )+$/);
  await lab.down();
});
