// A long fuzz of the peer: node scripts/fuzz.js [frames] [seed]. Valid frames are mutated, joined, cut into chunks at
// random places and given to the decoders and to whole sessions of a peer that also has an honest neighbour. Nothing may
// throw, no link may take more than its limits, and the honest neighbour's messages arrive, each once.
// Bounded by the number of frames; the same seed gives the same run.
import {
  DEFAULT_PEER_OPTIONS,
  decodeBye,
  decodeData,
  decodeHello,
  encodeBye,
  encodeData,
  encodeHello,
  encodePing,
  FrameReader,
  newFrame,
  Peer,
  PROTOCOL_VERSION,
} from '../packages/protocol/dist/index.js';

const [FRAMES, SEED] = [process.argv[2] ?? '10000000', process.argv[3] ?? '20260101'].map(text =>
  /^\d+$/.test(text) ? Number(text) : Number.NaN,
);
if (!(FRAMES >= 1) || !Number.isSafeInteger(SEED)) {
  console.error('usage: fuzz.js [frames, 10000000] [seed]');
  process.exit(2);
}
const MUTATED_PER_SESSION = 8;
/** Valid frames before each mutated one, at the most: so that sessions get somewhere. */
const MAX_VALID_BETWEEN = 6;
const SESSIONS_PER_CHECK = 100;
const MAX_FRAME_BYTES = 4096;
const NETWORK = new TextEncoder().encode('fuzz');

// xorshift128: fast, seeded, good enough to find bugs.
const state = new Uint32Array([SEED, 0x9e3779b9, 0x243f6a88, 0xb7e15162]);
function random(below) {
  let t = state[3];
  const s = state[0];
  state[3] = state[2];
  state[2] = state[1];
  state[1] = s;
  t ^= t << 11;
  t ^= t >>> 8;
  state[0] = t ^ s ^ (s >>> 19);
  return state[0] % below;
}
const randomId = () => Uint8Array.from({ length: 16 }, () => random(256));

function hello(nodeId) {
  const session = randomId();
  const instance = randomId();
  const listenHost = new Uint8Array(random(20));
  return encodeHello({
    version: PROTOCOL_VERSION,
    features: 0,
    nodeId,
    instance,
    session,
    listenPort: 1,
    network: NETWORK,
    listenHost,
  });
}

function message(origin, destination, payload = new Uint8Array(random(200))) {
  const initialTtl = 1 + random(65_535);
  const ttl = 1 + random(initialTtl);
  return encodeData({ flags: random(256), ttl, initialTtl, id: randomId(), origin, destination, payload });
}

const VALID = [
  () => hello(randomId()),
  () => encodeBye('leaving', randomId()),
  () => encodePing('ping', randomId()),
  () => encodePing('pong', randomId()),
  () => message(randomId()),
  () => message(randomId(), random(2) === 0 ? PEER_ID : randomId()),
  () => newFrame(0x80 + random(128), random(256), 6 + random(100)),
];

const MUTATIONS = [
  frame => {
    frame[random(frame.length)] ^= 1 << random(8);
    return frame;
  },
  frame => {
    for (let i = random(8); i >= 0; i--) frame[random(frame.length)] = random(256);
    return frame;
  },
  frame => frame.subarray(0, random(frame.length + 1)),
  frame => {
    // A length that lies: a little, or a lot.
    const at = random(4);
    frame[at] = random(2) === 0 ? random(256) : frame[at] + 1 - random(3);
    return frame;
  },
  frame => {
    const longer = new Uint8Array(frame.length + random(50));
    longer.set(frame);
    return longer;
  },
  frame => {
    const from = random(frame.length);
    frame.copyWithin(random(frame.length), from, from + random(frame.length - from + 1));
    return frame;
  },
];

const mutated = () => MUTATIONS[random(MUTATIONS.length)](VALID[random(VALID.length)]());

const PEER_ID = randomId();
const HONEST_ID = randomId();
let nowMs = 0;
let wakeAtMs = Number.POSITIVE_INFINITY;
let delivered = 0;
let honestDelivered = 0;
let refused = 0;
const host = {
  randomId,
  schedule: atMs => {
    wakeAtMs = atMs;
  },
  linkUp: () => undefined,
  linkDown: () => undefined,
  linkRefused: () => refused++,
  linkClosed: () => undefined,
  message: ({ origin, payload, id, hops }) => {
    delivered++;
    if (origin.length !== 16 || id.length !== 16 || !(hops >= 1)) throw new Error('a message without an origin');
    if (Buffer.from(origin).equals(HONEST_ID) && payload.length === 4) honestDelivered++;
  },
  acknowledged: () => undefined,
};
const peer = new Peer({ nodeId: PEER_ID, network: NETWORK, listenHost: NETWORK, listenPort: 1, hashSeed: SEED }, host, {
  maxFrameBytes: MAX_FRAME_BYTES,
  maxLinks: 8,
  attemptsPerSecond: 1e9,
  attemptsBurst: 1e9,
  seenMaxEntries: 4096,
});

