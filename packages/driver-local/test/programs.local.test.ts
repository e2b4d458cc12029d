/** Programs that speak no peer contract on the local driver: templates, volumes, the signal that ends them. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabPlan, PeerChannel, PlannedPeer, RunningLab } from '@peerlab/driver';
import { parseTopology, topologyToJson } from '@peerlab/topology';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLocalDriver } from '../src/index.ts';

const PROGRAM = fileURLToPath(new URL('../../driver/fixtures/foreign-program.mjs', import.meta.url));
const CONTEXT = { signal: new AbortController().signal, report: () => undefined };

let directory = '';
let name = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'peerlab-programs-'));
  name = `programs-${randomUUID().slice(0, 8)}`;
});

afterEach(async () => {
  await (await driver().find(name))?.down();
  rmSync(directory, { recursive: true });
});

const driver = () => createLocalDriver({ peerProgram: ['unused'], runtimeDirectory: directory });

function plan(run: readonly string[]): LabPlan {
  const topology = topologyToJson(parseTopology('peers: [a, b]\nlinks: [[a, b]]', { file: 'x.yaml' }));
  const peers = ['a', 'b'].map(
    (peer, index): PlannedPeer => ({
      index,
      name: peer,
      nodeId: `id-${peer}`,
      env: { MODE: '{lab}' },
      needs: { volumes: ['/data', '/more'], write: { '/data/conf': '{name} of {all: %n ,}' }, memoryBytes: 2 ** 29 },
      kind: { name: 'foreign', folder: directory, program: { run, stop: 'SIGINT' } },
    }),
  );
  return { name, hash: 'h', topology, ephemeral: false, peers };
}

/** What the program says of its start. */
async function started(channel: PeerChannel): Promise<Record<string, unknown>> {
  return await new Promise((resolve, reject) => {
    channel.listen(line => {
      if (line.startsWith('started ')) resolve(JSON.parse(line.slice('started '.length)));
    });
    void channel.closed.then(({ reason }) => reject(new Error(reason)));
  });
}

test('a program starts with what is known before it, keeps its data while it is killed, and leaves nothing', async () => {
  const run = [process.execPath, PROGRAM, '{data}', '{address}:{port}', '{b.address}', '{neighbours: --peer %a}'];
  const lab: RunningLab = await driver().up(plan(run), CONTEXT);
  const [a, b] = lab.peers;
  const first = await started(await lab.channel(0));
  expect(first).toMatchObject({
    words: [`${a?.address}:${a?.port}`, b?.address, '--peer', b?.address],
    mode: name,
    config: 'a of a,b',
    count: 0,
  });
  expect(a?.data).toBe(join(directory, `${name}.data`, 'a-0'));
  expect(lab.withoutEffect?.needs).toContain('memoryBytes');

  writeFileSync(join(a?.data ?? '', 'conf'), 'as the program left it');
  await lab.kill(0);
  await lab.start(0);
  const second = await started(await lab.channel(0));
  expect(second).toEqual({ ...first, config: 'as the program left it', count: 1 });

  await lab.stop(0);
  await lab.start(0);
  expect(await started(await lab.channel(0))).toMatchObject({ ended: 'SIGINT', count: 2 });
  await lab.down();
  expect(readdirSync(directory)).toEqual([]);
});

test('a program that is not there is told by its name, and leaves nothing', async () => {
  await expect(driver().up(plan(['no-such-program', '{data}']), CONTEXT)).rejects.toMatchObject({
    code: 'PEER_FAILED',
    message: expect.stringContaining('there is no program no-such-program on this machine (searched on the PATH)'),
  });
  expect(existsSync(join(directory, `${name}.data`))).toBe(false);
});
