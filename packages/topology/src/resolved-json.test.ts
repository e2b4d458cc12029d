import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTopology } from './parse.ts';
import { topologyFromJson, topologyHash, topologyToJson } from './resolved-json.ts';
import { topologies } from './testing/topologies.ts';

test('a topology that was written as JSON is read as the same', () => {
  fc.assert(
    fc.property(topologies(), topology => {
      expect(topologyFromJson(topologyToJson(topology))).toEqual(topology);
    }),
  );
});

test('what is no resolved topology is refused', () => {
  const good = JSON.parse(topologyToJson(parseTopology('peers: [a, b]\nlinks: [[a, b]]', { file: 'x.yaml' })));
  expect(topologyFromJson(JSON.stringify(good)).peers).toHaveLength(2);
  for (const change of [
    { peers: undefined },
    { peers: [] },
    { links: [[0, 2, {}]] },
    { links: [[1, 1, {}]] },
    { links: [[0, 1]] },
    { defaults: {} },
    { name: 7 },
  ]) {
    expect(() => topologyFromJson(JSON.stringify({ ...good, ...change }))).toThrow(TypeError);
  }
  expect(() => topologyFromJson('[]')).toThrow(TypeError);
  expect(() => topologyFromJson('{')).toThrow(SyntaxError);
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
