import { MAX_NAME_LENGTH, parseTopology, TopologyError } from '@peerlab/topology';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ImportOptions, importedToYaml, importTopology } from './import-topology.ts';

const PLAIN: ImportOptions = { parallel: 'merge', latency: 'none', latencyScale: 1 };

function imported(file: string, text: string, options: Partial<ImportOptions> = {}) {
  const result = importTopology({ file, text }, { ...PLAIN, ...options });
  const topology = parseTopology(importedToYaml(result), { file: 'imported.yaml' });
  const name = (i: number): string => topology.peers[i]?.name ?? '';
  return {
    ...result,
    topology,
    names: topology.peers.map(peer => peer.name),
    links: topology.links.map(({ a, b }) => `${name(a)} ${name(b)}`),
    latencies: topology.links.map(({ settings }) => settings.latencyMs),
  };
}

function problemOf(file: string, text: string, options: Partial<ImportOptions> = {}): string {
  try {
    importTopology({ file, text }, { ...PLAIN, ...options });
  } catch (error) {
    if (error instanceof TopologyError) return error.message;
    throw error;
  }
  throw new Error(`${file} was imported`);
}

/** The same four nodes and three edges, a loop and a repeated edge aside, in each format that knows labels and weights. */
const SAME: Readonly<Record<string, string>> = {
  'x.graphml': `<graphml><key id="d0" for="node" attr.name="label"/><key id="d1" for="edge" attr.name="weight"/><graph edgedefault="undirected">
<node id="0"><data key="d0">New York</data></node><node id="1"/><node id="2"/><node id="3"/>
<edge source="0" target="1"><data key="d1">5</data></edge><edge source="1" target="2"/><edge source="2" target="0"/><edge source="2" target="2"/><edge source="1" target="0"/></graph></graphml>`,
  'x.gexf': `<gexf><graph defaultedgetype="undirected"><nodes><node id="0" label="New York"/><node id="1" label="1"/><node id="2" label="2"/><node id="3" label="3"/></nodes>
<edges><edge source="0" target="1" weight="5"/><edge source="1" target="2"/><edge source="2" target="0"/><edge source="2" target="2"/><edge source="1" target="0"/></edges></graph></gexf>`,
  'x.gml': `# a comment
graph [ node [ id 0 label "New York" ] node [ id 1 ] node [ id 2 ] node [ id 3 ]
 edge [ source 0 target 1 weight 5 ] edge [ source 1 target 2 ] edge [ source 2 target 0 ] edge [ source 2 target 2 ] edge [ source 1 target 0 ] ]`,
  'x.dot': `/* c */ graph G { 0 [label="New York"]; 1; 2; 3 []; 0 -- 1 [weight=5]; 1 -- 2 -- {0 2};; 1:p:n -- 0 }`,
  'x.json': JSON.stringify({
    nodes: [{ id: 0, label: 'New York' }, { id: 1 }, { id: 2 }, { id: 3 }],
    links: [
      { source: 0, target: 1, weight: 5 },
      { source: 1, target: 2 },
      { source: 2, target: 0 },
      { source: 2, target: 2 },
      { source: 1, target: 0 },
    ],
  }),
};

test.each(Object.entries(SAME))('%s: labels, weights, an isolated node, loops and repeated edges', (file, text) => {
  const { names, links, latencies, topology, report } = imported(file, text, { latency: 'weight', latencyScale: 2 });
  expect(names).toEqual(['new-york', '1', '2', '3']);
  expect(links).toEqual(['new-york 1', '1 2', '2 new-york']);
  expect(latencies).toEqual([10, undefined, undefined]);
  expect(topology.peers.map(({ settings }) => settings.label)).toEqual(['New York', undefined, undefined, undefined]);
  expect(report).toContain('Dropped: 1 self-loop.');
  expect(report).toContain('Merged: 1 parallel edge.');
  expect(report).toContain('Without latency: 2 links; the edge has no weight.');
  expect(problemOf(file, text, { parallel: 'error' })).toContain('a second edge between');
});

test('distance is great-circle distance at 200 km per ms', () => {
  const node = (id: number, label: string, latitude: number, longitude: number) =>
    `node [ id ${id} label "${label}" Latitude ${latitude} Longitude ${longitude} ]`;
  const nodes = [node(0, 'New York', 40.71427, -74.00597), node(1, 'Chicago', 41.85003, -87.65005), 'node [ id 2 ]'];
  const text = `graph [ ${nodes.join(' ')} edge [ source 0 target 1 ] edge [ source 0 target 2 ] ]`;
  const { latencies, report } = imported('zoo.gml', text, { latency: 'distance' });
  expect(latencies).toEqual([5.729, undefined]);
  expect(report).toContain('Without latency: 1 link; an end has no coordinates.');
});

