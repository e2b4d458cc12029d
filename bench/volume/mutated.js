/**
 * Mutated frames of wire version 2 against one peer, in this process: it never throws, its honest neighbours are served, and what it
 * remembers stays bounded. Real keys and signatures; connections are made of memory.
 */
import { randomBytes } from 'node:crypto';
import { createPeerSecurity, generateNodeKey } from '../../packages/identity/dist/index.js';
import { FRAME_TYPE, LENGTH_BYTES, Peer, TYPE_AT } from '../../packages/protocol/dist/index.js';

/** The frames that are mutated are made anew after so many links. */
const LINKS_OF_POOL = 50;
const HONEST = 'from an honest peer: ';
/** Honest messages are sent each time that so many mutated frames have come. */
const CHECK_EVERY = 10_000;

/** @returns {{ frames: number, links: number, honest: number, growthMiB: number }} */
export function mutatedFrames(count, mode) {
  let nowMs = 0;
  const peers = new Map();
  const makePeer = () => {
    const key = generateNodeKey();
    const known = { count: 0, publicKey: key.publicKey };
    const host = {
      randomId: () => randomBytes(16),
      schedule: () => undefined,
      linkUp: () => undefined,
      linkDown: () => undefined,
      linkRefused: () => undefined,
      linkClosed: () => undefined,
      message: ({ payload }) => {
        if (Buffer.from(payload).toString().startsWith(HONEST)) known.count++;
      },
      acknowledged: () => undefined,
    };
    const identity = {
      nodeId: key.nodeId,
      network: Buffer.from('volume'),
      listenHost: new Uint8Array(0),
      listenPort: 1,
      hashSeed: 7,
      security: createPeerSecurity(mode, key),
    };
    const peer = new Peer(identity, host);
    peers.set(peer, known);
    return peer;
  };

  /** Everything that was sent and has not arrived. */
  let underWay = [];
  const settle = () => {
    while (underWay.length > 0) {
      const arriving = underWay;
      underWay = [];
      for (const { end, bytes } of arriving) {
        if (end.isClosed) continue;
        end.peer.receive(end.link, Uint8Array.from(bytes), nowMs);
      }
    }
  };
  const connect = (from, to, address) => {
    const binding = mode === 'sealed' ? randomBytes(32) : undefined;
    const ends = [from, to].map(peer => ({ peer, isClosed: false }));
    const transport = index => ({
      binding,
      queuedBytes: 0,
      send: bytes => {
        underWay.push({ end: ends[1 - index], bytes });
        return 0;
      },
      close: () => {
        ends[index].isClosed = true;
        const other = ends[1 - index];
        if (!other.isClosed && other.link !== undefined) {
          other.isClosed = true;
          other.peer.connectionEnded(other.link, nowMs);
        }
      },
    });
    ends[1].link = to.attach(transport(1), 'in', address, nowMs);
    ends[0].link = from.attach(transport(0), 'out', '10.0.0.1:1', nowMs);
    settle();
    return ends;
  };

  const victim = makePeer();
  const [ada, bob] = [makePeer(), makePeer()];
  connect(ada, victim, '10.0.0.2:1');
  const [, atBob] = connect(victim, bob, '10.0.0.3:1');
  const attacker = makePeer();
  let links = 0;
  const attack = () => {
    links++;
    // Each link from an address of its own: bans are not what is tried here.
    const [, end] = connect(attacker, victim, `10.${1 + (links >>> 16)}.${(links >>> 8) & 255}.${links & 255}:1`);
    return end;
  };
  let end = attack();
  const baseBytes = process.memoryUsage.rss();

  let honest = 0;
  const talk = () => {
    ada.broadcast(Buffer.from(`${HONEST}${honest}`), {}, nowMs);
    settle();
    honest++;
    if (peers.get(bob).count !== honest) throw new Error(`bob has ${peers.get(bob).count} of ${honest} messages`);
    if (atBob.isClosed) throw new Error('the victim has cut an honest neighbour');
  };
  talk();

  /** Frames of every kind, well-formed and signed. */
  const originals = () => {
    attacker.broadcast(randomBytes(20), { ttl: 3 }, nowMs);
    attacker.broadcast(randomBytes(200), {}, nowMs);
    for (const to of [victim, bob]) {
      attacker.learnKey(peers.get(to).publicKey);
      attacker.dm(to.nodeId, randomBytes(30), { ack: true }, nowMs);
    }
    const made = underWay.filter(({ end: to }) => to === end).map(({ bytes }) => Buffer.from(bytes));
    underWay = [];
    const control = [
      0x80,
      0x81,
      FRAME_TYPE.ping,
      FRAME_TYPE.pong,
      FRAME_TYPE.proof,
      FRAME_TYPE.challenge,
      FRAME_TYPE.hello,
    ];
    for (const type of control) {
      const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, type, 0]), randomBytes(type === 0x80 ? 16 : 32)]);
      frame.writeUInt32BE(frame.length - LENGTH_BYTES, 0);
      made.push(frame);
    }
    return made;
  };
  let pool = originals();
  for (let n = 0; n < count; n++) {
    if (n % 1000 === 0) {
      nowMs += 1000;
      for (const peer of peers.keys()) peer.handleTimeout(nowMs);
      settle();
    }
    if (end.isClosed) {
      end = attack();
      // Signing costs more than all the rest.
      if (links % LINKS_OF_POOL === 0) pool = originals();
    }
    const frame = Buffer.from(pool[n % pool.length]);
    // Mostly behind the type: what is cut off at the header tries little.
    const changes = 1 + (n % 3);
    for (let i = 0; i < changes; i++) {
      const at =
        n % 11 === 0
          ? Math.floor(Math.random() * frame.length)
          : TYPE_AT + 1 + Math.floor(Math.random() * (frame.length - TYPE_AT - 1));
      frame[at] ^= 1 + Math.floor(Math.random() * 255);
    }
    victim.receive(end.link, new Uint8Array(frame), nowMs);
    underWay = underWay.filter(({ end: to }) => to.peer !== attacker);
    settle();
    if (n % CHECK_EVERY === CHECK_EVERY - 1) talk();
  }
  talk();
  const growthMiB = (process.memoryUsage.rss() - baseBytes) / 2 ** 20;
  return { frames: count, links, honest, growthMiB: Math.round(growthMiB) };
}
