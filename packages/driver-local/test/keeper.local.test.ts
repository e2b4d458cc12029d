/** What only the local driver promises: its keeper, its socket, its processes. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Driver,
  type LabPlan,
  type PeerFacts,
  type PlannedPeer,
  type ProcessIdentity,
  type RunningLab,
  STARTER_VARIABLE,
  thisProcess,
  writeIdentity,
} from '@peerlab/driver';
import { eventually } from '@peerlab/driver/conformance';
import { INSTALLATION } from '@peerlab/installation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalDriver } from '../src/index.ts';
import type { LocalDriverOptions } from '../src/options.ts';
import { localLeftovers } from './local-leftovers.ts';

const MINIMAL = [process.execPath, fileURLToPath(new URL('../../driver/fixtures/minimal-peer.mjs', import.meta.url))];
const PATIENCE_MS = 30_000;
const work = { signal: new AbortController().signal, report: () => undefined };

let directory = '';
const names: string[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'peerlab-local-'));
});

afterEach(async () => {
  for (const name of names.splice(0)) await (await driver().find(name))?.down();
  rmSync(directory, { recursive: true });
});

function driver(options: Partial<LocalDriverOptions> = {}): Driver {
  return createLocalDriver({ peerProgram: MINIMAL, runtimeDirectory: directory, ...options });
}

function plan(
  peers: number,
  does: Readonly<Record<number, string>> = {},
  name = `local-${randomUUID().slice(0, 8)}`,
): LabPlan {
  names.push(name);
  return {
    name,
    hash: 'hash',
    topology: '{}',
    ephemeral: false,
    peers: Array.from({ length: peers }, (_, index) => ({
      index,
      name: `n${index}`,
      nodeId: randomUUID(),
      env: does[index] === undefined ? {} : { PEER_DOES: does[index] },
    })),
  };
}

async function keeperOf(lab: RunningLab): Promise<number> {
  const keeper = (await localLeftovers(directory, lab.name)).find(line => line.startsWith('keeper'));
  return Number(/\d+$/.exec(keeper ?? '')?.[0]);
}

const socketOf = (lab: RunningLab): string => join(directory, `${lab.name}.sock`);

const named = ({ index, name, nodeId }: PeerFacts): PlannedPeer => ({ index, name, nodeId, env: {} });

function gone(name: string): Promise<true> {
  const left = async (): Promise<readonly string[]> =>
    (await localLeftovers(directory, name)).filter(line => !line.startsWith('file'));
  return eventually(
    `the processes of ${name} to be gone`,
    PATIENCE_MS,
    async () => (await left()).length === 0 || undefined,
  );
}

describe('a lab keeper', { timeout: 2 * PATIENCE_MS }, () => {
  it('takes its peers along when it is killed, and its stale socket is swept', async () => {
    const lab = await driver({ peerProgram: [process.execPath, INSTALLATION.peerProgram] }).up(plan(3), work);
    process.kill(await keeperOf(lab), 'SIGKILL');
    await gone(lab.name);
    expect(existsSync(socketOf(lab))).toBe(true);
    expect(await driver().list()).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
    await expect(lab.channel(0)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await lab.down();
  });

  it('gives its name to a new lab after it was killed, also when several want it', async () => {
    const wanted = plan(1);
    const lab = await driver().up(wanted, work);
    process.kill(await keeperOf(lab), 'SIGKILL');
    await gone(lab.name);
    const labs = await Promise.all(Array.from({ length: 4 }, () => driver().up(wanted, work)));
    expect(new Set(labs.map(({ peers }) => peers[0]?.processId)).size).toBe(1);
    expect((await localLeftovers(directory, lab.name)).filter(line => line.startsWith('keeper'))).toHaveLength(1);
  });

  it('is found without its socket, and makes it anew', async () => {
    const lab = await driver().up(plan(2), work);
    const found = async () => (await driver().list()).map(({ name, running, silent }) => ({ name, running, silent }));
    const whole = [{ name: lab.name, running: 2, silent: undefined }];
    rmSync(socketOf(lab));
    expect(await found()).toEqual(whole);
    expect(existsSync(socketOf(lab))).toBe(true);
    rmSync(directory, { recursive: true });
    expect(await found()).toEqual(whole);
    rmSync(socketOf(lab));
    expect((await driver().up({ ...plan(2, {}, lab.name), peers: lab.peers.map(named) }, work)).peers).toEqual(
      lab.peers,
    );
    rmSync(socketOf(lab));
    await (await driver().find(lab.name))?.down();
    expect(await localLeftovers(directory, lab.name)).toEqual([]);
  });

  it('that is frozen has a lab, which is told and removed by force', async () => {
    const lab = await driver().up(plan(2), work);
    process.kill(await keeperOf(lab), 'SIGSTOP');
    const stopped = expect.stringContaining('is stopped by a signal');
    expect(await driver().list()).toMatchObject([{ name: lab.name, peers: 2, running: 2, silent: stopped }]);
    expect(await driver().leftovers()).toMatchObject([{ kind: 'process', lab: lab.name, doubt: expect.any(String) }]);
    const found = (await driver().find(lab.name)) as RunningLab;
    expect(found.peers.map(({ name, processId }) => [name, processId]).sort()).toEqual(
      lab.peers.map(({ name, processId }) => [name, processId]).sort(),
    );
    await expect(found.channel(0)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE', message: stopped });
    await expect(driver().up(plan(2, {}, lab.name), work)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await found.down();
    expect(await localLeftovers(directory, lab.name)).toEqual([]);
    expect(await driver().list()).toEqual([]);
  });

  it('leaves peers of another keeper with the same path alone, that it cannot ask', async () => {
    const wanted = plan(1);
    const marks = { PEERLAB_NODE_ID: randomUUID(), PEERLAB_LOCAL_KEEPER: join(directory, `${wanted.name}.sock`) };
    const elsewhere = { ...(thisProcess() as ProcessIdentity), space: 'of/a/container' };
    const env = { ...process.env, ...marks, [STARTER_VARIABLE]: writeIdentity(elsewhere) };
    const stranger = spawn('sleep', ['1000'], { env, stdio: 'ignore' });
    try {
      await (await driver().up(wanted, work)).down();
      expect(await driver().leftovers()).toEqual([]);
      expect(stranger.exitCode ?? stranger.signalCode).toBe(null);
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('ends by SIGTERM as by down', async () => {
    const lab = await driver().up(plan(2), work);
    process.kill(await keeperOf(lab), 'SIGTERM');
    await gone(lab.name);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('kills a peer that does not end when told, and what that peer has started', async () => {
    const lab = await driver({ stopTimeoutMs: 200 }).up(plan(2, { 1: 'deaf' }), work);
    const peers = (await localLeftovers(directory, lab.name)).filter(line => line.startsWith('peer'));
    expect(peers.length).toBeGreaterThan(2);
    await lab.down();
    expect(await localLeftovers(directory, lab.name)).toEqual([]);
  });

  it('cuts off a controller that does not read, tells it so, and serves the others', async () => {
    const backlogBytes = 200_000;
    const lab = await driver({ controllerBacklogBytes: backlogBytes }).up(plan(1), work);
    const deaf = connect({ path: socketOf(lab) });
    const question = Buffer.from(JSON.stringify({ id: 1, ask: 'subscribe', index: 0 }));
    const header = Buffer.alloc(4);
    header.writeUInt32BE(question.length);
    deaf.write(Buffer.concat([header, question]));
    deaf.pause();
    const channel = await lab.channel(0);
    let heard = 0;
    channel.listen(line => {
      heard += line.startsWith('payload') ? 1 : 0;
    });
    const rounds = 40;
    for (let round = 1; round <= rounds; round += 1) {
      const payload = 'x'.repeat(50_000);
      await channel.write(JSON.stringify({ seq: `${round}`, command: 'broadcast', payload }));
      await eventually(`payload ${round}`, PATIENCE_MS, () => heard >= round || undefined);
    }
    let bytes = 0;
    let tail = '';
    deaf.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      tail = (tail + chunk.toString('latin1')).slice(-200);
    });
    deaf.resume();
    await eventually('the controller to be cut off', PATIENCE_MS, () => deaf.readableEnded || undefined);
    expect(tail).toContain('disconnected: the controller did not read');
    expect(bytes).toBeLessThan(rounds * 50_000);
  });

  it('keeps the newest lines of a peer, and no more', async () => {
    const lab = await driver({ logCharacters: 1 }).up(plan(1), work);
    const channel = await lab.channel(0);
    await channel.write(JSON.stringify({ seq: 'many', command: 'broadcast', payload: 'lines 20000' }));
    const last = async (): Promise<string[]> => {
      const lines: string[] = [];
      for await (const line of lab.logs(0, {})) lines.push(line);
      return lines;
    };
    const lines = await eventually('the reply in the log', PATIENCE_MS, async () => {
      const kept = await last();
      return kept.at(-1)?.includes('many') === true ? kept : undefined;
    });
    expect(lines.at(-2)).toBe('line 19999');
    expect(lines.length).toBeLessThan((64 * 1024) / 32);
    expect(lines.length).toBeGreaterThan(100);
  });

  it('names the peer that never says ready, with its last lines', async () => {
    const mute = [process.execPath, '-e', 'console.error("thinking"); setInterval(() => undefined, 1000)'];
    const wanted = plan(1);
    await expect(driver({ peerProgram: mute, readyTimeoutMs: 500 }).up(wanted, work)).rejects.toMatchObject({
      code: 'PEER_FAILED',
      message: `the peer n0 of ${wanted.name} did not say ready within 0.5 s of its start; it last printed: thinking`,
      details: { lastLines: ['thinking'] },
    });
    expect(await localLeftovers(directory, wanted.name)).toEqual([]);
  });

  it('ends what a failed repair has started, and leaves what ran before', async () => {
    const wanted = plan(2);
    const lab = await driver({ readyTimeoutMs: 1000 }).up(wanted, work);
    process.kill(lab.peers[1]?.processId ?? 0, 'SIGKILL');
    await (await lab.channel(1).catch(() => undefined))?.closed;
    const mute = [process.execPath, '-e', 'setInterval(() => undefined, 1000)'];
    const broken = wanted.peers.map(peer => (peer.index === 1 ? { ...peer, program: mute } : peer));
    await expect(driver().up({ ...wanted, peers: broken }, work)).rejects.toMatchObject({ code: 'PEER_FAILED' });
    const found = await driver().find(wanted.name);
    expect(found?.peers[0]).toEqual(lab.peers[0]);
    expect(found?.peers[1]?.state).toBe('stopped');
    const peers = (await localLeftovers(directory, lab.name)).filter(line => line.startsWith('peer'));
    expect(peers).toHaveLength(1);
  });
});

describe('addresses', { timeout: 2 * PATIENCE_MS }, () => {
  const strangers: Server[] = [];
  afterEach(() => {
    for (const stranger of strangers.splice(0)) stranger.close();
  });

  it('are others where the first choice is taken, and the same again where it is free', async () => {
    const wanted = plan(1);
    const first = await driver().up(wanted, work);
    await first.down();
    const again = await driver().up(wanted, work);
    expect(again.network).toEqual(first.network);
    await again.down();
    const block = again.peers[0]?.address.replace(/\.2$/, '.1') ?? '';
    await new Promise<void>(resolve => {
      strangers.push(createServer().listen({ host: block, port: 7946 }, () => resolve()));
    });
    const moved = await driver().up(wanted, work);
    expect(moved.network.subnet).not.toBe(first.network.subnet);
  });

  it('that a stranger uses make the peer fail with the reason that it gave', async () => {
    const wanted = plan(2);
    const real = driver({ peerProgram: [process.execPath, INSTALLATION.peerProgram] });
    const lab = await real.up(wanted, work);
    await lab.down();
    const { address, port } = lab.peers[1] as { address: string; port: number };
    await new Promise<void>(resolve => {
      strangers.push(createServer().listen({ host: address, port }, () => resolve()));
    });
    await expect(real.up(wanted, work)).rejects.toMatchObject({
      code: 'PEER_FAILED',
      message: expect.stringContaining('n1'),
      details: { lastLines: [expect.stringMatching(/EADDRINUSE/)] },
    });
    expect(await localLeftovers(directory, wanted.name)).toEqual([]);
  });

  it('are ports of 127.0.0.1 where that is all there is, and labs do not share them', async () => {
    const ports = driver({ addresses: 'ports' });
    const labs = await Promise.all([plan(2), plan(2)].map(wanted => ports.up(wanted, work)));
    const places = labs.flatMap(({ peers }) => peers.map(({ address, port }) => `${address}:${port}`));
    expect(new Set(places).size).toBe(4);
    for (const place of places) expect(place).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(labs[0]?.network.subnet).toBe('127.0.0.1/32');
  });
});

describe('the runtime directory', () => {
  it('is made for this user alone', async () => {
    const inner = join(directory, 'a', 'b');
    const lab = await driver({ runtimeDirectory: inner }).up(plan(1), work);
    expect(statSync(inner).mode & 0o777).toBe(0o700);
    await lab.down();
  });

  it('is closed to others where it was open', async () => {
    const open = join(directory, 'open');
    mkdirSync(open, { mode: 0o755 });
    const lab = await driver({ runtimeDirectory: open }).up(plan(1), work);
    expect(statSync(open).mode & 0o777).toBe(0o700);
    await lab.down();
  });

  it('that cannot be one is told, by probe and by up', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const wrong = driver({ runtimeDirectory: file });
    expect(await wrong.probe()).toMatchObject({ available: false, reason: expect.stringContaining(file) });
    await expect(wrong.up(plan(1), work)).rejects.toMatchObject({ code: 'ENGINE_REFUSED' });
    rmSync(file);
  });
});
