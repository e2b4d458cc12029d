/**
 * Volume attacks over TCP on a peer in a process of its own, beside two honest neighbours that talk through it, and newcomers that come all the
 * time. What is measured is what the honest ones get, and the memory of the process.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createPeerSecurity, generateNodeKey } from '../../packages/identity/dist/index.js';
import { createNode } from '../../packages/node/dist/index.js';
import { createSealedChannel } from '../../packages/node/dist/sealed/sealed-channel.js';
import { PLAIN_CHANNEL } from '../../packages/node/dist/tcp/channel.js';
import { createDial } from '../../packages/node/dist/tcp/dial.js';
import { encodePing, Peer } from '../../packages/protocol/dist/index.js';
import { pause, timeoutSignal } from '../../packages/timers/dist/index.js';

const NETWORK = 'volume';
const HOST = '127.0.0.78';
/** All attackers come from here. */
const FROM = '127.6.6.6';
const FRESH_IDS = fileURLToPath(new URL('fresh-ids.js', import.meta.url));
/** How long an honest message may take, there and back. */
const ACK_MS = 10_000;
const PROGRAM = fileURLToPath(new URL('../../packages/node/test/listening-peer.js', import.meta.url));

const turn = () => new Promise(resolve => setImmediate(resolve));

/** By name: what is done until `isOver()`. `link()` gives a link that is up, and `silent()` a connection that says nothing. */
export const ATTACKS = {
  silent: async ({ silent, isOver }) => {
    while (!isOver()) {
      silent();
      await pause(15);
    }
  },
  unfinished: async ({ link, isOver }) => {
    const frame = Buffer.concat([Buffer.from([0, 15, 255, 0, 0x90, 0]), Buffer.alloc(2 ** 20 - 1024)]);
    while (!isOver()) {
      (await link())?.transport.send(frame);
      await pause(15);
    }
  },
  'fresh-ids': async ({ port, security, isOver }) => {
    const attacker = spawn(process.execPath, [FRESH_IDS, NETWORK, security, HOST, String(port)], { stdio: 'inherit' });
    while (!isOver()) await pause(50);
    attacker.kill('SIGKILL');
  },
  pings: async ({ link, isOver }) => {
    const pings = Buffer.concat(Array.from({ length: 1000 }, () => encodePing('ping', randomBytes(8))));
    while (!isOver()) {
      const held = await link();
      held?.stopReading();
      for (let n = 0; n < 100 && held !== undefined && !isOver(); n++) {
        held.transport.send(pings);
        await turn();
      }
      await pause(15);
    }
  },
};

/** @returns {Promise<{ served: number, unserved: number, slowestMs: number, lost: number, newcomers: number, peakMiB: number, connections: number }>} */
export async function attackProcess(name, { seconds, security }) {
  const child = spawn(process.execPath, [PROGRAM, NETWORK, HOST, '0', security], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const { port } = JSON.parse(line.toString());
  const node = () => createNode({ network: NETWORK, security, listen: { host: '127.0.0.1', port: 0 } });
  const [left, right] = [await node(), await node()];
  const sockets = [];
  let connections = 0;
  let lost = 0;
  try {
    for (const one of [left, right]) {
      await one.connect(HOST, port);
      one.on('peer-disconnect', () => lost++);
    }
    const endsAt = performance.now() + seconds * 1000;
    const isOver = () => performance.now() >= endsAt;
    let served = 0;
    let unserved = 0;
    let slowestMs = 0;
    let newcomers = 0;
    const talk = (async () => {
      while (!isOver()) {
        const startedAt = performance.now();
        const isServed = await left.dm(right.id, 'still there?', { ack: true, timeoutMs: ACK_MS }).then(
          () => true,
          () => false,
        );
        if (isServed) served++;
        else unserved++;
        slowestMs = Math.max(slowestMs, performance.now() - startedAt);
        await pause(20);
      }
    })();
    const come = (async () => {
      while (!isOver()) {
        const newcomer = await node();
        const isIn = await newcomer.connect(HOST, port, { signal: timeoutSignal(8000) }).then(
          () => true,
          () => false,
        );
        if (isIn) newcomers++;
        await newcomer.close();
        await pause(200);
      }
    })();
    const channel = security === 'sealed' ? await createSealedChannel() : PLAIN_CHANNEL;
    const attacking = ATTACKS[name]({
      isOver,
      port,
      security,
      silent: () => {
        connections++;
        const socket = connect({ host: HOST, port, localAddress: FROM });
        socket.on('error', () => undefined);
        sockets.push(socket);
      },
      link: () => {
        connections++;
        return linkTo(port, security, channel, sockets);
      },
    });
    await Promise.all([talk, come, attacking]);
    const peakMiB = Math.round(peakBytes(child.pid) / 2 ** 20);
    return { served, unserved, slowestMs: Math.round(slowestMs), lost, newcomers, peakMiB, connections };
  } finally {
    for (const socket of sockets) socket.destroy();
    await Promise.all([left.close(), right.close()]);
    child.kill('SIGKILL');
  }
}

/** A link that is up, for bytes of any kind; undefined: it was refused. */
function linkTo(port, security, channel, sockets) {
  return new Promise(resolve => {
    const key = generateNodeKey();
    let socket;
    const host = {
      randomId: () => randomBytes(16),
      schedule: () => undefined,
      linkUp: link => resolve({ transport: link.transport, stopReading: () => socket.pause() }),
      linkDown: () => undefined,
      linkRefused: () => resolve(undefined),
      linkClosed: () => undefined,
      message: () => undefined,
      acknowledged: () => undefined,
    };
    const identity = {
      nodeId: key.nodeId,
      network: Buffer.from(NETWORK),
      listenHost: new Uint8Array(0),
      listenPort: 0,
      hashSeed: 1,
      security: security === 'open' ? undefined : createPeerSecurity(security, key),
    };
    const peer = new Peer(identity, host);
    const now = () => performance.now();
    const input = {
      received: (link, chunk) => peer.receive(link, chunk, now()),
      ended: link => {
        peer.connectionEnded(link, now());
        resolve(undefined);
      },
    };
    const opened = made => {
      socket = made;
      sockets.push(made);
    };
    createDial({ localAddress: FROM, channel, opened }, input)(HOST, port, {
      connected: (transport, address) => peer.attach(transport, 'out', address, now()),
      failed: () => resolve(undefined),
    });
  });
}

/** The most memory that a process has taken, by Linux's own books. */
function peakBytes(pid) {
  const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? Number.NaN) * 1024;
}
