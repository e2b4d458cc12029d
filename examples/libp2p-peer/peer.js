// The contract of the lab (docs/PEER-CONTRACT.md) around network.js.
import { createInterface } from 'node:readline';
import { createNetwork } from './network.js';

const { PEERLAB_NODE_ID, PEERLAB_LAB, PEERLAB_LISTEN, PEERLAB_EPHEMERAL, ROUTER = 'gossipsub' } = process.env;
const [host, port] = [PEERLAB_LISTEN.split(':')[0], Number(PEERLAB_LISTEN.split(':')[1])];
const NOT_HERE = ['dm', 'disconnect', 'trace', 'history', 'shape', 'ping'];

const tell = line => process.stdout.write(`${JSON.stringify(line)}\n`);
const network = await createNetwork({ router: ROUTER, lab: PEERLAB_LAB, seed: PEERLAB_NODE_ID, host, port, tell });

const info = {
  contract: 1,
  nodeId: network.nodeId,
  node: { name: `libp2p-peer (${ROUTER})`, version: '1.0.0' },
  listen: { host, port },
  capabilities: ['counters', 'gossip'],
};

/** The fields that each command has, and what it does. */
const COMMANDS = {
  info: [[], () => info],
  connect: [['host', 'port'], async address => await network.connect(address)],
  neighbours: [[], () => ({ links: network.neighbours() })],
  broadcast: [['payload'], async ({ payload }) => ({ id: await network.broadcast(payload) })],
  counters: [[], () => network.counters()],
  stop: [[], () => void setImmediate(leave)],
};

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
    fail(command === 'connect' ? 'connect-failed' : 'internal', error.message);
  }
}

async function leave() {
  await network.leave();
  process.exit(0);
}

process.on('SIGTERM', leave).on('SIGINT', leave);
tell({ event: 'ready', ...info });
createInterface({ input: process.stdin })
  .on('line', line => {
    try {
      answer(JSON.parse(line) ?? {});
    } catch {
      console.error(`not a command: ${line}`);
    }
  })
  .on('close', () => PEERLAB_EPHEMERAL === '1' && leave());
