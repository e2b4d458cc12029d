import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Topology } from './model.ts';
import { parseTopology } from './parse.ts';
import { generatorToYaml, topologyFromJson, topologyHash, topologyToJson, topologyToYaml } from './serialise.ts';

const settings = fc.record(
  { latencyMs: fc.integer({ min: 0, max: 100 }), lossRatio: fc.constantFrom(0, 0.5, 1) },
  { requiredKeys: [] },
);

const topologies: fc.Arbitrary<Topology> = fc.integer({ min: 2, max: 6 }).chain(count => {
  const pairs = Array.from({ length: count - 1 }, (_, i) => [i, i + 1] as const);
  return fc.record({
    name: fc.constantFrom('a', 'lab-1'),
    seed: fc.nat(),
    peers: fc.constant(
      Array.from({ length: count }, (_, i) => ({ name: `p${i}`, settings: i === 0 ? { env: { A: 'x' } } : {} })),
    ),
    links: fc
      .subarray(pairs)
      .chain(chosen => fc.tuple(...chosen.map(([a, b]) => settings.map(of => ({ a, b, settings: of }))))),
    defaults: fc.record({ ttl: fc.constantFrom(0, 65535), links: fc.constant({}), peers: fc.constant({}) }),
  });
});

test('a topology that was written as YAML is read as the same', () => {
  fc.assert(
    fc.property(topologies, topology => {
      const { source: _, ...read } = parseTopology(topologyToYaml(topology, 'a comment'), { file: 'x.yaml' });
      expect(read).toEqual(topology);
    }),
  );
});

test('and so is one that was written as JSON', () => {
  fc.assert(
    fc.property(topologies, topology => {
      expect(topologyFromJson(topologyToJson(topology))).toEqual(topology);
    }),
  );
});

test('a generator file is read as the generator says', () => {
  const yaml = generatorToYaml({ generator: 'ring', values: { peers: 5 } }, { name: 'r', seed: 2, comment: 'five' });
  expect(parseTopology(yaml, { file: 'x.yaml' }).links).toHaveLength(5);
});

test('the hash knows peers, links and settings, and neither the file nor the order of keys', () => {
  const base = parseTopology('name: x\npeers: [a, b]\nlinks: [{ between: [a, b], latencyMs: 1, jitterMs: 2 }]', {
    file: 'one.yaml',
  });
  const same = parseTopology('peers: [a, b]\nlinks: [{ jitterMs: 2, latencyMs: 1, between: [a, b] }]\nname: x', {
    file: 'two.yaml',
  });
  const other = parseTopology('name: x\npeers: [a, b]\nlinks: [{ between: [a, b], latencyMs: 2, jitterMs: 2 }]', {
    file: 'one.yaml',
  });
  expect(topologyHash(base)).toMatch(/^[0-9a-f]{12}$/);
  expect(topologyHash(same)).toBe(topologyHash(base));
  expect(topologyHash(other)).not.toBe(topologyHash(base));
});
