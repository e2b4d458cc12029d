/** Another process that makes a lab and can be killed: fixtures/owner.mjs. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { INSTALLATION } from '@peerlab/installation';
import type { LabPlan } from '../plan.ts';
import { eventually, within } from './eventually.ts';

/** An owner that runs. */
export interface Owner {
  /** Waits until it has said that line. */
  says(line: string, timeoutMs: number): Promise<void>;
  /** Kills it by SIGKILL and waits until it is gone. */
  kill(timeoutMs: number): Promise<void>;
}

const PROGRAM = join(INSTALLATION.driverFixtures, 'owner.mjs');

/** Starts an owner, which begins to make the lab at once. */
export function startOwner(driverModule: string, plan: LabPlan): Owner {
  const child = spawn(process.execPath, [PROGRAM, driverModule, JSON.stringify(plan)], { stdio: 'pipe' });
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  return {
    async says(line, timeoutMs) {
      const heard = (): true | undefined => (said.split('\n').includes(line) ? true : undefined);
      await eventually(`the owner of ${plan.name} to say '${line}'`, timeoutMs, heard, () => `Said: ${said}`);
    },
    async kill(timeoutMs) {
      child.kill('SIGKILL');
      await within(`the owner of ${plan.name} to be gone`, timeoutMs, exited);
    },
  };
}
