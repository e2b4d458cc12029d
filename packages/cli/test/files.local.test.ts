import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GENERATORS, horizon, predictedFloodFrames } from '@peerlab/graph';
import { graphOf, isLargeTopology, parseAnyTopology, parseTopology } from '@peerlab/topology';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings } from './run-lab.ts';
import { generateSchema, generatorsSchema, graphSchema, validateSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());

const EXAMPLES = ['topologies', 'topologies/lessons'].flatMap(folder =>
  readdirSync(join(ROOT, folder))
    .filter(name => name.endsWith('.yaml'))
    .map(name => join(folder, name)),
);
const topologyOf = (file: string) => parseTopology(readFileSync(join(ROOT, file)), { file });
/** Peers and links; of a large one, those that its generator is expected to make. */
const sizeOf = (file: string) => {
  const topology = parseAnyTopology(readFileSync(join(ROOT, file)), { file });
  return isLargeTopology(topology)
    ? [topology.name, topology.peerCount, topology.linkCount]
    : [topology.name, topology.peers.length, topology.links.length];
};

const broken = join(around.folder, 'broken.yaml');
writeFileSync(broken, 'peers: [a, b, c]\nlinks:\n  - [a, d]\n  - [b, b]\n');

describe('lab validate', () => {
  it('says yes to every example', async () => {
    const { status, document } = await around.json(['validate', ...EXAMPLES]);
    const { files } = validateSchema.parse(document);
    expect(status).toBe(0);
    for (const { file, valid, name, peers, links } of files) {
      expect(valid).toBe(true);
      expect([name, peers, links]).toEqual(sizeOf(file));
    }
    expect(files.map(({ file }) => file)).toEqual(EXAMPLES);
  });

  it('tells every problem of a file with its place, and goes on to the next file', async () => {
    const { status, stdout } = await around.lab(['validate', broken, 'topologies/ring-20.yaml']);
    expect(status).toBe(2);
    expect(stdout).toContain(`${broken}:3:9 links[0]: unknown peer "d"`);
    expect(stdout).toContain(`${broken}:4:5 links[1]: links "b" to itself`);
    expect(stdout).toContain('ring-20, 20 peers, 20 links');
  });

  it('gives the same problems as a document', async () => {
    const { status, document } = await around.json(['validate', broken, 'nosuch.yaml']);
    const [first, second] = validateSchema.parse(document).files;
    expect(status).toBe(2);
    expect(first?.problems.map(({ line, path }) => [line, path])).toEqual([
      [3, 'links[0]'],
      [4, 'links[1]'],
    ]);
    expect(second?.problems[0]?.message).toContain('file not found: nosuch.yaml');
  });

  it('ends quietly when its reader has gone', async () => {
    const run = around.start(['validate', ...EXAMPLES]);
    run.closeStdout();
    const { status, stderr } = await run.ended;
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

describe('lab graph', () => {
  it.each(['topologies/grid-5x5.yaml', 'topologies/scale-free-50.yaml', 'topologies/custom-chat.yaml'])(
    'has the horizon of every TTL right: %s',
    async file => {
      const topology = topologyOf(file);
      const shape = graphOf(topology);
      const from = topology.peers[3]?.name ?? '';
      const document = graphSchema.parse((await around.json(['graph', file, '--from', from])).document);
      expect(document.horizon.from).toBe(from);
      for (const { ttl, reached, frames } of document.horizon.rows) {
        expect(reached).toBe(horizon(shape, 3, ttl).length);
        expect(frames).toBe(predictedFloodFrames(shape, 3, ttl));
      }
      expect(document.horizon.rows.at(-1)?.reached).toBe(topology.peers.length - 1);
      expect(document.links).toHaveLength(topology.links.length);
    },
  );

  it('shows the facts and one row for each TTL', async () => {
    const { stdout } = await around.lab(['graph', 'topologies/ring-20.yaml']);
    expect(stdout).toContain('20 peers · 20 links · degree 2 · diameter 10 · radius 10 · connected');
    expect(stdout).toMatch(/^ {2}3 {8}6 {7}6 /m);
    expect(stdout.split('\n').every(line => line.length <= 80)).toBe(true);
  });

  it('draws every peer and every link', async () => {
    const { peers, links } = topologyOf('topologies/custom-chat.yaml');
    const mermaid = (await around.lab(['graph', 'topologies/custom-chat.yaml', '-f', 'mermaid'])).stdout;
    expect(mermaid).toMatch(/^graph LR\n/);
    expect(mermaid.match(/---/g)).toHaveLength(links.length);
    const dot = (await around.lab(['graph', 'topologies/custom-chat.yaml', '--format', 'dot'])).stdout;
    expect(dot).toMatch(/^graph "custom-chat" \{\n(.+\n)+\}\n$/);
    expect(dot).toContain('"carol" -- "dave";');
    for (const { name } of peers) for (const drawing of [mermaid, dot]) expect(drawing).toContain(`"${name}"`);
  });

  it('reads standard input', async () => {
    const { stdout } = await around.lab(['graph', '-'], 'name: piped\npeers: [a, b]\nlinks: [[a, b]]\n');
    expect(stdout).toContain('piped  2 peers · 1 link');
  });
});

describe('lab generate', () => {
  it('lists every generator with its parameters', async () => {
    const { generators } = generatorsSchema.parse((await around.json(['generate'])).document);
    expect(generators.map(({ name }) => name)).toEqual(GENERATORS.map(({ name }) => name));
    const { stdout } = await around.lab(['generate']);
    for (const { name, parameters } of GENERATORS) {
      expect(stdout).toContain(name);
      for (const parameter of parameters) expect(stdout).toContain(`${parameter.name}=`);
    }
  });

  it('writes a file that says the same as its expansion', async () => {
    const words = ['generate', 'random-regular', 'peers=12', 'degree=3', '--seed', '7', '--name', 'rr'];
    const short = parseTopology((await around.lab(words)).stdout, { file: 'a.yaml' });
    const long = parseTopology((await around.lab([...words, '--expand'])).stdout, { file: 'b.yaml' });
    expect({ ...long, source: '' }).toEqual({ ...short, source: '', generator: undefined });
    expect(short.peers).toHaveLength(12);
    expect(short.seed).toBe(7);
    const other = parseTopology((await around.lab([...words.slice(0, 5), '8'])).stdout, { file: 'c.yaml' });
    expect(other.links).not.toEqual(short.links);
  });

  it('writes to a file, and tells of it', async () => {
    const file = join(around.folder, 'torus.yaml');
    const { status, document } = await around.json(['generate', 'torus', 'rows=3', 'columns=4', '-o', file]);
    const { yaml, peers, links, file: written } = generateSchema.parse(document);
    expect(status).toBe(0);
    expect(written).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe(yaml);
    expect([peers, links]).toEqual([12, 24]);
  });
});

describe('lab completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints a script for %s that asks lab for the words', async shell => {
    const { status, stdout } = await around.lab(['completion', shell]);
    expect(status).toBe(0);
    expect(stdout).toContain('lab __complete');
    expect(stdout).toContain(shell);
    expect(stdout).toMatch(/(complete|compdef) .*peerlab/);
  });

  it('takes the shell in use by default', async () => {
    using own = new Surroundings({ SHELL: '/usr/bin/fish' });
    expect((await own.process(['completion'])).stdout).toBe((await around.lab(['completion', 'fish'])).stdout);
  });

  it.each([
    [['up', 'dow'], []],
    [['ver'], ['verify', 'version']],
    [['up', '--dri'], ['--driver']],
    [['up', '--driver', 'd'], ['docker']],
    [['graph', 'x', '-f', 'm'], ['mermaid']],
    [
      ['generate', 'ra'],
      ['random-choice', 'random-regular'],
    ],
    [['verify', 'x', '--check', 't'], ['ttl']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['inspect', ''], []],
    [['inspect', 'a', ''], []],
    [['up', '--driver', 'local', '--na'], ['--name']],
    [['help', 'ver'], ['verify']],
    [['versi'], ['version']],
    // The lab does not run: its file tells its peers.
    [
      ['broadcast', 'topologies/line-5.yaml', ''],
      ['n0', 'n1', 'n2', 'n3', 'n4'],
    ],
    [
      ['dm', 'topologies/line-5.yaml', 'n1', ''],
      ['n0', 'n2', 'n3', 'n4'],
    ],
    [
      ['link', 'down', 'topologies/line-5.yaml', 'n4', ''],
      ['n0', 'n1', 'n2', 'n3'],
    ],
    [['logs', 'topologies/line-5.yaml', 'n3'], ['n3']],
    [
      ['fault', 'kill', 'topologies/line-5.yaml', ''],
      ['n0', 'n1', 'n2', 'n3', 'n4', 'all'],
    ],
    [['fault', 'slow', 'topologies/line-5.yaml', '--latency', '20ms', 'n0:n1'], ['n0:n1']],
    [
      ['fault', 'partition', 'topologies/line-5.yaml', 'n0,n1', 'n2,n'],
      ['n2,n0', 'n2,n1', 'n2,n2', 'n2,n3', 'n2,n4'],
    ],
    [['broadcast', 'nosuch.yaml', ''], []],
    [['broadcast', 'nosuch', ''], []],
  ])('completes %j to %j', async (words, expected) => {
    const { stdout } = await around.lab(['__complete', ...words]);
    expect(stdout.trim().split('\n').filter(Boolean)).toEqual(expected);
  });

  it('knows every option of every verb', async () => {
    const { stdout } = await around.lab(['__complete', '']);
    for (const verb of stdout.trim().split('\n')) {
      if (verb === 'help' || verb === 'version') continue;
      const help = (await around.lab([verb, '--help'])).stdout;
      const offered = (await around.lab(['__complete', verb, '--'])).stdout.trim().split('\n');
      for (const option of offered) expect(help).toContain(option.replace('--no-', '--'));
      const shown = [...help.matchAll(/^ {2}(?:-\w, |\s+)(--[\w-]+)/gm)].map(found => found[1] ?? '');
      const missing = shown.filter(
        option => !offered.includes(option) && !offered.includes(option.replace('--', '--no-')),
      );
      expect(missing).toEqual(['--version']);
    }
  });
});
