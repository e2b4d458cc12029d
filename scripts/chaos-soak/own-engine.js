// A Docker engine of the soak's own, in a network namespace of its own: it may be restarted and killed without harm to anybody's labs.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pause, timeoutSignal } from '@peerlab/timers';

/** How long an engine may take to answer, or to end, in milliseconds. */
const BOUND_MS = 60_000;

/** See the module's header. */
export class OwnEngine {
  #folder;
  #namespace;
  #daemon;

  /** @param folder is made, and removed with the engine */
  static async start(folder) {
    const engine = new OwnEngine();
    engine.#folder = folder;
    engine.#namespace = `peerlab-chaos-${process.pid}`;
    mkdirSync(folder, { recursive: true });
    execFileSync('ip', ['netns', 'add', engine.#namespace]);
    execFileSync('ip', ['netns', 'exec', engine.#namespace, 'ip', 'link', 'set', 'lo', 'up']);
    await engine.#run();
    return engine;
  }

  get host() {
    return `unix://${join(this.#folder, 'docker.sock')}`;
  }

  get pid() {
    return this.#daemon?.pid;
  }

  /** Ends it as an administrator would, which stops every container, and starts it again. */
  async restart() {
    await this.#end('SIGTERM');
    await this.#run();
  }

  /** Kills it, and its containerd: containers run on, and nobody looks after them until it is started again. */
  async crash() {
    const containerd = this.#childOf('containerd');
    await this.#end('SIGKILL');
    if (containerd !== undefined) process.kill(containerd, 'SIGKILL');
    await this.#run();
  }

  /** Ends it for good, and removes what it has on this machine. */
  async dispose() {
    await this.#end('SIGTERM');
    execFileSync('ip', ['netns', 'del', this.#namespace]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run() {
    const at = (...path) => join(this.#folder, ...path);
    rmSync(at('docker.pid'), { force: true });
    const log = openSync(at('dockerd.log'), 'a');
    this.#daemon = spawn(
      'ip',
      [
        ...['netns', 'exec', this.#namespace, 'dockerd', '--host', this.host],
        ...['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('docker.pid')],
      ],
      { stdio: ['ignore', log, log] },
    );
    const giveUpMs = performance.now() + BOUND_MS;
    while (!this.#answers()) {
      if (performance.now() > giveUpMs) throw new Error(`the engine does not answer: see ${at('dockerd.log')}`);
      await pause(100);
    }
  }

  #answers() {
    try {
      execFileSync('docker', ['--host', this.host, 'version'], { stdio: 'ignore', timeout: 5000 });
      return true;
    } catch {
      return false;
    }
  }

  async #end(signal) {
    const daemon = this.#daemon;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = new Promise(done => daemon.once('exit', done));
    // A frozen one takes no signal but this.
    daemon.kill('SIGCONT');
    daemon.kill(signal);
    const bound = timeoutSignal(BOUND_MS);
    await Promise.race([ended, new Promise(done => bound.addEventListener('abort', done, { once: true }))]);
    if (bound.aborted) daemon.kill('SIGKILL');
  }

  #childOf(name) {
    try {
      return Number(execFileSync('pgrep', ['-P', String(this.pid), '-x', name], { encoding: 'utf8' }).split('\n')[0]);
    } catch {
      return undefined;
    }
  }
}
