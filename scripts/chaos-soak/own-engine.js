// A Docker engine of the soak's own, in a network namespace of its own: it may be restarted and killed without harm to anybody's labs.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pause, timeoutSignal } from '@peerlab/timers';

/** How long an engine may take to answer, or to end, in milliseconds. */
const BOUND_MS = 120_000;

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
    try {
      await engine.#run();
      return engine;
    } catch (error) {
      await engine.dispose();
      throw error;
    }
  }

  get host() {
    return `unix://${this.#at('docker.sock')}`;
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
    // The engine leaves its own mount behind.
    spawnSync('umount', ['--lazy', this.#at('data')], { stdio: 'ignore' });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run() {
    const giveUpMs = performance.now() + BOUND_MS;
    this.#daemon = undefined;
    while (!this.#answers()) {
      if (performance.now() > giveUpMs) throw new Error(`the engine does not answer: see ${this.#at('dockerd.log')}`);
      // On a busy machine it gives up waiting for its containerd: an administrator would start it again.
      if (this.#daemon === undefined || this.#daemon.exitCode !== null) this.#spawn();
      await pause(200);
    }
  }

  #spawn() {
    rmSync(this.#at('docker.pid'), { force: true });
    const log = openSync(this.#at('dockerd.log'), 'a');
    this.#daemon = spawn(
      // Not `ip netns exec`, which mounts another /sys, without the groups that an engine needs.
      'nsenter',
      [
        ...[`--net=/run/netns/${this.#namespace}`, 'dockerd', '--host', this.host],
        ...['--data-root', this.#at('data'), '--exec-root', this.#at('exec'), '--pidfile', this.#at('docker.pid')],
      ],
      { stdio: ['ignore', log, log] },
    );
    closeSync(log);
  }

  #at(...path) {
    return join(this.#folder, ...path);
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
