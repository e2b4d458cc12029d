/** Labs that announce `exec`: programs run where a peer runs. Node is what every peer of the suite has beside it. */
import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CanExec, ExecOptions } from '../../../capabilities/can-exec.ts';
import { requireCapability } from '../../../capabilities/capability.ts';
import { type FinishedRun, runToEnd } from '../../../execution/run-to-end.ts';
import type { RunningLab } from '../../../running-lab.ts';
import { eventually, within } from '../../eventually.ts';
import type { Workbench } from '../../workbench.ts';
import { expectPeerErrors } from './expect-peer-errors.ts';

/** Runs until it is ended, whatever it is told, beside a child that does so too; prints when both run. */
const STUBBORN = `
  process.on('SIGTERM', () => {});
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6); console.log("runs")', MARK]);
  child.stdout.on('data', () => console.log('both run'));
`;

/** Counts the processes with such a word on their command line, itself left out. */
const COUNT = `
  const fs = require('node:fs');
  const words = pid => { try { return fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8'); } catch { return ''; } };
  const pids = fs.readdirSync('/proc').filter(pid => /^\\d+$/.test(pid) && Number(pid) !== process.pid);
  console.log(pids.filter(pid => words(pid).includes(MARK)).length);
`;

/** Declares this part of the suite. */
export function describeExec(bench: Workbench): void {
  const executing = (lab: RunningLab): CanExec => requireCapability(lab, 'exec');
  const node = async (lab: RunningLab, script: string, options?: ExecOptions): Promise<FinishedRun> =>
    await runToEnd(await executing(lab).exec(0, ['node', '-e', script], options), { timeoutMs: bench.patienceMs });

  describe('exec', () => {
    it('runs a program with the variables of the peer, and tells what it printed and how it ended', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const print = 'process.stdout.write(process.env.PEERLAB_NAME + process.env.ADDED); process.stderr.write("sad");';
      expect(await node(lab, `${print} process.exitCode = 3`, { env: { ADDED: '-x y' } })).toEqual({
        status: 3,
        reason: 'exited with status 3',
        stdout: 'n0-x y',
        stderr: 'sad',
        isTruncated: false,
        isTimedOut: false,
      });
      expect(await node(lab, 'process.kill(process.pid, "SIGKILL")')).toMatchObject({
        signal: 'SIGKILL',
        reason: 'killed by SIGKILL',
      });
      // Several at once, each with its own answer; arguments are no shell's.
      const answers = await Promise.all(
        ['a b', '$HOME', '"', "'"].map(async word => await node(lab, `console.log(${JSON.stringify(word)})`)),
      );
      expect(answers.map(({ stdout }) => stdout)).toEqual(['a b\n', '$HOME\n', '"\n', "'\n"]);
    });

    it('hands input on, of any bytes, whole or as it comes, and output in full', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const bytes = Buffer.from(Array.from({ length: 3 * 1024 * 1024 }, (_, i) => (i * 7919) % 256));
      const hash = createHash('sha256').update(bytes).digest('hex');
      const told = `const h = require('node:crypto').createHash('sha256'); process.stdin.on('data', d => { h.update(d); process.stdout.write(d) }).on('end', () => process.stderr.write(h.digest('hex')))`;
      const execution = await executing(lab).exec(0, ['node', '-e', told], { input: inParts(bytes) });
      const back = createHash('sha256');
      let said = '';
      execution.listen((chunk, stream) => {
        if (stream === 'stdout') back.update(chunk);
        else said += Buffer.from(chunk).toString();
      });
      expect(await within('the end of the program', bench.patienceMs, execution.ended)).toMatchObject({ status: 0 });
      expect(said).toBe(hash);
      expect(back.digest('hex')).toBe(hash);
      // One that reads nothing ends nevertheless, and one that is given nothing does not wait for it.
      expect(await node(lab, '', { input: bytes })).toMatchObject({ status: 0 });
      expect(await node(lab, 'process.stdin.on("end", () => console.log("end")).resume()')).toMatchObject({
        stdout: 'end\n',
      });
    });

    it('refuses a program that is not there, or is none', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      for (const program of ['no-such-program', '/no/such/program', '/etc']) {
        const refused = executing(lab).exec(0, [program, 'x']);
        await expect(refused, program).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
        await expect(refused).rejects.toThrow(program);
      }
    });

    it('ends a program and what it has started, by kill, and by the signal', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const mark = `mark-${randomUUID()}`;
      const stubborn = await executing(lab).exec(0, ['node', '-e', STUBBORN.replace('MARK', JSON.stringify(mark))]);
      let said = '';
      stubborn.listen(chunk => {
        said += Buffer.from(chunk).toString();
      });
      await eventually('both to run', bench.patienceMs, () => said.includes('both run') || undefined);
      await stubborn.kill();
      const end = await within('the end of a killed program', bench.patienceMs, stubborn.ended);
      expect(end).toMatchObject({ reason: 'killed by SIGKILL' });
      await stubborn.kill();
      const halves = `${JSON.stringify(mark.slice(0, 20))} + ${JSON.stringify(mark.slice(20))}`;
      expect((await node(lab, COUNT.replace('MARK', halves))).stdout).toBe('0\n');
      const { signal, abort } = abortable();
      const endless = await executing(lab).exec(0, ['node', '-e', 'setInterval(() => {}, 1e6)'], { signal });
      abort();
      const { status } = await within('the end of a cancelled program', bench.patienceMs, endless.ended);
      expect(status).toBeUndefined();
      await expect(executing(lab).exec(0, ['node', '-e', ''], { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    });

    it('ends with the peer, and refuses one that does not run, or is paused, and one outside the topology', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const execution = await executing(lab).exec(0, ['node', '-e', 'setInterval(() => {}, 1e6)']);
      await lab.kill(0);
      const end = await within('the end of a program of a killed peer', bench.patienceMs, execution.ended);
      expect(end.status).toBeUndefined();
      await expectPeerErrors(bench, lab => [async index => await executing(lab).exec(index, ['node', '-e', ''])]);
      if (!bench.target.capabilities.includes('pause')) return;
      await lab.start(0);
      await requireCapability(lab, 'pause').pause(0);
      await expect(executing(lab).exec(0, ['node', '-e', ''])).rejects.toMatchObject({ code: 'PEER_FAILED' });
    });
  });
}

function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

async function* inParts(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}
