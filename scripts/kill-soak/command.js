// Runs the command `lab`, and kills it where that is wanted.

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pause, startTimer, stopTimer } from '@peerlab/timers';

const BINARY = resolve(import.meta.dirname, '../../packages/peerlab/bin/lab.js');

/** How long any command may take, in milliseconds. */
const BOUND_MS = 120_000;

/**
 * Runs `lab` to its end.
 * @param {readonly string[]} words
 * @param {{ afterMs: number, signal: NodeJS.Signals }} [kill] a signal, so long after the start
 * @returns what it printed, its exit status, whether the signal reached it, and its process id
 */
export async function runLab(words, kill) {
  const child = spawn(process.execPath, [BINARY, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text;
    });
  }
  const startedAtMs = performance.now();
  const ended = new Promise(done => child.once('close', (status, signal) => done({ status, signal })));
  const bound = startTimer(() => child.kill('SIGKILL'), BOUND_MS);
  let reached = false;
  if (kill !== undefined) {
    await Promise.race([pause(kill.afterMs), ended]);
    reached = child.exitCode === null && child.signalCode === null && child.kill(kill.signal);
  }
  const { status, signal } = await ended;
  stopTimer(bound);
  const timeMs = performance.now() - startedAtMs;
  if (timeMs > BOUND_MS) throw new Error(`lab ${words.join(' ')} did not end within ${BOUND_MS / 1000} s:\n${output}`);
  return { status, signal, output, reached, timeMs, pid: child.pid };
}

/** Runs `lab`, which must succeed. */
export async function mustRun(words) {
  const run = await runLab(words);
  if (run.status !== 0) throw new Error(`lab ${words.join(' ')} exited with ${run.status}:\n${run.output}`);
  return run;
}
