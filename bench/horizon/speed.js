/**
 * The peer's hot path without a network: one peer with 8 links takes each message once on every link. Prints millions of frames
 * per second of processor time. Usage: npx tsc -b && node bench/horizon/speed.js unlimited|limited [CHECKOUT]
 * To compare two versions run it by turns, with the other checkout's path.
 */

import { resolve } from 'node:path';
import process from 'node:process';

const [, , kind = 'unlimited', checkout = resolve(import.meta.dirname, '../..'), ...more] = process.argv;
if (!['unlimited', 'limited'].includes(kind) || checkout.startsWith('-') || more.length > 0) {
  console.error('usage: speed.js unlimited|limited [CHECKOUT]');
  process.exit(2);
}
const { encodeData, encodeHello, Peer } = await import(resolve(checkout, 'packages/protocol/dist/index.js'));

const LINKS = 8;
const MESSAGES = 240_000;
const FRAMES_PER_CHUNK = 32;
const [ttl, initialTtl] = kind === 'unlimited' ? [60_000, 65_535] : [40, 42];

const id = n => {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, n);
  new DataView(bytes.buffer).setUint32(8, n * 2_654_435_761);
  return bytes;
};
const ignore = () => undefined;
const host = {
  randomId: () => id(1),
  schedule: ignore,
  linkUp: ignore,
  linkDown: ignore,
  linkRefused: ignore,
  linkClosed: ignore,
  message: ignore,
  acknowledged: ignore,
};
const network = Uint8Array.of(7);
const listen = { listenHost: new Uint8Array(0), listenPort: 1 };
const peer = new Peer({ nodeId: id(77), network, ...listen, hashSeed: 3 }, host, {});
let nowMs = 1;
const links = Array.from({ length: LINKS }, (_, i) => {
  const link = peer.attach({ send: () => 0, close: ignore, queuedBytes: 0 }, 'in', `10.0.0.${i}:1`, nowMs);
  const ids = { nodeId: id(i + 1), instance: id(100 + i), session: id(200 + i) };
  peer.receive(link, encodeHello({ version: 1, features: 0, ...ids, network, ...listen }), nowMs);
  return link;
});
if (peer.neighbours.length !== LINKS) throw new Error(`${peer.neighbours.length} links`);

const payload = new Uint8Array(64);
const chunks = Array.from({ length: MESSAGES / FRAMES_PER_CHUNK }, (_, chunk) => {
  const frames = Array.from({ length: FRAMES_PER_CHUNK }, (__, i) =>
    encodeData({ flags: 0, ttl, initialTtl, id: id(10_000 + chunk * FRAMES_PER_CHUNK + i), origin: id(5000), payload }),
  );
  const bytes = new Uint8Array(Buffer.concat(frames));
  return links.map(() => bytes.slice());
});

const before = process.cpuUsage();
chunks.forEach((copies, chunk) => {
  nowMs += 0.5;
  // Another link is the first each time.
  for (const [i, bytes] of copies.entries()) peer.receive(links[(i + chunk) % LINKS], bytes, nowMs);
});
const { user, system } = process.cpuUsage(before);
if (peer.totals.delivered !== MESSAGES) throw new Error(`${peer.totals.delivered} of ${MESSAGES} were delivered`);
console.log(((LINKS * MESSAGES) / (user + system)).toFixed(2));
