// Runs `lab`, and breaks something at a moment that its output marks: no clock decides when.

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { startTimer, stopTimer } from '@peerlab/timers';

const BINARY = resolve(import.meta.dirname, '../../packages/peerlab/bin/lab.js');

/** How long any command may take, in milliseconds; one that takes longer is a finding of the soak. */
const BOUND_MS = 120_000;

/**
 * @param {readonly string[]} words
 * @param {{ afterChunks: number, break: (child: import('node:child_process').ChildProcess) => unknown }} [disturbance] what is
 *   done once the command has printed so many times, or has ended
 * @param env of the command
 * @returns what it printed, by stream; its exit status, or the signal that ended it; whether it had to be stopped
 */
export async function runVerb(words, env, disturbance) {
  const child = spawn(process.execPath, [BINARY, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  let chunks = 0;
  let broken;
  const breakNow = () => {
    broken ??= Promise.resolve(disturbance?.break(child));
  };
  if (disturbance?.afterChunks === 0) breakNow();
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', text => {
      printed[name] += text;
      chunks += 1;
      if (disturbance !== undefined && chunks >= disturbance.afterChunks) breakNow();
    });
  }
  let isOverdue = false;
  const bound = startTimer(() => {
    isOverdue = true;
    child.kill('SIGKILL');
  }, BOUND_MS);
  const [status, signal] = await new Promise(done => child.once('close', (...ended) => done(ended)));
  stopTimer(bound);
  breakNow();
  await broken;
  return { ...printed, status, signal, isOverdue };
}
