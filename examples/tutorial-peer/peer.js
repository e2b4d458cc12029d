// The network that tutorials build: JSON objects over TCP sockets, written one by one. It works in a demonstration.
// README.md has what the lab finds in it; its numbers stand here in brackets. MENDED=own,ttl,framing,refused,twins puts it right.
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { createInterface } from 'node:readline';

const mended = new Set(process.env.MENDED?.split(','));
const DEFAULT_TTL = mended.has('ttl') ? 65_535 : 5; // [2] "enough for everybody"
const RECONNECT_MS = 500;

const { PEERLAB_NODE_ID: nodeId, PEERLAB_LISTEN: listen, PEERLAB_EPHEMERAL: ephemeral } = process.env;
const [host, port] = [listen.slice(0, listen.lastIndexOf(':')), Number(listen.slice(listen.lastIndexOf(':') + 1))];
const connections = new Map(); // node id → { socket, session, direction, address }
const seen = new Set();

// ---- the network ----

function send(socket, object) {
  socket.write(JSON.stringify(object) + (mended.has('framing') ? '\n' : ''));
}

function receive(socket, handle) {
  let rest = '';
  socket.setEncoding('utf8').on('data', chunk => {
    // [3] Each chunk is taken for whole objects.
    // [4] Two that come in one chunk are parted where one ends and the next begins: at "}{".
    const texts = (mended.has('framing') ? rest + chunk : chunk.replaceAll('}{', '}\n{')).split('\n');
    if (mended.has('framing')) rest = texts.pop();
    for (const text of texts) {
      try {
        handle(JSON.parse(text));
      } catch {
        console.error(`ignored ${text.length} characters that are not JSON`);
      }
    }
  });
}

function register(socket, peer, session, direction, redial) {
  // [6] Two that dial each other at once have two links. Both must keep the same one: here, that of the smaller id.
  const twin = connections.get(peer);
  if (mended.has('twins') && twin !== undefined && twin.direction !== direction) {
    if ((direction === 'out') !== nodeId < peer) {
      socket.end();
      return twin;
    }
    connections.delete(peer);
    tell({ event: 'link-down', peer, session: twin.session, reason: 'twin' });
    twin.socket.end();
  }
  const connection = { socket, session, direction, address: `${socket.remoteAddress}:${socket.remotePort}` };
  connections.set(peer, connection);
  tell({ event: 'link-up', peer, session, direction, address: connection.address });
  socket.on('close', () => {
    if (connections.get(peer) !== connection) return;
    connections.delete(peer);
    tell({ event: 'link-down', peer, session, reason: 'closed' });
    if (redial) setTimeout(redial, RECONNECT_MS);
  });
  return connection;
}

const server = net.createServer(socket => {
  let peer;
  receive(socket, object => {
    if (object.type === 'handshake') {
      peer = object.id;
      send(socket, { type: 'handshake', id: nodeId, session: object.session });
      register(socket, peer, object.session, 'in');
    } else if (object.type === 'message') onMessage(object, peer);
  });
});

function dial(to, done, failed) {
  const known = [...connections].find(([, { address }]) => address === `${to.host}:${to.port}`);
  if (known !== undefined) return done?.({ peer: known[0], session: known[1].session });
  const socket = net.connect(to);
  // [5] Without a listener for 'error', Node ends the whole program when nobody answers.
  if (mended.has('refused')) socket.on('error', failed ?? (() => setTimeout(dial, RECONNECT_MS, to)));
  const session = randomUUID();
  let peer;
  socket.on('connect', () => send(socket, { type: 'handshake', id: nodeId, session }));
  receive(socket, object => {
    if (object.type === 'handshake') {
      peer = object.id;
      const connection = register(socket, peer, session, 'out', () => dial(to));
      done?.({ peer, session: connection.session });
    } else if (object.type === 'message') onMessage(object, peer);
  });
}

function onMessage({ id, origin, ttl, payload }, from) {
  if (seen.has(id)) return;
  seen.add(id);
  tell({ event: 'received', id, kind: 'broadcast', origin, from, hops: DEFAULT_TTL - ttl + 1, payload });
  if (ttl > 1) forward({ type: 'message', id, origin, ttl: ttl - 1, payload });
}

function forward(message) {
  for (const { socket } of connections.values()) send(socket, message);
}

// ---- the contract of the lab: docs/PEER-CONTRACT.md ----

const COMMANDS = {
  info: [[], () => INFO],
  connect: [['host', 'port'], to => new Promise((done, failed) => dial(to, done, failed))],
  neighbours: [[], () => ({ links: [...connections].map(([peer, { socket: _, ...facts }]) => ({ peer, ...facts })) })],
  broadcast: [
    ['payload'],
    ({ payload }) => {
      const id = randomUUID();
      if (mended.has('own')) seen.add(id); // [1] who sends a message has seen it
      forward({ type: 'message', id, origin: nodeId, ttl: DEFAULT_TTL, payload });
      return { id };
    },
  ],
  stop: [[], () => void setImmediate(leave)],
};
const NOT_HERE = ['dm', 'counters', 'disconnect', 'trace', 'history', 'shape', 'ping'];

const node = { name: 'tutorial-peer', version: '1.0.0' };
const INFO = { contract: 1, nodeId, node, listen: { host, port }, capabilities: [] };

async function answer({ seq, command, ...fields }) {
  if (typeof seq !== 'string' || seq.length < 1 || seq.length > 64) return;
  const fail = (code, message) => tell({ reply: seq, error: { code, message } });
  if (NOT_HERE.includes(command)) return fail('not-supported', `this peer has no ${command}`);
  const [names, run] = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : [];
  if (run === undefined) return fail('bad-command', `unknown command ${command}`);
  const isRight = Object.keys(fields).sort().join() === [...names].sort().join();
  if (!isRight || ('port' in fields && !Number.isInteger(fields.port))) {
    return fail('bad-command', `${command} takes ${names.join(' and ') || 'nothing'}`);
  }
  try {
    tell({ reply: seq, result: (await run(fields)) ?? {} });
  } catch (error) {
    fail('connect-failed', error.message);
  }
}

function tell(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function leave() {
  for (const { socket } of connections.values()) socket.end();
  process.exit(0);
}

process.on('SIGTERM', leave).on('SIGINT', leave);
server.listen(port, host, () => tell({ event: 'ready', ...INFO }));
createInterface({ input: process.stdin })
  .on('line', line => {
    try {
      answer(JSON.parse(line) ?? {});
    } catch {
      console.error(`not a command: ${line}`);
    }
  })
  .on('close', () => ephemeral === '1' && leave());
