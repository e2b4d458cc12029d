// A small gossip that knows nothing of labs: `serve ADDRESS`, and commands that talk to a server. For tests.
import { connect, createServer } from 'node:net';

/** How long another server may take, and how long the own one, which asks all others, in milliseconds. */
const LATE_MS = 1000;
const OWN_LATE_MS = 5000;
const [, , verb, own = '', ...rest] = process.argv;

/** The answer of another server; one that begins with `!` tells why there is none. */
function ask(address, line, lateMs = LATE_MS) {
  return new Promise(resolve => {
    const [host, port] = address.split(':');
    const socket = connect({ host, port: Number(port) });
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

function serve() {
  const members = new Set([own]);
  const others = () => [...members].filter(member => member !== own);
  const tell = async line => await Promise.all(others().map(other => ask(other, line)));
  const hello = () => `hello ${[...members].join(' ')}`;
  const answers = {
    ping: () => '',
    hello: addresses => {
      for (const address of addresses) members.add(address);
      return [...members].join('\n');
    },
    join: async ([address]) => {
      const theirs = await ask(address, hello());
      if (theirs.startsWith('!')) return theirs;
      for (const member of theirs.trim().split('\n')) members.add(member);
      await tell(hello());
      return '';
    },
    members: async () => {
      const pings = await Promise.all(others().map(async other => [other, await ask(other, 'ping')]));
      return pings.flatMap(([other, pong]) => (pong.startsWith('!') ? [] : [other])).join('\n');
    },
    say: async ([text]) => {
      await tell(`got ${text}`);
      return '';
    },
    got: ([text]) => {
      process.stdout.write(`received ${text}\n`);
      return '';
    },
  };
  const server = createServer({ allowHalfOpen: true }, socket => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', chunk => {
      text += chunk;
    });
    socket.on('end', async () => {
      const [word, ...words] = text.trim().split(' ');
      socket.end(`${await answers[word]?.(words)}\n`);
    });
  });
  const [host, port] = own.split(':');
  server.listen(Number(port), host, () => process.stdout.write(`serving at ${own}\n`));
}

await (verb === 'serve' ? serve() : command());