test('directed edges of both directions are one link, aloud', () => {
  const { links, report } = imported('x.gv', 'digraph { a -> b; b -> a; a -> b }');
  expect(links).toEqual(['a b']);
  expect(report).toContain('The graph is directed; its links are not: directions are ignored.');
  expect(report).toContain('Merged: 1 edge of a pair that is linked the other way.');
  expect(report).toContain('Merged: 1 parallel edge.');
});

test('weights of a directed graph are latencies each way, where both ways are there', () => {
  const text =
    'digraph { a -> b [weight=5]; b -> a [weight=20]; b -> a [weight=30]; b -> c [weight=2]; a -> c; c -> a }';
  const { latencies, report } = imported('x.gv', text, { latency: 'weight' });
  expect(latencies).toEqual([{ there: 5, back: 20 }, 2, undefined]);
  expect(report).toContain('The graph is directed; its links are not: 1 link with one latency each way.');
  const same = imported('x.gv', 'digraph { a -> b [weight=5]; b -> a [weight=5] }', { latency: 'weight' });
  expect(same.latencies).toEqual([5]);
});

test.each(['graphml', 'gexf', 'gml', 'json'])('%s: an id that is there twice is told with its line', kind => {
  const text = SAME[`x.${kind}`] ?? '';
  const twice: Readonly<Record<string, string>> = {
    graphml: text.replace('<node id="3"/>', '\n<node id="1"/>'),
    gexf: text.replace('<node id="3" label="3"/>', '\n<node id="1"/>'),
    gml: text.replace('node [ id 3 ]', '\nnode [ id 1 ]'),
    json: text.replace('{"id":3}', '\n{"id":1}'),
  };
  const line = { graphml: 3, gexf: 2, gml: 3, json: 2 }[kind];
  expect(problemOf(`x.${kind}`, twice[kind] ?? '')).toContain(`x.${kind}:${line}:1: a second node has the id "1"`);
});

test('SNAP, KONECT, Matrix Market, NetworkX and tables are edge lists', () => {
  expect(imported('ca.txt', '# Directed graph: x\n# FromNodeId\tToNodeId\n0\t1\n1\t2\n').links).toEqual(['0 1', '1 2']);
  expect(imported('out.x', '% bip unweighted\n1 1\n1 2\n').links).toEqual(['a1 b1', 'a1 b2']);
  expect(imported('x.mtx', '%%MatrixMarket matrix coordinate\n3 3 2\n1 2\n2 3\n').links).toEqual(['1 2', '2 3']);
  expect(imported('x.csv', 'source,target,weight\na,b,3\n', { latency: 'weight' }).latencies).toEqual([3]);
  expect(imported('x.edgelist', "a b {'weight': 7}\n", { latency: 'weight' }).latencies).toEqual([7]);
  expect(problemOf('x.edgelist', 'a b\nc\n')).toContain('x.edgelist:2:1: expected two nodes');
});

test('containerlab: interfaces go, links to the host are dropped aloud', () => {
  const text = `name: c\ntopology:\n  nodes: { a: {}, b: {}, "01": {} }\n  links:
    - endpoints: ["a:eth1", "b:eth1"]\n    - endpoints: ["a:eth2", "b:eth2"]\n    - endpoints: ["a:eth3", "host:veth"]\n`;
  const { names, links, report, topology } = imported('c.clab.yml', text);
  expect([topology.name, names, links]).toEqual(['c', ['a', 'b', '01'], ['a b']]);
  expect(report).toContain('Dropped links to the host or to no node: 1.');
  expect(problemOf('c.yml', text.replace('b:eth1', 'z:eth1'))).toContain(
    'c.yml:5:7 topology.links[0]: the link has an',
  );
});

test('Compose: networks and depends_on link services; with neither, all share one', () => {
  const services = 'services:\n  a: { networks: [x] }\n  b: { networks: { x: {} }, depends_on: [c] }\n  c: {}\n';
  expect(imported('compose.yaml', services).links).toEqual(['b c', 'a b']);
  expect(imported('compose.yaml', 'services: { a: {}, b: {}, c: {} }').links).toEqual(['a b', 'a c', 'b c']);
  expect(problemOf('compose.yaml', services.replace('[c]', '[d]'))).toContain('unknown service "d"');
});

