/**
 * One `ssh` for all connections to an engine: it forwards a socket of this machine to the engine's. A lab holds a connection for each
 * peer, and a process for each would take 10 to 26 MB. Where the host forwards no sockets, or has the engine elsewhere, each connection is
 * a process as ever: ssh-agent.ts.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type SshTarget, sshConnection } from './ssh-agent.ts';

const ENGINE_SOCKET = '/var/run/docker.sock';

/** What the other side repeats once the tunnel is there. */
const GREETING = 'here\n';

/**
 * The arguments of `ssh`. `cat` on the other side ends with this process, however that ends, and with it the tunnel: of `ssh -N` a process
 * would stay.
 */
export function tunnelArguments(target: SshTarget, socket: string): readonly string[] {
  return [
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    '-o',
    'ConnectTimeout=30',
    '-o',
    'ExitOnForwardFailure=yes',
    '-T',
    '-L',
    `${socket}:${target.socketPath ?? ENGINE_SOCKET}`,
    '--',
    target.host,
    'cat',
  ];
}

/** Makes an agent whose connections go through one tunnel, opened with the first of them. */
export function tunnelAgent(target: SshTarget): Agent {
  return new TunnelAgent(target);
}

type Connected = (error: Error | null, stream: Duplex) => void;

class TunnelAgent extends Agent {
  readonly #target: SshTarget;
  #tunnel: Promise<string | undefined> | undefined;

  constructor(target: SshTarget) {
    super({ keepAlive: true });
    this.#target = target;
  }

  /** Called by node:http for each new connection, which it hands over once there is one. */
  override createConnection(_: object, connected?: Connected): undefined {
    this.#tunnel ??= openTunnel(this.#target);
    void this.#tunnel.then(socket => {
      connected?.(null, socket === undefined ? sshConnection(this.#target) : connect(socket));
    });
  }
}

/** Resolves to the socket of this machine through which an engine answers; undefined where none does. */
async function openTunnel(target: SshTarget): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'peerlab-ssh-'));
  const socket = join(folder, 'docker.sock');
  const child = spawn('ssh', tunnelArguments(target, socket), { stdio: ['pipe', 'pipe', 'ignore'] });
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  const end = (): void => {
    child.kill();
    clean();
  };
  process.once('exit', end);
  const isOpen = await new Promise<boolean>(resolve => {
    child.once('error', () => resolve(false));
    child.once('close', () => resolve(false));
    child.stdin.on('error', () => resolve(false));
    child.stdout.once('data', () => resolve(true));
    child.stdin.write(GREETING);
  });
  if (isOpen && (await answers(socket))) {
    // It lasts as long as this process, and does not keep it.
    child.unref();
    for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref?(): void }).unref?.();
    return socket;
  }
  process.off('exit', end);
  end();
  return undefined;
}

/** Whether an engine answers at a socket. */
async function answers(socketPath: string): Promise<boolean> {
  return await new Promise(resolve => {
    const asked = request({ socketPath, path: '/_ping' }, answer => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.once('error', () => resolve(false));
    asked.end();
  });
}
