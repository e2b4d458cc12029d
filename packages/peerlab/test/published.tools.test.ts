/** What is published works where nothing of this checkout is: packed, installed by a plain `npm install`, used as in the READMEs. */
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, PublishedInstall, ROOT } from './published-install.ts';

/** Programs as users write them: a test on the API, an application on the library, a reader of the contract. */
const PROGRAMS = {
  'suite.ts': `
import { lab, LabError, type Net, parseTopology } from 'peerlab';

const net: Net = await lab.up(parseTopology('topology: { generator: ring, peers: 8 }', { file: 'ring.yaml' }), { driver: 'local' });
const id: string = await net.peer('n3').broadcast('hello', { ttl: 2 });
await net.settled();
const reached: readonly string[] = await net.reached(id);
await net.down();
let code = '';
try {
  await lab.up(parseTopology('topology: { generator: ring, peers: 3 }', { file: 'ring.yaml' }), { driver: 'docker' });
} catch (error) {
  if (error instanceof LabError) code = error.code;
}
console.log(reached.join(' '), code);
`,
  'app.ts': `
import { createNode, type JsonValue, type PeerNode } from '@peerlab/node';

const a: PeerNode<JsonValue> = await createNode<JsonValue>({ listen: { host: '127.0.0.1', port: 0 } });
const b = await createNode();
const got = new Promise<unknown>(resolve => a.on('broadcast', ({ message }) => resolve(message)));
await b.connect('127.0.0.1', a.address?.port ?? 0);
const sent: JsonValue = { any: 'JSON' };
await b.broadcast(sent);
a.handle(({ message }) => [message]);
console.log(JSON.stringify(await got), JSON.stringify(await b.request(a.id, 'asked')));
await Promise.all([a.close(), b.close()]);
`,
  'driver.ts': `
import { DRIVER_CONTRACT, LabError, type Driver, type DriverModule } from 'peerlab/driver';
import type { ConformanceTarget } from 'peerlab/driver-conformance';

export const create = (): Driver => {
  throw new LabError('NOT_SUPPORTED', 'only its types are tried');
};
const driver: Pick<DriverModule, 'contract' | 'create'> = { contract: DRIVER_CONTRACT, create };
export const target: Pick<ConformanceTarget, 'createDriver'> = { createDriver: () => driver.create({ peerProgram: '', version: '' }) };
`,
  'reader.ts': `
import { type Command, commandSchema } from '@peerlab/contract';

const command: Command = commandSchema.parse({ seq: '1', command: 'info' });
console.log(command.command);
`,
};

const COMPILER = join(ROOT, 'node_modules/.bin/tsc');