test('P4 and MiniEdit: hosts and switches, ports aside', () => {
  const p4 = '{"hosts":{"h1":{}},"switches":{"s1":{},"s2":{}},"links":[["h1","s1-p1"],["s1-p2","s2-p1","10ms"]]}';
  const { links, latencies } = imported('p4.json', p4, { latency: 'weight' });
  expect([links, latencies]).toEqual([
    ['h1 s1', 's1 s2'],
    [undefined, 10],
  ]);
  const mn =
    '{"hosts":[{"opts":{"hostname":"h1"}}],"switches":[{"opts":{"hostname":"s1"}}],"links":[{"src":"h1","dest":"s1"}]}';
  expect(imported('x.mn', mn).links).toEqual(['h1 s1']);
});

test.each([
  ['x.graphml', '<graphml>\n<graph></graphml>', 'x.graphml:2:', 'not well-formed XML'],
  ['x.graphml', '<!DOCTYPE g [<!ENTITY a "&b;&b;">]>\n<graphml>&a;</graphml>', 'x.graphml:2:', 'not expanded'],
  ['x.graphml', '<a>'.repeat(5000), 'x.graphml:1:', 'nested too deeply'],
  ['x.gml', `graph ${'[ a '.repeat(5000)}`, 'x.gml:1:', 'nested too deeply'],
  ['x.gml', 'graph [\n node [ id 0 ]\n edge [ source 0 target 7 ] ]', 'x.gml:3:', '"7", which is no node'],
  ['x.dot', `graph ${'{'.repeat(5000)}`, 'x.dot:1:', 'nested too deeply'],
  ['x.dot', 'graph {\n a -- ; }', 'x.dot:2:7:', 'expected a name, not ;'],
  ['x.json', '{"nodes": [\n{"id":}]}', 'x.json:2:7:', 'not JSON'],
  ['x.json', `{"nodes":${'['.repeat(100_000)}`, 'x.json:', 'not JSON'],
  ['x.json', '{"nodes": [{"id": "a"}],\n"links": [{"source": "a", "target": "b"}]}', 'x.json:2:11:', 'no target'],
  ['x.txt', 'It was a dark and stormy night.\n', 'x.txt:1:1:', 'format is not known'],
])('%s that is broken is an error with its place', (file, text, place, message) => {
  const problem = problemOf(file, text);
  expect(problem).toContain(place);
  expect(problem).toContain(message);
});

test('every imported graph has exactly the simple edges of the file, under names that validate takes', () => {
  const label = fc.oneof(
    fc.constantFrom('all', 'none', 'n0', 'New York', 'new york', 'a-2', 'a', '東京', '-', 'x'.repeat(40)),
    fc.string({ minLength: 1 }),
  );
  const graphs = fc.uniqueArray(label, { minLength: 1, maxLength: 12 }).chain(ids =>
    fc.record({
      ids: fc.constant(ids),
      pairs: fc.array(fc.tuple(fc.nat(ids.length - 1), fc.nat(ids.length - 1)), { maxLength: 40 }),
      directed: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(graphs, ({ ids, pairs, directed }) => {
      const links = pairs.map(([a, b]) => ({ source: ids[a], target: ids[b] }));
      const { topology } = imported('g.json', JSON.stringify({ directed, nodes: ids.map(id => ({ id })), links }));
      expect(topology.peers).toHaveLength(ids.length);
      for (const { name } of topology.peers) expect(name.length).toBeLessThanOrEqual(MAX_NAME_LENGTH);
      const key = (a: number, b: number): string => `${Math.min(a, b)} ${Math.max(a, b)}`;
      const simple = new Set(pairs.filter(([a, b]) => a !== b).map(([a, b]) => key(a, b)));
      expect(new Set(topology.links.map(({ a, b }) => key(a, b)))).toEqual(simple);
      expect(topology.links).toHaveLength(simple.size);
    }),
  );
});

test('2,001 peers whose labels are all alike are named and linked', () => {
  const nodes = Array.from({ length: 2001 }, (_, i) => `node [ id ${i} label "Springfield" ]`);
  const edges = Array.from({ length: 2000 }, (_, i) => `edge [ source ${i} target ${i + 1} ]`);
  const { names, links } = imported('big.gml', `graph [ ${nodes.join('\n')} ${edges.join('\n')} ]`);
  expect([names[0], names[2000], new Set(names).size, links.length]).toEqual([
    'springfield',
    'springfield-2001',
    2001,
    2000,
  ]);
});
