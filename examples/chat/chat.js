#!/usr/bin/env node
// A terminal chat without a server: node examples/chat/chat.js --listen 8000 --name ada
// Everybody's words go to the topic `chat`; who is there is learnt from `hello`, `here`, `bye` and `lost` messages. people.js
// keeps the list, terminal.js the screen.
import { networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';
import { createNode } from '@peerlab/node';
import { fingerprint, People } from './people.js';
import { Terminal } from './terminal.js';

const USAGE = `usage: chat --listen [host:]port | --connect host:port[/id] [--name name] [--identity file]
  --listen    take links here; port 0 takes a free one
  --connect   join through this peer; may be given several times. With its id, nobody else is taken for it
  --name      what others call you (default: $USER)
  --identity  keep your key in this file, so that you stay the same person (default: a new key at each start)`;
const HELP = '/dm name text · /peers · /name new-name · /quit';
const MAX_NAME_LENGTH = 32;

const options = readArguments();
const node = await createNode({
  // Names mean nothing without keys: every message is signed by who wrote it, and links are encrypted.
  security: 'sealed',
  network: 'peerlab chat',
  bootstrap: options.connect.map(({ text }) => text),
  ...(options.listen === undefined ? {} : { listen: options.listen }),
  ...(options.identity === undefined ? {} : { identity: { file: options.identity } }),
}).catch(fail);
const room = node.topic('chat');
const people = new People();
let name = options.name;
let isLeaving = false;

const terminal = new Terminal({ say, leave });
terminal.show(`you are ${name}#${fingerprint(node.id)}. ${HELP}`);
for (const address of ownAddresses()) terminal.show(`others join with: --connect ${address}/${node.id}`);

// What others say. A message is whatever a peer sent: nothing is taken for granted.
room.subscribe(received => take(received));
node.on('dm', received => take(received));
node.on('peer-connect', () => announce());
node.on('peer-disconnect', ({ id, reason }) => {
  if (isLeaving || reason === 'leaving') return;
  // Only its neighbours notice when a peer vanishes. If it is still there, it says so.
  gone(id, 'is gone (connection lost)');
  room.publish({ chat: 'lost', id }).catch(warn);
});

for (const { host, port, id } of options.connect) {
  try {
    const neighbor = await node.connect(host, port);
    if (id !== undefined && neighbor.id !== id) {
      node.hangup(neighbor.id);
      throw new Error(`${host}:${port} is ${fingerprint(neighbor.id)}, not ${fingerprint(id)}: not joined`);
    }
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
    terminal.show(`${kind === 'dm' ? '[dm] ' : ''}${people.handleOf(origin)}: ${message.text}`);
  }
}

function meet(id, newName) {
  const oldName = people.nameOf(id);
  const shown = newName.slice(0, MAX_NAME_LENGTH);
  if (oldName === shown) return;
  const oldHandle = people.handleOf(id);
  const first = people.set(id, shown);
  const handle = people.handleOf(id);
  terminal.show(oldName === undefined ? `* ${handle} has joined` : `* ${oldHandle} is now ${handle}`);
  if (first !== undefined)
    terminal.show(`* beware: ${handle} is not the ${shown} that you knew, ${fingerprint(first)}`);
  else if (shown === name) terminal.show(`* beware: ${handle} uses your name`);
}

function gone(id, how) {
  const left = people.remove(id);
  if (left !== undefined) terminal.show(`* ${left} ${how}`);
}

function announce() {
  room.publish({ chat: 'hello', name }).catch(warn);
}

async function say(line) {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  if (word === '') return;
  if (!word.startsWith('/')) await room.publish({ chat: 'say', name, text: line }).catch(warn);
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
  terminal.show(`${name}#${fingerprint(node.id)} (you), id ${node.id}`);
  for (const { id, handle } of people.all()) {
    terminal.show(`${handle}${neighbors.has(id) ? ', linked' : ''}, id ${id}`);
  }
}

/** Where others reach this node: each of the machine's addresses, where it listens on all of them. */
function ownAddresses() {
  if (node.address === undefined) return [];
  const { host, port } = node.address;
  const hosts = Object.values(networkInterfaces()).flatMap(list => list ?? []);
  const outer = hosts.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
  const shown = host !== '0.0.0.0' ? [host] : outer.length > 0 ? outer : ['127.0.0.1'];
  return shown.map(own => `${own.includes(':') ? `[${own}]` : own}:${port}`);
}

async function leave(status) {
  if (isLeaving) return;
  isLeaving = true;
  await room.publish({ chat: 'bye' }).catch(() => undefined);
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
        identity: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { listen, connect, name: given, identity, help } = values;
    if (help || (listen === undefined && connect.length === 0)) fail(new Error(USAGE));
    return {
      name: given.slice(0, MAX_NAME_LENGTH),
      identity,
      connect: connect.map(text => readPeer(text)),
      ...(listen === undefined ? {} : { listen: readAddress(listen, '0.0.0.0') }),
    };
  } catch (error) {
    return fail(error);
  }
}

/** `host:port`, with or without the id of who is there. */
function readPeer(text) {
  const [address, id, ...rest] = text.split('/');
  if (rest.length > 0 || (id !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))) {
    throw new Error(`not host:port/id: ${text}\n${USAGE}`);
  }
  return { ...readAddress(address), id, text: address };
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
