/**
 * A peer in a process of its own faces 1,000 hostile connections of five kinds, while two honest neighbours talk through
 * it. It must go on serving them, and its memory must stay within bounds that follow from its limits.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodePing } from '@peerlab/protocol';
import { afterEach, expect, test } from 'vitest';
import { TestNetwork } from '../test/network.ts';
import { Stranger } from '../test/stranger.ts';

const PROGRAM = fileURLToPath(new URL('../test/listening-peer.js', import.meta.url));
const LAB = 'hostile';
const HOST = '127.0.0.77';

/** Connections of each kind. */
const NEVER_READING = 100;
const OVERSIZED = 200;
const HANDSHAKE_FLOOD = 250;
const GARBAGE = 250;
const SLOW_LORIS = 200;

/** What the peer may take beyond what it takes at rest: measured 40 to 55 MiB, whether 16 or 128 MiB were broadcast. */
const MAX_GROWTH_BYTES = 128 * 2 ** 20;

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

async function startPeer(): Promise<{ host: string; port: number; pid: number }> {
  const started = spawn(process.execPath, [PROGRAM, LAB, HOST, '0'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child = started;
  const [line] = (await Promise.race([
    once(started.stdout, 'data'),
    once(started, 'exit').then(([status]) => Promise.reject(new Error(`the peer ended with ${status}; is it built?`))),
  ])) as [Buffer];
  const { host, port } = JSON.parse(line.toString()) as { host: string; port: number };
  return { host, port, pid: started.pid ?? 0 };
}

/** The process's memory, from Linux's own books. */
function residentBytes(pid: number, line: 'VmRSS' | 'VmHWM'): number {
  const match = new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? Number.NaN) * 1024;
}

test.runIf(process.platform === 'linux')(
  '1,000 hostile connections: honest neighbours are served, memory is bounded',
  async () => {
    await using network = new TestNetwork();
    const victim = await startPeer();
    const honest = await Promise.all([network.node({ network: LAB }), network.node({ network: LAB })]);
    const [left, right] = honest;
    for (const node of honest) await node.connect(victim.host, victim.port);
    const lost: string[] = [];
    for (const node of honest) node.on('peer-disconnect', ({ reason }) => lost.push(reason));
    const restingBytes = residentBytes(victim.pid, 'VmRSS');

    let isOver = false;
    let served = 0;
    let slowestMs = 0;
    const honestTalk = (async () => {
      while (!isOver) {
        const started = performance.now();
        await left.dm(right.id, `message ${served}`, { ack: true, timeoutMs: 10_000 });
        slowestMs = Math.max(slowestMs, performance.now() - started);
        served++;
      }
    })();

    let opened = 0;
    const strangers: Stranger[] = [];
    const attack = async (count: number, behave: (stranger: Stranger) => unknown): Promise<void> => {
      for (let i = 0; i < count; i++) {
        // Fifty connections from each address: below what one address may do in a burst.
        const localAddress = `127.1.${Math.floor(opened / 50)}.9`;
        const stranger = await Stranger.connect({ host: victim.host, port: victim.port, localAddress, network: LAB });
        opened++;
        strangers.push(stranger);
        await behave(stranger);
      }
    };
    try {
      const pings = Buffer.concat(Array.from({ length: 1000 }, () => encodePing('ping', randomBytes(8))));
      await attack(NEVER_READING, async stranger => {
        await stranger.handshake();
        stranger.socket.write(pings);
      });
      // What the honest ones say goes to those who never read, too: 32 MiB, four times what a link may queue.
      for (let i = 0; i < 512; i++) await left.broadcast(randomBytes(64 * 1024));
      await attack(OVERSIZED, async stranger => {
        await stranger.handshake();
        stranger.socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x10, 0]));
      });
      await attack(HANDSHAKE_FLOOD, stranger => {
        for (let i = 0; i < 20; i++) stranger.hello();
      });
      await attack(GARBAGE, stranger => stranger.socket.write(randomBytes(65_536)));
      await attack(SLOW_LORIS, stranger => stranger.socket.write(new Uint8Array([0])));
      expect(opened).toBe(1000);

      const before = served;
      while (served < before + 20) await left.dm(right.id, 'still there?', { ack: true, timeoutMs: 10_000 });
    } finally {
      isOver = true;
    }
    await honestTalk;
    const growthBytes = residentBytes(victim.pid, 'VmHWM') - restingBytes;
    const figures = `served ${served}, slowest ${slowestMs.toFixed(0)} ms, grew by ${(growthBytes / 2 ** 20).toFixed(0)} MiB`;
    expect(lost, figures).toEqual([]);
    expect(growthBytes, figures).toBeLessThan(MAX_GROWTH_BYTES);
    if (process.env.PEERLAB_FIGURES !== undefined) process.stderr.write(`${figures}\n`);

    for (const { socket } of strangers) socket.destroy();
    const newcomer = await network.node({ network: LAB });
    await newcomer.connect(victim.host, victim.port);
    await newcomer.dm(left.id, 'hello', { ack: true, timeoutMs: 10_000 });
  },
  60_000,
);
