/** `lab prune` finds what an outage left, and touches nothing else. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type ProcessIdentity, thisProcess, writeIdentity } from '@peerlab/driver';
import { afterAll, describe, expect, it } from 'vitest';
import { processesOf, Surroundings, uniqueName } from './run-lab.ts';
import { inspectSchema, lsSchema, pruneSchema } from './schemas.ts';

/** A process that has ended: its id is beyond every one of Linux. */
const GONE = { ...(thisProcess() as ProcessIdentity), processId: 2 ** 22 + 1 };

const around = new Surroundings();
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

const prune = async (...words: string[]) => pruneSchema.parse((await around.json(['prune', ...words])).document);

async function up(what: string): Promise<{ name: string; processes: number[] }> {
  const name = uniqueName(what);
  expect((await around.lab(['up', 'topologies/line-5.yaml', '--name', name, '--no-verify'])).status).toBe(0);
  const { peers } = inspectSchema.parse((await around.json(['inspect', name])).document);
  return { name, processes: peers.map(({ processId = 0 }) => processId) };
}

/** The host of a local lab: the parent of its peers. */
function hostOf(processId: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1]);
}

/** Kills a lab's host, one of whose peers is frozen: the others go by themselves. */
async function killHost(name: string, frozen: number): Promise<void> {
  const host = hostOf(frozen);
  process.kill(frozen, 'SIGSTOP');
  process.kill(host, 'SIGKILL');
  await expect.poll(() => processesOf(name), { timeout: 30_000 }).toEqual([frozen]);
}

describe('lab prune', () => {
  it('finds nothing where nothing is left, and leaves a living lab alone', async () => {
    const { name, processes } = await up('alive');
    process.kill(processes[2] ?? 0, 'SIGSTOP');
    const { status, stdout } = await around.lab(['prune', '--yes']);
    expect([status, stdout]).toEqual([0, 'no leftovers of earlier labs\n']);
    process.kill(processes[2] ?? 0, 'SIGCONT');
    expect((await around.lab(['verify', name])).status).toBe(0);
    await around.lab(['down', name]);
  });

  it('finds the frozen peer and the socket of a lab whose host was killed, shows them, and removes them', async () => {
    const { name, processes } = await up('killed');
    const [frozen = 0] = processes;
    await killHost(name, frozen);
    const shown = await prune('--dry-run');
    expect(shown.leftovers.map(({ kind, lab, removed }) => [kind, lab, removed])).toEqual([
      ['process', name, false],
      ['socket', name, false],
    ]);
    const asked = await around.lab(['prune']);
    expect(asked.stdout).toContain('nothing was removed; lab prune --yes removes it');
    expect(processesOf(name)).toEqual([frozen]);
    const { leftovers } = await prune('--yes');
    expect(leftovers.map(({ removed }) => removed)).toEqual([true, true]);
    expect(processesOf(name)).toEqual([]);
    expect((await prune('--dry-run')).leftovers).toEqual([]);
  });

  it('is not needed for the same lab to come up again', async () => {
    const { name, processes } = await up('again');
    const [frozen = 0] = processes;
    await killHost(name, frozen);
    expect((await around.lab(['up', 'topologies/line-5.yaml', '--name', name, '--no-verify'])).status).toBe(0);
    expect(lsSchema.parse((await around.json(['ls'])).document).labs).toMatchObject([{ name, running: 5 }]);
    expect(processesOf(name)).not.toContain(frozen);
    expect((await prune('--dry-run')).leftovers).toEqual([]);
    await around.lab(['down', name]);
  });

  it('removes dead sockets and what a crashed host wrote, and leaves files of others', async () => {
    const folder = join(around.folder, 'peerlab');
    const socket = join(folder, 'dead.sock');
    // A socket whose server did not tidy up: what a killed process leaves.
    const dead = createServer();
    await new Promise<void>(resolve => dead.listen(`${socket}.new`, resolve));
    renameSync(`${socket}.new`, socket);
    await new Promise(resolve => dead.close(resolve));
    writeFileSync(join(folder, 'mine.sock'), 'of somebody else, and no socket');
    writeFileSync(join(folder, 'dead.crash.log'), 'a defect');
    writeFileSync(join(folder, 'notes.txt'), 'of somebody else');
    const living = createServer();
    await new Promise<void>(resolve => living.listen(join(folder, 'other.sock'), resolve));
    try {
      const { leftovers } = await prune('--yes');
      expect(leftovers.map(({ kind, lab, removed }) => [kind, lab, removed]).sort()).toEqual([
        ['file', 'dead', true],
        ['socket', 'dead', true],
      ]);
      expect((await prune('--dry-run')).leftovers).toEqual([]);
      expect(existsSync(join(folder, 'mine.sock'))).toBe(true);
    } finally {
      await new Promise(resolve => living.close(resolve));
    }
  });

  it('finds what a program has started that was tried by a command that was killed', async () => {
    const marks = { PEERLAB_LAB: 'tried', PEERLAB_NAME: 'n0', PEERLAB_STARTED_BY: writeIdentity(GONE) };
    const child = spawn('sleep', ['1000'], { env: { ...process.env, ...marks }, detached: true, stdio: 'ignore' });
    try {
      const found = async (...words: string[]) =>
        (await prune(...words)).leftovers.filter(({ name }) => name.includes(`process ${child.pid},`));
      expect(await found('--dry-run')).toMatchObject([{ kind: 'process', lab: 'tried', removed: false }]);
      expect(await found('--yes')).toMatchObject([{ removed: true }]);
      await expect.poll(() => child.signalCode, { timeout: 10_000 }).toBe('SIGKILL');
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('names a lab whose host is frozen, and removes it only with --doubtful', async () => {
    const { name, processes } = await up('frozen');
    process.kill(hostOf(processes[0] ?? 0), 'SIGSTOP');
    const { labs } = lsSchema.parse((await around.json(['ls'])).document);
    expect(labs).toMatchObject([
      { name, peers: 5, running: 5, silent: expect.stringContaining('stopped by a signal') },
    ]);
    const { stderr } = await around.lab(['ls']);
    expect(stderr).toContain(`lab down ${name} removes it`);
    const verified = await around.lab(['verify', name]);
    expect([verified.status, verified.stderr]).toEqual([3, expect.stringContaining('kill -CONT')]);
    const kept = await around.lab(['prune', '--yes']);
    expect(kept.stdout).toContain('1 thing may be in use and stays; remove with lab prune --doubtful');
    expect(processesOf(name)).toHaveLength(5);
    const { leftovers } = await prune('--yes', '--doubtful');
    expect(leftovers).toMatchObject([{ kind: 'process', lab: name, removed: true, doubt: expect.any(String) }]);
    expect(processesOf(name)).toEqual([]);
  });
});
