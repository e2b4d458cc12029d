import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTopology } from './parse.ts';
import { topologies } from './testing/topologies.ts';
import { generatorToYaml, topologyToYaml } from './to-yaml.ts';

test('a topology that was written as YAML is read as the same', () => {
  fc.assert(
    fc.property(topologies(), topology => {
      const { source: _, ...read } = parseTopology(topologyToYaml(topology, 'a comment'), { file: 'x.yaml' });
      expect(read).toEqual(topology);
    }),
  );
});

test('a generator file is read as the generator says', () => {
  const yaml = generatorToYaml({ generator: 'ring', values: { peers: 5 } }, { name: 'r', seed: 2, comment: 'five' });
  expect(parseTopology(yaml, { file: 'x.yaml' }).links).toHaveLength(5);
});

test('a written file reads as a person would write it', () => {
  const topology = parseTopology(
    `
name: chat
peers: [alice, bob, "1"]
links: [[alice, bob], { between: [bob, "1"], latencyMs: 50 }]
defaults: { ttl: 5 }
`,
    { file: 'x.yaml' },
  );
  expect(topologyToYaml(topology, 'Two friends\nand a number.', '../topology.schema.json')).toBe(
    `# yaml-language-server: $schema=../topology.schema.json
# Two friends
# and a number.
name: chat
seed: 1
peers: [alice, bob, "1"]
links:
  - [alice, bob]
  - { between: [bob, "1"], latencyMs: 50 }
defaults:
  ttl: 5
`,
  );
});

test('distributions and the delivery of a link come back as they were', () => {
  const file = `
name: slow
peers: [a, b, c, d]
links:
  - { between: [a, b], latencyMs: { uniform: { min: 5, max: 50 } }, delivery: datagram }
  - { between: [b, c], latencyMs: { exponential: { mean: 20 } } }
  - { between: [c, d], latencyMs: { logNormal: { median: 40, sigma: 0.5 } }, jitterMs: 3 }
`;
  const topology = parseTopology(file, { file: 'x.yaml' });
  expect(topology.links.map(({ settings }) => settings)).toEqual([
    { latencyMs: { uniform: { min: 5, max: 50 } }, delivery: 'datagram' },
    { latencyMs: { exponential: { mean: 20 } } },
    { latencyMs: { logNormal: { median: 40, sigma: 0.5 } }, jitterMs: 3 },
  ]);
  expect(parseTopology(topologyToYaml(topology), { file: 'x.yaml' })).toEqual(topology);
});
