// Runs an unmodified Maelstrom node of the broadcast workload as a peer of a lab:  node bridge.js PROGRAM ARGUMENT…
// The node speaks JSON lines on its standard streams, as under Maelstrom. Its messages to other nodes travel along the
// lab's links, and nowhere else. The contract of the lab: docs/PEER-CONTRACT.md.
import { randomInt, randomUUID } from 'node:crypto';
import { readLines, writeLine } from './lines.js';
import { createLinks } from './links.js';
import { startNode } from './node-process.js';

const {
  PEERLAB_NAME: name,
  PEERLAB_LAB: lab,
  PEERLAB_NODE_ID: nodeId,
  PEERLAB_LISTEN,
  PEERLAB_EPHEMERAL,
} = process.env;
const [host, port] = [PEERLAB_LISTEN.split(':')[0], Number(PEERLAB_LISTEN.split(':')[1])];
const READ_AGAIN_MS = 50;
const program = process.argv.slice(2);

const tell = line => writeLine(process.stdout, line);
const node = startNode(program, name, carry);
const links = createLinks({ lab, name, nodeId, tell, onMessage: take, onChange: tellNeighbours });

async function tellNeighbours() {
  await node.ask({ type: 'topology', topology: { [name]: links.names() } });
}

// ---- broadcasts: numbers to the nodes, as Maelstrom's are; what a number stands for travels beside their messages ----

const known = new Map(); // number → the broadcast that it stands for
const untold = new Set();
let isReading = false;

const numbersIn = value => (typeof value === 'object' ? Object.values(value ?? {}).flatMap(numbersIn) : [value]);

/** Sends a message of the node to the neighbour that it is for. */
function carry(message) {
  const about = numbersIn(message.body).flatMap(number => known.get(number) ?? []);
  if (!links.send(message.dest, { message, about })) {
    console.error(`no link to ${message.dest}: ${JSON.stringify(message.body)}`);
  }
}

/** Takes a message of another node. */
function take({ message, about }, from) {
  for (const { number, id, origin, payload, hops } of about) {
    if (known.has(number)) continue;
    known.set(number, { number, id, origin, payload, hops: hops + 1, from, told: 0 });
    untold.add(number);
  }
  node.deliver(message);
  read();
}

/** What the node says that it has was delivered to it: asked after each message, and while it lacks one that came. */
async function read() {
  if (isReading) return;
  isReading = true;
  const { messages } = await node.ask({ type: 'read' });
  isReading = false;
  const counts = new Map();
  for (const number of messages) counts.set(number, (counts.get(number) ?? 0) + 1);
  for (const [number, count] of counts) {
    const broadcast = known.get(number);
    untold.delete(number);
    if (broadcast === undefined || broadcast.origin === nodeId) continue;
    const { id, origin, from, hops, payload } = broadcast;
    for (; broadcast.told < count; broadcast.told++) {
      tell({ event: 'received', id, kind: 'broadcast', origin, from, hops, payload });
    }
  }
}
setInterval(() => untold.size > 0 && read(), READ_AGAIN_MS);

async function broadcast({ payload }) {
  const [number, id] = [randomInt(2 ** 47), randomUUID()];
  known.set(number, { number, id, origin: nodeId, payload, hops: 0 });
  await node.ask({ type: 'broadcast', message: number });
  return { id };
}

// ---- the contract ----

const info = () => ({
  contract: 1,
  nodeId,
  node: { name: `maelstrom: ${program.join(' ')}`, version: '1.0.0' },
  listen: { host, port },
  capabilities: [],
});
const COMMANDS = {
  info: [[], info],
  connect: [['host', 'port'], links.dial],
  neighbours: [[], () => ({ links: links.neighbours() })],
  broadcast: [['payload'], broadcast],
  stop: [[], () => void setImmediate(leave)],
};
const NOT_HERE = ['dm', 'counters', 'disconnect', 'trace', 'history', 'shape', 'ping'];

async function answer({ seq, command, ...fields }) {
  if (typeof seq !== 'string' || seq.length < 1 || seq.length > 64) return;
  const fail = (code, message) => tell({ reply: seq, error: { code, message } });
  if (NOT_HERE.includes(command)) return fail('not-supported', `this peer has no ${command}`);
  const [names, run] = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : [];
  if (run === undefined) return fail('bad-command', `unknown command ${command}`);
  const isRight = Object.keys(fields).sort().join() === [...names].sort().join();
  if (!isRight || !Number.isInteger(fields.port ?? 0)) {
    return fail('bad-command', `${command} takes ${names.join(' and ') || 'nothing'}`);
  }
  try {
    tell({ reply: seq, result: (await run(fields)) ?? {} });
  } catch (error) {
    fail(command === 'connect' ? 'connect-failed' : 'internal', error.message);
  }
}

function leave() {
  node.stop();
  process.exit(0);
}

process.on('SIGTERM', leave).on('SIGINT', leave);
await node.ask({ type: 'init', node_id: name, node_ids: process.env.NODE_IDS?.split(' ') ?? [name] });
links.listen({ host, port }, () => {
  tell({ event: 'ready', ...info() });
  readLines(process.stdin, answer);
  process.stdin.on('end', () => PEERLAB_EPHEMERAL === '1' && leave());
});
