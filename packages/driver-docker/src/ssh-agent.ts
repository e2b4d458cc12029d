/**
 * An HTTP agent whose connections are `ssh HOST docker system dial-stdio`: what the docker command does for ssh://
 * addresses, so that the user's ssh configuration, keys and agent hold here too.
 */
import { spawn } from 'node:child_process';
import { Agent, type AgentOptions } from 'node:http';
import { Duplex } from 'node:stream';

/** Where `ssh` goes. */
export interface SshTarget {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  /** The engine's socket on that host, where it is not the default. */
  readonly socketPath?: string;
}

/** The arguments of `ssh`, in the order of the docker command's own (docker/cli, `commandconn/ssh`). */
export function sshArguments(target: SshTarget): readonly string[] {
  return [
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    '-o',
    'ConnectTimeout=30',
    '-T',
    '--',
    target.host,
    'docker',
    ...(target.socketPath === undefined ? [] : ['--host', `unix://${target.socketPath}`]),
    'system',
    'dial-stdio',
  ];
}

/** One connection: an `ssh` process. */
export function sshConnection(target: SshTarget): Duplex {
  return new SshConnection(target);
}

/** Makes the agent. A connection is one `ssh` process; idle ones are kept for the next request. */
export function sshAgent(target: SshTarget): Agent {
  return new SshAgent({ keepAlive: true }, target);
}

class SshAgent extends Agent {
  readonly #target: SshTarget;

  constructor(options: AgentOptions, target: SshTarget) {
    super(options);
    this.#target = target;
  }

  /** Called by node:http for each new connection. */
  override createConnection(): Duplex {
    return new SshConnection(this.#target);
  }
}

/** The pipes of an `ssh` process, with those methods of a socket that node:http calls. */
class SshConnection extends Duplex {
  readonly #child: ReturnType<typeof spawnSsh>;
  #complaint = '';

  constructor(target: SshTarget) {
    super();
    this.#child = spawnSsh(target);
    this.#child.on('error', cause => this.destroy(new Error(`ssh could not be started: ${cause.message}`, { cause })));
    this.#child.stderr.on('data', (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString()).slice(-500);
    });
    this.#child.stdout.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) this.#child.stdout.pause();
    });
    this.#child.stdin.on('error', error => this.destroy(error));
    this.#child.on('close', status => {
      if (status === 0 || status === null) this.push(null);
      else this.destroy(new Error(`ssh ended with status ${status}: ${this.#complaint.trim()}`));
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.#child.ref();
    return this;
  }

  unref(): this {
    this.#child.unref();
    return this;
  }
}

function spawnSsh(target: SshTarget) {
  return spawn('ssh', sshArguments(target), { stdio: ['pipe', 'pipe', 'pipe'] });
}
