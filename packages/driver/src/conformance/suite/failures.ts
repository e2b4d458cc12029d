/** An `up` that fails or is cancelled leaves nothing behind. */

import { Random } from '@peerlab/graph';
import { timeoutSignal } from '@peerlab/timers';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../lab-error.ts';
import type { RunningLab } from '../../running-lab.ts';
import { within } from '../eventually.ts';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeFailures(bench: Workbench): void {
  describe('failures', () => {
    it('reports a peer that ends at once, with its last lines', async () => {
      const plan = bench.plan({ peers: 3, does: { 0: 'exit-at-once' } });
      const { lines, exitCode } = await failureOf(bench, bench.up(plan));
      expect(lines).toContain('this peer was told to end at once');
      expect(exitCode).toBe(3);
    });

    it('reports a missing program', async () => {
      const plan = bench.plan({ peers: 1 });
      const missing = plan.peers.map(peer => ({ ...peer, program: ['/nowhere/no-such-program'] }));
      await expect(bench.up({ ...plan, peers: missing })).rejects.toMatchObject({
        code: 'PEER_FAILED',
        message: expect.stringContaining('n0'),
      });
      expect(await bench.target.leftovers(plan.name)).toEqual([]);
    });

    it('creates nothing for a caller that has already cancelled', async () => {
      const plan = bench.plan({ peers: 2 });
      const up = bench.up(plan, { signal: AbortSignal.abort() });
      await expect(up).rejects.toMatchObject({ name: 'LabError', code: 'ABORTED' });
      expect(await bench.target.leftovers(plan.name)).toEqual([]);
    });

    it('removes what it created when it is cancelled at any of its reports', async () => {
      const reports: string[] = [];
      const whole = bench.plan({ peers: 2 });
      await bench.up(whole, { report: ({ step, state }) => reports.push(`${step} ${state}`) });
      // The last one is the closing line: giving up there may come too late, and then the lab is there.
      for (let at = 0; at < reports.length - 1; at += 1) {
        const plan = bench.plan({ peers: 2 });
        const giveUp = new AbortController();
        let seen = 0;
        const report = (): void => {
          if (seen === at) giveUp.abort();
          seen += 1;
        };
        await givenUp(bench, plan.name, bench.up(plan, { signal: giveUp.signal, report }), `at '${reports[at]}'`);
      }
    });

    it('removes what it created when it is cancelled at a random moment', async () => {
      const start = performance.now();
      await bench.up(bench.plan({ peers: 3 }));
      const wholeMs = performance.now() - start;
      const seed = Number(process.env.PEERLAB_SEED ?? Math.floor(Date.now() % 2 ** 31));
      const random = new Random(seed);
      for (let i = 0; i < (bench.target.interruptions ?? 6); i++) {
        const fraction = random.fraction();
        const plan = bench.plan({ peers: 3 });
        const signal = timeoutSignal(Math.max(1, Math.round(wholeMs * fraction)));
        const when = `after ${fraction.toFixed(3)} of ${wholeMs.toFixed(0)} ms (PEERLAB_SEED=${seed})`;
        await givenUp(bench, plan.name, bench.up(plan, { signal }), when);
      }
    });

    it('leaves the lab unchanged when a repair is cancelled', async () => {
      const plan = bench.plan({ peers: 2, minimal: true });
      const lab = await bench.up(plan);
      const talk = await bench.talk(lab, 1);
      await talk.ask({ command: 'stop' });
      await within('the channel of a stopped peer to close', bench.patienceMs, talk.channel.closed);
      const giveUp = new AbortController();
      const report = (): void => giveUp.abort();
      await expect(bench.up(plan, { signal: giveUp.signal, report })).rejects.toMatchObject({ code: 'ABORTED' });
      const found = await bench.find(plan.name);
      expect(found.peers[0]).toEqual(lab.peers[0]);
      await (await bench.talk(found, 0)).ask({ command: 'info' });
    });
  });
}

/** Either the `up` was cancelled, or it had finished before; in both cases nothing may remain. */
async function givenUp(bench: Workbench, name: string, up: Promise<RunningLab>, when: string): Promise<void> {
  const outcome = await up.catch((error: unknown) => error);
  if (outcome instanceof Error) expect(outcome, `cancelled ${when}`).toMatchObject({ code: 'ABORTED' });
  else await (outcome as RunningLab).down();
  expect(await bench.target.leftovers(name), `left, cancelled ${when}`).toEqual([]);
}

interface Failure {
  readonly lines: readonly string[];
  readonly exitCode: unknown;
}

/** A driver sees the end of such a peer during `up`, and then leaves nothing; or its channel tells, right after. */
async function failureOf(bench: Workbench, up: Promise<RunningLab>): Promise<Failure> {
  let lab: RunningLab;
  try {
    lab = await up;
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'PEER_FAILED') throw error;
    expect(error.message).toContain('n0');
    expect(error.message).toContain('; it last printed: this peer was told to end at once');
    expect(await bench.target.leftovers(String(error.details.lab))).toEqual([]);
    return { lines: error.details.lastLines as string[], exitCode: error.details.exitCode };
  }
  const talk = await bench.talk(lab, 0);
  const end = await within('the channel of a peer that ends at once to close', bench.patienceMs, talk.channel.closed);
  return { lines: talk.lines, exitCode: end.exitCode };
}
