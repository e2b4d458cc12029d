/** Starting a lab keeper (keeper-main.ts) and letting go of it once the lab is there. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { LabError } from '@peerlab/driver';
import { INSTALLATION } from '@peerlab/installation';
import { startTimer, stopTimer } from '@peerlab/timers';
import { passedOn } from './keeper/peer-environment.ts';
import { KEEPER_VARIABLE, LAB_VARIABLE } from './keeper-processes.ts';
import type { KeeperSettings } from './options.ts';
import { SOCKET_SUFFIX } from './runtime-directory.ts';

/** What a keeper is told at its start, as one line of JSON on its standard input. */
export interface KeeperStart {
  readonly lab: string;
  /** The path of its socket. */
  readonly socket: string;
  readonly settings: KeeperSettings;
}

/** A keeper that has been started and waits for its lab. */
export interface StartedKeeper {
  /** Tells the keeper that its starter is done: without a lab it ends. Resolves when it has, or has said that it stays. */
  letGo(): Promise<void>;
}

/** How the file's name ends in which a keeper that ended by a defect leaves what it knows. */
export const CRASH_SUFFIX = '.crash.log';

/** How the folder's name ends that holds the volumes of a lab's peers. */
export const DATA_SUFFIX = '.data';

/** Where the volumes of a lab's peers are. */
export function dataFolder(socket: string): string {
  return `${socket.slice(0, -SOCKET_SUFFIX.length)}${DATA_SUFFIX}`;
}

/** Where a keeper that ended by a defect leaves what it knows. */
export function crashFile(socket: string): string {
  return `${socket.slice(0, -SOCKET_SUFFIX.length)}${CRASH_SUFFIX}`;
}

/**
 * Starts a keeper. `taken`: another one has the name.
 * @throws {LabError} `ENGINE_REFUSED` when it does not come up.
 */
export function startKeeper(start: KeeperStart, timeoutMs: number): Promise<StartedKeeper | 'taken'> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [INSTALLATION.keeperProgram, start.lab], {
      detached: true,
      cwd: dirname(start.socket),
      env: { ...passedOn(process.env), [KEEPER_VARIABLE]: start.socket, [LAB_VARIABLE]: start.lab },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    let complaint = '';
    const fail = (why: string): void => {
      stopTimer(bound);
      child.kill('SIGKILL');
      reject(
        new LabError('ENGINE_REFUSED', `the lab keeper of ${start.lab} ${why}`, {
          // Where in the keeper's code it was is no help to a user.
          details: {
            lab: start.lab,
            lastLines: complaint
              .split('\n')
              .filter(line => !/^\s+at /.test(line))
              .slice(-20),
          },
        }),
      );
    };
    const bound = startTimer(() => fail(`did not start to listen within ${timeoutMs / 1000} s`), timeoutMs);
    child.once('error', error => fail(`could not be started: ${error.message}`));
    child.once('close', code => {
      if (said === '') fail(`ended with status ${code}: ${complaint.trim().split('\n')[0] ?? ''}`);
    });
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = `${complaint}${text}`.slice(-16_384);
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (said !== '') return;
      said = text.trim();
      stopTimer(bound);
      // It ends by itself: who looks at the processes sees one keeper.
      if (said === 'taken') child.once('exit', () => resolve('taken'));
      else resolve({ letGo: () => letGo(child, timeoutMs) });
    });
    child.stdin.write(`${JSON.stringify(start)}\n`);
  });
}

/** A keeper whose lab is there does not end by this, and says so. */
function letGo(child: ChildProcessByStdio<Writable, Readable, Readable>, timeoutMs: number): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      stopTimer(bound);
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      resolve();
    };
    const bound = startTimer(done, timeoutMs);
    child.once('exit', done);
    child.stdout.once('data', done);
    if (child.exitCode !== null || child.signalCode !== null) done();
    child.stdin.end();
  });
}
