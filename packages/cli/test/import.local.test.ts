/** `lab import`, and what a lab shows of the file that it was imported from. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTopology } from '@peerlab/topology';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';
import { inspectSchema, upSchema } from './schemas.ts';

const around = new Surroundings();
const NAME = uniqueName('imported');
const graph = join(around.folder, 'net.gml');
const file = join(around.folder, 'net.yaml');
writeFileSync(
  graph,
  `graph [ directed 1
  node [ id 0 label "New York" ] node [ id 1 label "Zürich" ] node [ id 2 label "c" ]
  edge [ source 0 target 1 weight 5 ] edge [ source 1 target 0 weight 20 ]
  edge [ source 1 target 2 weight 1 ] edge [ source 2 target 2 ]
]
`,
);

afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

describe('lab import', () => {
  it('writes a topology that is proven as it is, and says what became of the file', async () => {
    const { status, stderr } = await around.lab(['import', graph, '--latency', 'weight', '--name', NAME, '-o', file]);
    expect(status).toBe(0);
    expect(stderr).toContain('1 link with one latency each way');
    expect(stderr).toContain('Dropped: 1 self-loop.');
    const { peers, links } = parseTopology(readFileSync(file), { file });
    expect(peers.map(({ name, settings }) => [name, settings.label])).toEqual([
      ['new-york', 'New York'],
      ['zurich', 'Zürich'],
      ['c', undefined],
    ]);
    expect(links.map(({ settings }) => settings.latencyMs)).toEqual([{ there: 5, back: 20 }, 1]);
    const proven = await around.lab(['up', file, '--driver', 'simulation']);
    expect([proven.status, proven.stdout]).toEqual([0, expect.stringContaining(': 4 claims proven')]);
  });

  it('prints the topology where no file is named, and writes over none', async () => {
    const { stdout } = await around.lab(['import', graph]);
    expect(stdout).toMatch(/^# yaml-language-server.*\n# Imported from net\.gml \(GML\): 3 nodes, 4 edges\.\n/);
    const again = await around.lab(['import', graph, '-o', file]);
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('exists')]);
  });

  it.each([
    ['twice.gml', 'graph [\n node [ id 0 ]\n node [ id 0 ]\n]', [], ':3:1: a second node has the id "0"'],
    [
      'long.json',
      '{"nodes": [{"id": "a"}, {"id": "b"}],\n "links": [\n  {"source": "a", "target": "b", "weight": 9000}]}',
      ['--latency', 'weight'],
      ':3:1: a latency of 9000 ms is too long for a link',
    ],
    [
      'hub.txt',
      Array.from({ length: 1025 }, (_, i) => `hub p${i}`).join('\n'),
      [],
      ':1:1: the topology made of it is not valid: hub has 1025 links; a peer takes at most 1024',
    ],
  ])('tells where %s is wrong', async (name, text, words, problem) => {
    const path = join(around.folder, name);
    writeFileSync(path, text);
    const { status, stderr } = await around.lab(['import', path, ...words]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${path}${problem}`)]);
  });
});

describe("the Internet Topology Zoo's networks, imported and proven by two commands", () => {
  it.each([
    ['Abilene.graphml', 'abilene', 'local', 11, 14],
    ['Geant2012.gml', 'geant2012', 'simulation', 40, 61],
  ])('%s', async (source, name, driver, peers, links) => {
    const path = join(around.folder, `${name}.yaml`);
    const zoo = join(ROOT, 'examples/topology-zoo', source);
    expect((await around.lab(['import', zoo, '--latency', 'distance', '-o', path])).status).toBe(0);
    const { status, document } = await around.json(['up', path, '--driver', driver]);
    const lab = upSchema.parse(document);
    expect([status, lab.driver, lab.passed, lab.peers.length]).toEqual([0, driver, true, peers]);
    expect(lab.checks.map(({ name: check, verdict }) => [check, verdict])).toEqual([
      ['links', 'proven'],
      ['broadcast', 'proven'],
      ['ttl', 'proven'],
      ['dm', 'proven'],
    ]);
    expect(lab.links).toHaveLength(links);
  });
});

describe('an imported lab', () => {
  beforeAll(async () => {
    expect((await around.lab(['up', file, '--driver', 'local', '--no-verify'])).status).toBe(0);
  });

  it('shows the labels, and the links whose directions differ, to people and programs', async () => {
    const { status, document } = await around.json(['inspect', NAME]);
    const { peers, links } = inspectSchema.parse(document);
    expect(status).toBe(0);
    expect(peers.map(({ label }) => label)).toEqual(['New York', 'Zürich', undefined]);
    expect(links?.pairs).toEqual([
      { a: 'new-york', b: 'zurich', security: 'sealed', settings: { latencyMs: { there: 5, back: 20 } } },
      { a: 'zurich', b: 'c', security: 'sealed', settings: { latencyMs: 1 } },
    ]);
    const { stdout } = await around.lab(['inspect', NAME]);
    expect(stdout).toMatch(/^PEER +LABEL +ADDRESS/m);
    expect(stdout).toMatch(/^new-york +New York +127\./m);
    expect(stdout).toMatch(/^new-york to zurich +5 ms$/m);
    expect(stdout).toMatch(/^zurich to new-york +20 ms$/m);
    expect(stdout).not.toMatch(/^zurich to c /m);
  });
});
