// A peer of your own. What the lab asks of it and hears from it is the peer contract of Peerlab; what peers say to each other is
// yours: here, JSON objects, one a line, over TCP. Change it, and try it: npx peerlab conform node peer.mjs
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const { PEERLAB_NODE_ID: me, PEERLAB_LAB: lab, PEERLAB_LISTEN: listen, PEERLAB_EPHEMERAL: ephemeral } = process.env;
const host = listen.slice(0, listen.lastIndexOf(':'));
const port = Number(listen.slice(listen.lastIndexOf(':') + 1));
const HANDSHAKE_MS = 5000;
const REDIAL_MS = 500;
const LEAVE_MS = 2000;

const links = new Map(); // by node id: those that are up
const sessions = new Map(); // by session: every link that there was
const wanted = new Map(); // by node id: the addresses to keep dialling
const best = new Map(); // by message id: the largest TTL it came with. What runs for days would forget old ones
const totals = { delivered: 0, relayed: 0, duplicate: 0, expired: 0 };
let isLeaving = false;

// ---- links: who listens says {hello}, who dials {hello, session}, who listens {up} ----

const server = net.createServer(socket => {
  let link;
  say(socket, { hello: me, lab });
  onLines(socket, line => {
    if (link !== undefined) return take(line, link);
    if (line.lab !== lab || line.hello === me) return socket.destroy();
    link = createLink(line.hello, line.session, 'in', socket);
    say(socket, { up: link.session });
    add(link);
  });
});

/** Dials once. Resolves with the link to who is there, also when there was one before. */
function dial(address) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(address);
    let link;
    onLines(socket, line => {
      if (link?.open) return take(line, link);
      if (line.up !== undefined) return resolve(add(link));
      if (line.lab !== lab || line.hello === me) return socket.destroy();
      if (links.has(line.hello)) return socket.end(() => resolve(links.get(line.hello)));
      link = createLink(line.hello, randomUUID(), 'out', socket);
      say(socket, { hello: me, lab, session: link.session });
    });
    socket.on('error', reject).on('close', () => reject(new Error('the handshake failed')));
  });
}

function createLink(peer, session, direction, socket) {
  const address = `${socket.remoteAddress}:${socket.remotePort}`;
  const counts = { framesOut: 0, framesIn: 0, bytesOut: 0, bytesIn: 0 };
  return { peer, session, direction, address, socket, counts, open: false };
}

/** The link is up. When two peers have dialled each other at once, the one that the smaller id dialled stays. */
function add(link) {
  const { peer, session, direction, address, socket } = link;
  const other = links.get(peer);
  link.open = true;
  sessions.set(session, link);
  socket.setTimeout(0).on('close', () => lose(link));
  if (other !== undefined && diallerOf(other) < diallerOf(link)) {
    socket.end(); // what it still has to say is taken
    return other;
  }
  if (other !== undefined) {
    other.socket.end();
    tell({ event: 'link-down', peer, session: other.session, reason: 'replaced' });
  }
  links.set(peer, link);
  tell({ event: 'link-up', peer, session, direction, address });
  return link;
}

const diallerOf = ({ peer, direction }) => (direction === 'out' ? me : peer);

function lose(link) {
  link.open = false;
  if (links.get(link.peer) !== link) return;
  links.delete(link.peer);
  tell({ event: 'link-down', peer: link.peer, session: link.session, reason: 'closed' });
  redial(link.peer);
}

async function redial(peer) {
  while (!isLeaving && wanted.has(peer) && !links.has(peer)) {
    await dial(wanted.get(peer)).catch(() => pause(REDIAL_MS));
  }
}

function onLines(socket, handle) {
  socket.setTimeout(HANDSHAKE_MS, () => socket.destroy()).on('error', () => undefined);
  cutLines(socket, text => {
    if (socket.destroyed) return;
    try {
      handle(JSON.parse(text));
    } catch (error) {
      console.error(`a line that is none of this protocol: ${error.message}`);
      socket.destroy();
    }
  });
}

/** A chunk of a stream may end anywhere. (node:readline would also end lines at U+2028, which JSON leaves as it is.) */
function cutLines(stream, handle) {
  let rest = '';
  stream.setEncoding('utf8').on('data', chunk => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    lines.forEach(handle);
  });
}

function say(socket, object) {
  const text = `${JSON.stringify(object)}\n`;
  socket.write(text);
  return Buffer.byteLength(text);
}