class Transport {
  queuedBytes = 0;
  isClosed = false;
  send(bytes) {
    if (this.isClosed) throw new Error('sent on a closed connection');
    if (!(bytes instanceof Uint8Array)) throw new Error('sent what is no bytes');
  }
  close() {
    this.isClosed = true;
  }
}

function connectHonest() {
  const link = peer.attach(new Transport(), 'in', '10.0.0.1:1', nowMs);
  peer.receive(link, hello(HONEST_ID), nowMs);
  return link;
}

function check(holds, what) {
  if (holds) return;
  process.stdout.write(`FAILED: ${what}; seed ${SEED}, after ${frames} frames\n`);
  process.exit(1);
}

/** The decoders alone, on one array. */
function decode(bytes) {
  decodeData(bytes);
  decodeBye(bytes, 0, bytes.length);
  if (bytes.length > 0) decodeHello(bytes, 0, bytes.length);
  const reader = new FrameReader();
  reader.push(bytes, {
    maxFrameBytes: MAX_FRAME_BYTES,
    frame: (array, offset, size) => {
      check(offset + size <= array.length && size <= MAX_FRAME_BYTES, 'a frame outside its array');
      return true;
    },
  });
  check(reader.heldBytes <= MAX_FRAME_BYTES, 'a reader that holds more than a frame');
}

function session() {
  const transport = new Transport();
  const direction = random(2) === 0 ? 'in' : 'out';
  const link = peer.attach(transport, direction, `10.0.0.${random(256)}:${random(65_536)}`, nowMs);
  const parts = random(4) > 0 && direction === 'in' ? [hello(randomId())] : [];
  for (let i = 0; i < MUTATED_PER_SESSION; i++) {
    // A second HELLO or a BYE ends a session, as it should: not these.
    for (let j = random(MAX_VALID_BETWEEN + 1); j > 0; j--) parts.push(VALID[2 + random(VALID.length - 2)]());
    const bytes = mutated();
    decode(bytes.slice());
    parts.push(bytes);
    frames++;
  }
  const stream = Buffer.concat(parts);
  for (let at = 0; at < stream.length; ) {
    const end = Math.min(stream.length, at + 1 + random(random(3) === 0 ? 8 : 2048));
    peer.receive(link, Uint8Array.from(stream.subarray(at, end)), nowMs);
    at = end;
  }
  nowMs += random(50);
  if (random(3) > 0) peer.connectionEnded(link, nowMs);
  if (nowMs >= wakeAtMs) peer.handleTimeout(nowMs);
  check(peer.links.size <= DEFAULT_PEER_OPTIONS.maxLinks && peer.links.size <= 8, 'more links than maxLinks');
}

let frames = 0;
let honestSent = 0;
let sessions = 0;
let honest = connectHonest();
const started = performance.now();
let heapBytes = 0;
while (frames < FRAMES) {
  session();
  sessions++;
  if (sessions % SESSIONS_PER_CHECK !== 0) continue;
  // The honest neighbour is not asked for signs of life here, so it may have been ended for its silence: it comes back.
  for (const link of [...peer.links]) if (link !== honest) peer.connectionEnded(link, nowMs);
  if (honest.state !== 'up') honest = connectHonest();
  check(honest.state === 'up', 'the honest neighbour is not let in');
  peer.receive(honest, message(HONEST_ID, undefined, new Uint8Array(4)), nowMs);
  honestSent++;
  check(honestDelivered === honestSent, 'a message of the honest neighbour did not arrive once');
  if (sessions === SESSIONS_PER_CHECK * 100) heapBytes = process.memoryUsage().heapUsed;
}
const seconds = ((performance.now() - started) / 1000).toFixed(0);
const mib = bytes => (bytes / 2 ** 20).toFixed(0);
process.stdout.write(
  `fuzz: ${frames} mutated frames in ${sessions} sessions, ${seconds} s, seed ${SEED}: nothing thrown, no limit passed; ` +
    `${honestSent} honest messages each delivered once; ${delivered} deliveries, ${refused} refusals; ` +
    `heap ${mib(heapBytes)} MiB early, ${mib(process.memoryUsage().heapUsed)} MiB at the end\n`,
);
