/** examples/python-peer: the wire protocol and the contract in another language. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ROOT, Surroundings } from './run-lab.ts';
import { conformSchema, upSchema } from './schemas.ts';

const EXAMPLE = join(ROOT, 'examples/python-peer');
const VECTORS = join(ROOT, 'packages/protocol/vectors');
const around = new Surroundings();
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

describe('the peer in Python', () => {
  it("makes a ring with as many of the project's own, and the lab proves it", async () => {
    const { status, document } = await around.json(['up', join(EXAMPLE, 'ring.yaml'), '--driver', 'local']);
    const lab = upSchema.parse(document);
    expect([status, lab.passed]).toEqual([0, true]);
    const told = JSON.stringify(lab);
    // 2|E| - |V| + 1 frames of each of ten broadcasts.
    expect(told).toContain('90 of 90, each once; 110 frames, predicted 110');
    expect(told).toContain('35 of 35 horizons exact');
  });

  it('breaks no clause of the contract, and says which of them it does not offer', async () => {
    const words = ['conform', '--timeout', '20000', '-f', 'json', 'python3', join(EXAMPLE, 'peer.py')];
    const { status, stdout } = await around.lab(words);
    const { clauses, passed } = conformSchema.parse(JSON.parse(stdout));
    expect(
      clauses.filter(({ verdict, isAnnounced }) => verdict === 'failed' || (verdict === 'not-proven' && isAnnounced)),
    ).toEqual([]);
    expect(clauses.find(({ id }) => id === 'ping.measured')).toMatchObject({
      verdict: 'not-proven',
      isAnnounced: false,
      reason: 'ping not announced: the lab then cannot prove that a requested delay is in effect',
    });
    expect([status, passed]).toEqual([0, true]);
  });
});

describe('what it refuses', () => {
  let peer: ChildProcess;
  let port = 0;
  beforeAll(async () => {
    port = await freePort();
    const env = {
      ...process.env,
      PEERLAB_NAME: 'b',
      PEERLAB_LAB: 'ring-20',
      PEERLAB_LISTEN: `127.0.0.1:${port}`,
      PEERLAB_NODE_ID: '11111111-2222-4333-8444-555555555502',
      PEERLAB_EPHEMERAL: '1',
    };
    peer = spawn('python3', [join(EXAMPLE, 'peer.py')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    if (peer.stdout === null) throw new Error('its standard output is a pipe');
    const [line] = await once(createInterface(peer.stdout), 'line');
    expect(JSON.parse(String(line))).toMatchObject({ event: 'ready', contract: 1 });
  });
  afterAll(async () => {
    peer.stdin?.end();
    expect(await once(peer, 'exit')).toEqual([0, null]);
  });

  const { refusals } = z
    .object({ refusals: z.array(z.object({ name: z.string(), hex: z.string(), reason: z.string() })) })
    .parse(JSON.parse(readFileSync(join(VECTORS, 'refusals.json'), 'utf8')));
  const reasons: Record<string, number> = {
    'wrong-version': 3,
    'wrong-network': 4,
    'id-in-use': 6,
    'hello-expected': 12,
    malformed: 14,
  };

  it.each(refusals)('$name: BYE $reason', async ({ hex, reason }) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(Buffer.from(hex, 'hex'));
    const answer = Buffer.concat(await socket.toArray());
    // BYE: 20 bytes follow the length; the reason stands at byte 6.
    expect([answer.length, answer[4], answer.readUInt16BE(6)]).toEqual([24, 2, reasons[reason]]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