// ---- messages: a flood. A TTL of null has no limit; a copy that can go further than those before is passed on again ----

function send(message, exceptTo) {
  for (const { peer, socket, counts } of links.values()) {
    if (peer === exceptTo) continue;
    counts.framesOut += 1;
    counts.bytesOut += say(socket, message);
  }
}

function take(message, { peer: from, counts }) {
  const { id, origin, hops, payload } = message;
  const ttl = message.ttl ?? Number.POSITIVE_INFINITY;
  const known = best.get(id);
  if (known >= ttl) totals.duplicate += 1;
  else {
    best.set(id, ttl);
    if (known === undefined) {
      totals.delivered += 1;
      tell({ event: 'received', id, kind: 'broadcast', origin, from, hops, payload });
    }
    totals[ttl > 1 ? 'relayed' : 'expired'] += 1;
    if (ttl > 1) send({ ...message, ttl: ttl - 1, hops: hops + 1 }, from);
  }
  counts.framesIn += 1; // last: now its consequences are counted
  counts.bytesIn += Buffer.byteLength(JSON.stringify(message)) + 1;
}

function broadcast({ payload, ttl = null }) {
  const id = randomUUID();
  best.set(id, Number.POSITIVE_INFINITY); // copies that come back are none of ours to deliver
  if (ttl !== 0) send({ id, origin: me, ttl, hops: 1, payload });
  return { id };
}

// ---- the contract: a command a line on standard input, a reply to each on standard output, and events ----

const isHost = value => typeof value === 'string';
const isPort = value => Number.isInteger(value) && value > 0 && value < 65_536;
const isTtl = value => value === undefined || (Number.isInteger(value) && value >= 0 && value < 65_536);
const isPayload = value => typeof value === 'string' || typeof value?.base64 === 'string';

/** By name: what its fields must be, and what it does. */
const COMMANDS = {
  info: [{}, info],
  connect: [{ host: isHost, port: isPort }, connect],
  neighbours: [{}, () => ({ links: [...links.values()].map(({ counts: _, socket: __, open: ___, ...link }) => link) })],
  broadcast: [{ payload: isPayload, ttl: isTtl }, broadcast],
  counters: [{}, counters],
  stop: [{}, () => void setImmediate(leave)],
};
const NOT_HERE = ['dm', 'disconnect', 'trace', 'history', 'shape', 'ping'];

function info() {
  const node = { name: 'my-peer', version: '0.1.0' };
  return { contract: 1, nodeId: me, node, listen: { host, port }, capabilities: ['ttl', 'counters'] };
}

async function connect(address) {
  const { peer, session } = await dial(address);
  wanted.set(peer, address);
  return { peer, session };
}

function counters() {
  return {
    sessions: [...sessions.values()].map(({ session, peer, open, counts }) => ({ session, peer, open, ...counts })),
    totals,
  };
}

async function answer({ seq, command, ...fields }) {
  if (typeof seq !== 'string' || seq.length < 1 || seq.length > 64) return;
  const fail = (code, message) => tell({ reply: seq, error: { code, message } });
  if (NOT_HERE.includes(command)) return fail('not-supported', `this peer has no ${command}`);
  if (!Object.hasOwn(COMMANDS, command)) return fail('bad-command', `unknown command ${command}`);
  const [rules, run] = COMMANDS[command];
  const wrong = Object.keys({ ...rules, ...fields }).find(name => !rules[name]?.(fields[name]));
  if (wrong !== undefined) return fail('bad-command', `${command}: ${wrong} is missing, wrong or unknown`);
  try {
    tell({ reply: seq, result: (await run(fields)) ?? {} });
  } catch (error) {
    fail(command === 'connect' ? 'connect-failed' : 'internal', error.message);
  }
}

function tell(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function leave() {
  isLeaving = true;
  server.close();
  const closed = [...links.values()].map(({ socket }) => once(socket.end(), 'close'));
  await Promise.race([Promise.all(closed), pause(LEAVE_MS)]);
  process.exit(0);
}

process.on('SIGTERM', leave).on('SIGINT', leave);
server.listen(port, host, () => tell({ event: 'ready', ...info() }));
cutLines(process.stdin, line => {
  try {
    answer(JSON.parse(line) ?? {});
  } catch {
    console.error(`not a command: ${line}`);
  }
});
process.stdin.on('end', () => ephemeral === '1' && leave());
