// A chat of one program: `serve` takes part and prints what it hears; the other verbs ask the one that serves in the same folder.
//   node chat.js serve FOLDER ADDRESS:PORT
//   node chat.js join FOLDER ADDRESS:PORT    node chat.js peers FOLDER    node chat.js say FOLDER TEXT
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const [verb, folder, ...words] = process.argv.slice(2);
const portFile = join(folder, 'control-port');

async function ask() {
  const options = { host: '127.0.0.1', port: readFileSync(portFile, 'utf8'), path: `/${verb}`, method: 'POST' };
  const answer = await new Promise((resolve, reject) => {
    request(options, resolve).on('error', reject).end(words.join(' '));
  });
  process.stdout.write(await text(answer));
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
}

async function serve() {
  const { createNetwork } = await import('./network.js');
  const [own] = words;
  const network = await createNetwork({ folder, own, onMessage: message => console.log(`heard ${message}`) });
  const answers = {
    '/join': network.join,
    '/peers': () =>
      network
        .peers()
        .map(peer => `${peer}\n`)
        .join(''),
    '/say': network.say,
  };
  const control = createServer(async (request, response) => {
    try {
      response.end(await answers[request.url](await text(request)));
    } catch (error) {
      response.writeHead(500).end(`${error.message}\n`);
    }
  });
  control.listen(0, '127.0.0.1', () => {
    writeFileSync(portFile, String(control.address().port));
    console.log(`serving at ${own}`);
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => network.leave().finally(() => process.exit(0)));
}

await (verb === 'serve' ? serve() : ask());
