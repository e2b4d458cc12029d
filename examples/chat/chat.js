#!/usr/bin/env node
// A terminal chat without a server: node examples/chat/chat.js --listen 8000 --name ada
// Everybody's words are flooded; who is there is learnt from `hello`, `here`, `bye` and `lost` messages. people.js keeps
// the list, terminal.js the screen.
import { parseArgs } from 'node:util';
import { createNode } from '@peerlab/node';
import { People } from './people.js';
import { Terminal } from './terminal.js';

const USAGE = `usage: chat --listen [host:]port | --connect host:port [--name name]
  --listen   take links here; port 0 takes a free one
  --connect  join through this peer; may be given several times
  --name     what others call you (default: $USER)`;
const HELP = '/dm name text · /peers · /name new-name · /quit';
const MAX_NAME_LENGTH = 32;

const options = readArguments();
const node = await createNode(options.listen === undefined ? {} : { listen: options.listen }).catch(fail);
const people = new People();
let name = options.name;
let isLeaving = false;

const terminal = new Terminal({ say, leave });
if (node.address !== undefined) terminal.show(`listening on ${node.address.host}:${node.address.port}`);
terminal.show(`you are ${name}. ${HELP}`);

// What others say. A message is whatever a peer sent: nothing is taken for granted.
node.on('broadcast', received => take(received));
node.on('dm', received => take(received));
node.on('peer-connect', () => announce());
node.on('peer-disconnect', ({ id, reason }) => {
  if (isLeaving || reason === 'leaving') return;
  // Only its neighbours notice when a peer vanishes. If it is still there, it says so.
  gone(id, 'is gone (connection lost)');
  node.broadcast({ chat: 'lost', id }).catch(warn);
});

for (const { host, port } of options.connect) {
  try {
    await node.connect(host, port);
  } catch (error) {
    terminal.show(error.message);
    if (options.listen === undefined) await leave(1);
  }
}
terminal.start();

function take({ kind, origin, message }) {
  if (typeof message !== 'object' || message === null || origin === node.id) return;
  const { chat } = message;
  if (chat === 'lost') {
    if (message.id === node.id) announce();
    else gone(message.id, 'is gone (connection lost)');
    return;
  }
  if (chat === 'bye') {
    gone(origin, 'has left');
    return;
  }
  if (typeof message.name !== 'string') return;
  meet(origin, message.name);
  if (chat === 'hello') node.dm(origin, { chat: 'here', name }).catch(warn);
  else if (chat === 'say' && typeof message.text === 'string') {
    terminal.show(`${kind === 'dm' ? '[dm] ' : ''}${people.nameOf(origin)}: ${message.text}`);
  }
}

function meet(id, newName) {
  const oldName = people.nameOf(id);
  const shown = newName.slice(0, MAX_NAME_LENGTH);
  if (oldName === shown) return;
  people.set(id, shown);
  terminal.show(oldName === undefined ? `* ${shown} has joined` : `* ${oldName} is now ${shown}`);
}

function gone(id, how) {
  const left = people.remove(id);
  if (left !== undefined) terminal.show(`* ${left} ${how}`);
}

function announce() {
  node.broadcast({ chat: 'hello', name }).catch(warn);
}

async function say(line) {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  if (word === '') return;
  if (!word.startsWith('/')) await node.broadcast({ chat: 'say', name, text: line }).catch(warn);
  else if (word === '/dm') await direct(rest[0] ?? '', rest.slice(1).join(' '));
  else if (word === '/peers') listPeers();
  else if (word === '/name' && rest.length > 0) {
    name = rest.join(' ').slice(0, MAX_NAME_LENGTH);
    terminal.show(`* you are now ${name}`);
    announce();
  } else if (word === '/quit') await leave(0);
  else terminal.show(HELP);
}

async function direct(to, text) {
  const found = people.find(to);
  if (text === '') terminal.show('usage: /dm name text');
  else if (found.length === 0) terminal.show(`nobody here is called ${to}; /peers lists everybody`);
  else if (found.length > 1) terminal.show(`several are called ${to}: ${found.map(({ handle }) => handle).join(', ')}`);
  else {
    try {
      await node.dm(found[0].id, { chat: 'say', name, text }, { ack: true });
      terminal.show(`[dm to ${found[0].handle}, delivered] ${text}`);
    } catch (error) {
      terminal.show(error.message);
    }
  }
}

function listPeers() {
  const neighbors = new Set(node.neighbors().map(({ id }) => id));
  terminal.show(`${name} (you)`);
  for (const { id, handle } of people.all()) terminal.show(`${handle}${neighbors.has(id) ? ', linked' : ''}`);
}

async function leave(status) {
  if (isLeaving) return;
  isLeaving = true;
  await node.broadcast({ chat: 'bye' }).catch(() => undefined);
  await node.close();
  terminal.close();
  process.exit(status);
}

function warn(error) {
  if (!isLeaving) terminal.show(error.message);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        listen: { type: 'string' },
        connect: { type: 'string', multiple: true, default: [] },
        name: { type: 'string', default: process.env.USER ?? 'somebody' },
        help: { type: 'boolean', default: false },
      },
    });
    const { listen, connect, name: given, help } = values;
    if (help || (listen === undefined && connect.length === 0)) fail(new Error(USAGE));
    return {
      name: given.slice(0, MAX_NAME_LENGTH),
      connect: connect.map(text => readAddress(text)),
      ...(listen === undefined ? {} : { listen: readAddress(listen, '0.0.0.0') }),
    };
  } catch (error) {
    return fail(error);
  }
}

function readAddress(text, defaultHost) {
  const match = /^(?:\[(?<v6>[^\]]+)\]:|(?<host>[^:]+):)?(?<port>\d{1,5})$/.exec(text);
  const host = match?.groups.v6 ?? match?.groups.host ?? defaultHost;
  if (match === null || host === undefined) throw new Error(`not host:port: ${text}\n${USAGE}`);
  return { host, port: Number(match.groups.port) };
}

function fail(error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
