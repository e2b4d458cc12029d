/** The networks of examples/topology-zoo, files of the Internet Topology Zoo: every node, every edge, and how far apart they are. */
import { readFileSync } from 'node:fs';
import { parseTopology, type Topology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { importedToYaml, importTopology } from './import-topology.ts';

function imported(file: string): { readonly topology: Topology; readonly report: readonly string[] } {
  const text = readFileSync(new URL(`../../../examples/topology-zoo/${file}`, import.meta.url), 'utf8');
  const result = importTopology({ file, text }, { parallel: 'merge', latency: 'distance', latencyScale: 1 });
  return { topology: parseTopology(importedToYaml(result), { file: 'imported.yaml' }), report: result.report };
}

function linksOf({ peers, links }: Topology): readonly string[] {
  return links.map(({ a, b, settings }) => `${peers[a]?.name} ${peers[b]?.name} ${settings.latencyMs}`);
}

test('Abilene: eleven cities with fibre between them, as it was converted by hand', () => {
  const { topology, report } = imported('Abilene.graphml');
  expect(topology.name).toBe('abilene');
  expect(topology.peers.slice(0, 3).map(({ name, settings }) => [name, settings.label])).toEqual([
    ['new-york', 'New York'],
    ['chicago', 'Chicago'],
    ['washington-dc', 'Washington DC'],
  ]);
  expect(linksOf(topology)).toEqual([
    'new-york chicago 5.729',
    'new-york washington-dc 1.642',
    'chicago indianapolis 1.317',
    'washington-dc atlanta 4.36',
    'seattle sunnyvale 5.693',
    'seattle denver 8.206',
    'sunnyvale los-angeles 2.516',
    'sunnyvale denver 7.518',
    'los-angeles houston 11.034',
    'denver kansas-city 4.459',
    'kansas-city houston 5.21',
    'kansas-city indianapolis 3.653',
    'houston atlanta 5.638',
    'atlanta indianapolis 3.438',
  ]);
  expect(report).toContain('It has 11 peers and 14 links.');
});

test('GÉANT in 2012: forty countries; three of them have no coordinates, and their links no latency', () => {
  const { topology, report } = imported('Geant2012.gml');
  expect([topology.name, topology.peers.length, topology.links.length]).toEqual(['geant2012', 40, 61]);
  const links = linksOf(topology);
  expect(links.filter(link => link.endsWith('undefined'))).toEqual([
    'pl ua undefined',
    'pl by undefined',
    'md ro undefined',
  ]);
  // Norway is a name, not a YAML 1.1 false; Lithuania to Latvia by the spherical law of cosines.
  expect(topology.peers[35]?.name).toBe('no');
  expect(links).toContain('lt lv 1.139');
  expect(report).toContain('Without latency: 3 links; an end has no coordinates.');
});