let user: PublishedInstall;
let compiled: Ended;
beforeAll(async () => {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  user = await PublishedInstall.make(`@types/node@${devDependencies['@types/node']}`);
  writeFileSync(join(user.folder, 'mine.yaml'), 'topology: { generator: ring, peers: 3 }\n');
  writeFileSync(join(user.folder, 'large.yaml'), 'topology: { generator: ring, peers: 20000 }\n');
  const compilerOptions = { module: 'nodenext', target: 'es2023', strict: true, outDir: 'built', types: ['node'] };
  writeFileSync(join(user.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  for (const [file, code] of Object.entries(PROGRAMS)) writeFileSync(join(user.folder, file), code);
  // The driver of the example, as its author has it: a package beside peerlab. vitest is linked: to install it takes longer than to use it.
  cpSync(join(ROOT, 'examples/driver'), join(user.folder, 'node_modules/peerlab-driver-children'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules/vitest'), join(user.folder, 'node_modules/vitest'));
  compiled = await user.run(COMPILER, ['-p', '.']);
}, 400_000);
afterAll(() => user?.[Symbol.dispose]());

describe('installed', () => {
  it('needs no private package, and nothing of the checkout', () => {
    const own = join(user.folder, 'node_modules/@peerlab');
    expect(readdirSync(own).sort()).toEqual(['contract', 'node']);
    for (const folder of [join(own, 'node'), join(user.folder, 'node_modules/peerlab')]) {
      expect(lstatSync(folder).isSymbolicLink()).toBe(false);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      expect(files.filter(file => /\.map$|\.tsbuildinfo$|\.test\./.test(file))).toEqual([]);
      const texts = files
        .filter(file => /\.(js|mjs|d\.ts)$/.test(file))
        .map(file => readFileSync(join(folder, file), 'utf8'));
      expect(
        texts.filter(code => /from ['"]@peerlab\/|sourceMappingURL=(?!data)/.test(code) || code.includes(ROOT)),
      ).toEqual([]);
    }
  });

  it('brings with the library what its links need, and nothing of the lab', async () => {
    const alone = join(user.folder, 'alone');
    mkdirSync(alone);
    writeFileSync(join(alone, 'package.json'), JSON.stringify({ name: 'of-another-user', private: true }));
    const [tarball] = readdirSync(join(user.folder, 'packed')).filter(file => file.startsWith('peerlab-node-'));
    const words = ['install', '--no-audit', '--no-fund', '--prefer-offline', `../packed/${tarball}`];
    expect(await user.run('npm', words, { cwd: 'alone' })).toMatchObject({ status: 0 });
    const folder = join(alone, 'node_modules/@peerlab/node');
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    // pkijs and asn1js make the certificates of encrypted links, and bring what stands below them; uuid makes ids.
    expect(Object.keys(dependencies)).toEqual(['asn1js', 'pkijs', 'uuid']);
    const installed = JSON.parse(readFileSync(join(alone, 'node_modules/.package-lock.json'), 'utf8')).packages;
    expect(Object.keys(installed).filter(path => /zod|prom-client|peerlab\/(?!node$)/.test(path))).toEqual([]);
    const types = readFileSync(join(folder, 'dist/index.d.ts'), 'utf8');
    expect([
      ...types.matchAll(/^(?:declare )?(?:class|interface) (\w*(?:Agent|Control|Transport|Parts|Link))\b/gm),
    ]).toEqual([]);
  });

  it('type-checks programs on each package, declarations included', async () => {
    expect(compiled).toEqual({ status: 0, output: '' });
    writeFileSync(join(user.folder, 'wrong.ts'), PROGRAMS['suite.ts'].replace('const id: string', 'const id: number'));
    const { output } = await user.run(COMPILER, ['-p', '.', '--noEmit']);
    expect(output).toContain("Type 'string' is not assignable to type 'number'");
  });
});

describe.each(['this', 'the newest'])('on %s Node', { timeout: 240_000 }, which => {
  let nodeFolder: string | undefined;
  beforeAll(async () => {
    nodeFolder = which === 'this' ? undefined : await user.newestNode();
  }, 240_000);

  const npx = (words: string) => user.run('npx', words.split(' '), { nodeFolder });
  const peerlab = (words: string) =>
    user.run(join(user.folder, 'node_modules/.bin/peerlab'), words.split(' '), { nodeFolder });

  it('is called peerlab and lab, and says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'packages/peerlab/package.json'), 'utf8'));
    for (const name of ['peerlab', 'lab']) {
      expect(await npx(`${name} --version`)).toEqual({ status: 0, output: `${version}\n` });
    }
    const { output } = await peerlab('doctor');
    if (which !== 'this') expect(output).toContain('node v26.');
  });

  it('brings a lab up on local processes, proves it, and takes it down', async () => {
    const { status, output } = await peerlab('up mine.yaml --driver local');
    expect([status, output]).toEqual([0, expect.stringContaining('6 of 6, each once; 12 frames, predicted 12')]);
    expect((await peerlab('down mine')).output).toContain('mine is gone');
  });

  it('tests labs: on processes, in virtual time, and a large one in a thread of its own', async () => {
    expect(await peerlab('test mine.yaml --driver local')).toMatchObject({ status: 0 });
    const { status, output } = await peerlab('test mine.yaml large.yaml --driver simulation');
    expect([status, output]).toEqual([0, expect.stringContaining('2 labs on simulation: 2 passed')]);
  });

  it('proves a lab on a driver from a package, and tries that driver by the published suite', async () => {
    const { status, output } = await peerlab('up mine.yaml --driver children');
    expect([status, output]).toEqual([0, expect.stringContaining('6 of 6, each once')]);
    if (which !== 'this') return;
    // In a folder of its own: vitest leaves out what is in node_modules.
    cpSync(join(ROOT, 'examples/driver'), join(user.folder, 'my-driver'), { recursive: true });
    const suite = await user.run('npx', ['vitest', 'run', '--root', 'my-driver', '-t', '(life|throw-away labs)']);
    expect([suite.status, suite.output]).toEqual([0, expect.stringMatching(/Tests .*1[0-9] passed/)]);
  });

  it('begins a peer of one’s own, and the two commands that it then prints work', async () => {
    const own = `own-${which.length}`;
    const { output } = await npx(`peerlab init ${own}`);
    const commands = [...output.matchAll(/^ {2}(npx peerlab .*?) {2,}#/gm)].map(([, command = '']) => command);
    expect(commands).toEqual(['npx peerlab up ring-3.yaml', 'npx peerlab conform node peer.mjs']);
    for (const command of commands) {
      expect([command, await user.run('sh', ['-c', command], { nodeFolder, cwd: own })]).toEqual([
        command,
        { status: 0, output: expect.stringMatching(/6 of 6, each once|keeps the contract/) },
      ]);
    }
    expect((await peerlab('down ring-3')).output).toContain('ring-3 is gone');
  });

  it('begins the lab of a program of the catalogue, with all its files', async () => {
    const { status, output } = await peerlab(`init --program libp2p chat-${which.length}`);
    const files = 'libp2p.yaml, README.md, chat.js, network.js, package-lock.json, package.json, with-resolvers.js';
    expect([status, output]).toEqual([0, expect.stringContaining(files)]);
    expect(await peerlab(`validate chat-${which.length}/libp2p.yaml`)).toMatchObject({ status: 0 });
  });

  it('shows the page of a lab: it, its script and its style answer', async () => {
    expect(await peerlab('up mine.yaml --driver local --no-verify')).toMatchObject({ status: 0 });
    const program = join(user.folder, 'node_modules/.bin/peerlab');
    const { match, interrupt } = await user.until(/http:\/\/\S+/, program, ['ui', 'mine'], { nodeFolder });
    const page = await fetch(match[0]);
    const html = await page.text();
    expect([page.status, html]).toEqual([200, expect.stringContaining('<script type="module"')]);
    const assets = [...html.matchAll(/(?:src|href)="(\.\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(assets.map(path => path.split('.').at(-1)).sort()).toEqual(['css', 'js']);
    for (const path of assets) expect((await fetch(new URL(path, match[0]))).status).toBe(200);
    expect(await interrupt()).toBe(130);
    expect((await peerlab('down mine')).output).toContain('mine is gone');
  });

  it('makes a page of a recording, and a completion for the shell', async () => {
    const recorded = await peerlab('up mine.yaml --driver simulation --record mine.trace.jsonl --force');
    expect(recorded).toMatchObject({ status: 0 });
    expect(await peerlab('export mine.trace.jsonl --html mine.html --force')).toMatchObject({ status: 0 });
    const player = readFileSync(join(user.folder, 'mine.html'), 'utf8');
    expect(/id="trace">\n\{"trace":\d+,"lab":"mine"/.test(player)).toBe(true);
    expect((await peerlab('completion bash')).output).toContain('lab __complete');
    expect((await peerlab('__complete dow')).output).toBe('down\n');
  });

  it('runs programs on the API, on the library and on the contract', async () => {
    const run = (file: string) => user.run('node', [`built/${file}`], { nodeFolder });
    expect(await run('suite.js')).toEqual({ status: 0, output: 'n1 n2 n4 n5 ENGINE_UNREACHABLE\n' });
    expect(await run('app.js')).toEqual({ status: 0, output: '{"any":"JSON"} ["asked"]\n' });
    expect(await run('reader.js')).toEqual({ status: 0, output: 'info\n' });
  });
});
