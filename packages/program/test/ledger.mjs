// A small ledger that knows nothing of labs, and names what it stores by a hash: `serve CONFIG`, and commands that talk to a
// server. It may take a moment to open its port, and to load; keeps its key on disk; and knows nobody until `found`. For tests.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** How long another server may take, and how long the own one, which asks all others, in milliseconds. */
const LATE_MS = 1000;
const OWN_LATE_MS = 5000;
const [, , verb, own = '', ...rest] = process.argv;

function dial(address) {
  const at = address.lastIndexOf(':');
  return connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
}

/** The answer of a server; one that begins with `!` tells why there is none. */
function ask(address, line, lateMs = LATE_MS) {
  return new Promise(resolve => {
    const socket = dial(address);
    let text = '';
    socket.setTimeout(lateMs, () => socket.destroy(new Error('late')));
    socket.on('data', chunk => {
      text += chunk;
    });
    socket.on('error', error => resolve(`! ${error.message}\n`));
    socket.on('close', () => resolve(text));
    socket.end(`${line}\n`);
  });
}

async function command() {
  const text = await ask(own, [verb, ...rest].join(' '), OWN_LATE_MS);
  process.stdout.write(text);
  process.exitCode = text.startsWith('!') ? 1 : 0;
}

/** Prints what the server stores from now on. */
function tail() {
  const socket = dial(own);
  socket.on('error', error => process.exit(String(error) === '' ? 1 : 2));
  socket.on('close', () => process.exit(1));
  socket.pipe(process.stdout);
  socket.write('tail\n');
}

function serve() {
  const { address, name, group, data, more } = JSON.parse(readFileSync(own, 'utf8'));
  const { opensAfterMs, loadsMs, isQuiet } = more;
  const secretFile = `${data}/secret`;
  if (!existsSync(secretFile)) writeFileSync(secretFile, randomBytes(8).toString('hex'));
  const key = readFileSync(secretFile, 'utf8');
  // Who asks too early is told something else.
  writeFileSync(`${data}/key`, 'closed');
  const startedAtMs = performance.now();
  const isLoading = () => performance.now() - startedAtMs < loadsMs;
  const members = new Set();
  const stored = new Set();
  const tails = new Set();
  const others = () => [...members].filter(member => member !== address);
  const say = line => {
    for (const socket of tails) socket.write(`${line}\n`);
    if (!isQuiet) process.stdout.write(`${line}\n`);
  };
  const store = hash => {
    if (!stored.has(hash)) say(`stored block ${hash}`);
    stored.add(hash);
    return '';
  };
  const answers = {
    ping: () => '',
    status: () => (isLoading() ? '! loading' : `${name} of ${group}`),
    key: () => `public key: ${isLoading() ? 'loading' : key}`,
    found: async addresses => {
      const told = await Promise.all(addresses.map(other => ask(other, `group ${addresses.join(' ')}`)));
      return told.find(answer => answer.startsWith('!')) ?? 'founded';
    },
    group: addresses => {
      if (isLoading()) return '! loading';
      for (const member of addresses) members.add(member);
      return '';
    },
    members: async () => {
      const pings = await Promise.all(others().map(async other => [other, await ask(other, 'ping')]));
      return pings.flatMap(([other, pong]) => (pong.startsWith('!') ? [] : [`${other} up`])).join('\n');
    },
    add: async ([text]) => {
      if (members.size === 0) return '! no group';
      const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
      store(hash);
      await Promise.all(others().map(other => ask(other, `store ${hash}`)));
      return `added block ${hash}`;
    },
    store: ([hash]) => store(hash),
    check: async ([other, wanted]) => {
      const answer = await ask(other, 'key');
      return answer.trim() === `public key: ${wanted}` ? `${other} is ${wanted}` : `! ${other} answered ${answer}`;
    },
  };
  const server = createServer({ allowHalfOpen: true }, socket => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('close', () => tails.delete(socket));
    socket.on('data', chunk => {
      text += chunk;
      if (text === 'tail\n') tails.add(socket.ref());
    });
    socket.on('end', async () => {
      if (tails.has(socket)) return;
      const [word, ...words] = text.trim().split(' ');
      socket.end(`${await answers[word]?.(words)}\n`);
    });
  });
  const at = address.lastIndexOf(':');
  const open = () => writeFileSync(`${data}/key`, key);
  setTimeout(() => server.listen(Number(address.slice(at + 1)), address.slice(0, at), open), opensAfterMs);
}

await { serve, tail }[verb]?.();
if (verb !== 'serve' && verb !== 'tail') await command();
