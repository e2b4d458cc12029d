/** What a topology file says that a program needs is in force in its container: tried from within, by what it lets happen. */
import { type PlannedPeer, type RunningLab, requireCapability, runToEnd } from '@peerlab/driver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { createDockerDriver } from './index.ts';
import { requireEngine } from './require-engine.ts';

await requireEngine();
const driver = createDockerDriver({ peerBundle: ECHO_PEER, version: '0.0.0' });

const MEBIBYTE = 1024 ** 2;

/** One peer that needs something of everything, and one that needs nothing. */
const [NEEDY, PLAIN] = [0, 1];
const NEEDS = {
  cpus: 0.1,
  pids: 150,
  sysctls: { 'net.ipv4.ip_default_ttl': '42' },
  devices: ['/dev/net/tun'],
  tmpfs: { '/scratch': MEBIBYTE },
  // Root opens the device; its group is nobody else's.
  user: '0:4321',
};

/** Tries each from within, in one process: what it came to, or the code of the error. */
const TRIALS = `
  const fs = require('node:fs');
  const attempt = what => { try { return what() } catch (error) { return error.code } };
  const stat = ['/sys/fs/cgroup/cpu.stat', '/sys/fs/cgroup/cpu/cpu.stat'].find(fs.existsSync);
  const throttled = () => Number(/^nr_throttled (\\d+)/m.exec(fs.readFileSync(stat, 'utf8'))?.[1] ?? 0);
  const isThrottled = () => {
    for (const end = Date.now() + Number(process.argv[1]); ; ) {
      if (throttled() > 0) return true;
      if (Date.now() > end) return false;
    }
  };
  console.log(JSON.stringify({
    user: [process.getuid(), process.getgid()],
    ttl: attempt(() => fs.readFileSync('/proc/sys/net/ipv4/ip_default_ttl', 'utf8').trim()),
    device: attempt(() => fs.closeSync(fs.openSync('/dev/net/tun', 'r+')) ?? 'opened'),
    halfOfTmpfs: attempt(() => fs.writeFileSync('/scratch/a', Buffer.alloc(${MEBIBYTE / 2})) ?? fs.statSync('/scratch/a').uid),
    moreThanTmpfs: attempt(() => fs.writeFileSync('/scratch/b', Buffer.alloc(${MEBIBYTE})) ?? 'written'),
    isThrottled: isThrottled(),
  }))`;

/** Processes that wait for one another, so many at the same time. */
const NESTED = 'f() { [ "$1" = 0 ] || (f $(($1 - 1)) || exit 2); }; f "$1"';

const plan = planOf(2);
let lab: RunningLab;

beforeAll(async () => {
  const kind = {
    name: 'idle',
    folder: '/',
    command: ['node', '-e', 'setInterval(() => undefined, 1000)'],
    files: [{ from: '/bin/sh', to: '/tools/sh' }],
  };
  const peers = plan.peers.map(
    (peer): PlannedPeer => ({ ...peer, kind, ...(peer.index === NEEDY ? { needs: NEEDS } : {}) }),
  );
  lab = await driver.up({ ...plan, peers }, contextOf());
});
afterAll(async () => await (await driver.find(plan.name))?.down());

async function run(peer: number, ...command: readonly string[]): Promise<{ status: unknown; printed: string }> {
  const { status, stdout, stderr } = await runToEnd(await requireCapability(lab, 'exec').exec(peer, command), {
    timeoutMs: 60_000,
  });
  return { status, printed: `${stdout}${stderr}` };
}

const nested = (peer: number, depth: number) => run(peer, '/tools/sh', '-c', NESTED, 'sh', String(depth));

test('cpus, sysctls, devices, tmpfs and user hold for the peer that has them, and not for the other', async () => {
  // The kernel is to throttle what computes, some time within so many milliseconds; without a limit it never does.
  const needy = await run(NEEDY, 'node', '-e', TRIALS, '20000');
  expect(JSON.parse(needy.printed)).toEqual({
    user: [0, 4321],
    ttl: '42',
    device: 'opened',
    halfOfTmpfs: 0,
    moreThanTmpfs: 'ENOSPC',
    isThrottled: true,
  });
  const plain = await run(PLAIN, 'node', '-e', TRIALS, '200');
  expect(JSON.parse(plain.printed)).toEqual({
    user: [65_532, 65_532],
    ttl: '64',
    device: 'ENOENT',
    halfOfTmpfs: 'ENOENT',
    moreThanTmpfs: 'ENOENT',
    isThrottled: false,
  });
});

test('pids raises the limit of processes, and is the limit', async () => {
  expect(await nested(PLAIN, 100)).toMatchObject({ status: 2, printed: expect.stringContaining('Cannot fork') });
  expect(await nested(NEEDY, 100)).toEqual({ status: 0, printed: '' });
  expect(await nested(NEEDY, 200)).toMatchObject({ status: 2, printed: expect.stringContaining('Cannot fork') });
});
