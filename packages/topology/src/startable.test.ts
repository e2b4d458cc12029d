/** What is valid comes up: the limits that `up` would meet are told before anything is made. */
import { describe, expect, test } from 'vitest';
import { parseTopology } from './parse.ts';
import { MAX_LATENCY_MS, MAX_LINKS_OF_A_PEER } from './startable.ts';
import { TopologyError } from './topology-error.ts';

function problems(source: string): string[] {
  try {
    parseTopology(source, { file: 'x.yaml' });
  } catch (error) {
    if (error instanceof TopologyError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('links of one peer', () => {
  const star = (peers: number): string => `topology: { generator: star, peers: ${peers} }\n`;

  test('are as many as a peer takes', () => {
    expect(problems(star(MAX_LINKS_OF_A_PEER + 1))).toEqual([]);
  });

  test('are no more', () => {
    const [first] = problems(star(MAX_LINKS_OF_A_PEER + 2));
    expect(first).toMatch(/x\.yaml:1:11 topology: n0 has 1025 links; a peer takes at most 1024; use fewer links/);
  });

  test("count those of the file beside the generator's", () => {
    const more = `${star(MAX_LINKS_OF_A_PEER + 2)}`.replace('1026', '1025');
    expect(problems(`${more}links: [[n1, n2]]\n`)).toEqual([]);
  });
});

describe('variables', () => {
  test.each([
    'peers: { a: { env: { "A-B": x } } }',
    'peers: { a: { env: { 1x: y } } }',
    'peers: { a: { env: { "": z } } }',
  ])('%s', source => {
    expect(problems(source)).toEqual([expect.stringContaining('is not a name of a variable')]);
  });

  test('of kinds and defaults as well', () => {
    const source =
      'peers: [a]\nkinds: { k: { command: x, env: { "B C": x } } }\ndefaults: { kind: k, peers: { env: { "=": x } } }\n';
    expect(problems(source)).toHaveLength(2);
  });
});

describe('latencies', () => {
  const link = (settings: string): string => `peers: [a, b]\nlinks: [{ between: [a, b], ${settings} }]\n`;

  test('that a link survives', () => {
    expect(problems(link(`latencyMs: ${MAX_LATENCY_MS}`))).toEqual([]);
  });

  test('that end it', () => {
    expect(problems(link(`latencyMs: ${MAX_LATENCY_MS}, jitterMs: 1`))).toEqual([
      expect.stringContaining('links[0].latencyMs: a latency of 4501 ms ends the link'),
    ]);
    expect(problems('peers: [a]\ndefaults: { links: { latencyMs: 5000 } }\n')).toEqual([
      expect.stringContaining('defaults.links.latencyMs: a latency of 5000 ms ends the link'),
    ]);
  });
});

test('a load that fits no frame', () => {
  const load = (size: string): string =>
    `peers: [a, b]\nlinks: [[a, b]]\nscenario: [{ load: { rate: 1/s, size: ${size}, duration: 1s } }]\n`;
  expect(problems(load('1 MiB'))).toEqual([expect.stringContaining('must be at most 1048512 B')]);
  expect(problems(load('1048512 B'))).toEqual([]);
});

test('a distribution of latencies that ends its link, a loss, a bandwidth', () => {
  const link = (settings: string): string => `peers: [a, b]\nlinks: [{ between: [a, b], ${settings} }]\n`;
  for (const settings of [
    'latencyMs: { uniform: { min: 0, max: 9000 } }',
    'latencyMs: { exponential: { mean: 30000 } }',
    'latencyMs: { logNormal: { median: 5000, sigma: 0.5 } }',
    'jitterMs: 60000',
    'latencyMs: { there: 1, back: 5000 }',
    'jitterMs: { there: 5000, back: 5000 }',
    'lossRatio: 1',
    'bandwidthKbps: 0.01',
  ]) {
    expect(problems(link(settings))).toHaveLength(1);
  }
  for (const settings of [
    'latencyMs: { there: 4000, back: 4000 }',
    'latencyMs: { uniform: { min: 0, max: 4000 } }',
    'lossRatio: 0.5',
    'bandwidthKbps: 1',
  ]) {
    expect(problems(link(settings))).toEqual([]);
  }
});

test.each([
  ['command: [""]', 'names no program'],
  ['command: ["a\\0b"]', 'NUL'],
  ['image: ""', 'not a name of an image'],
  ['image: "Bad Image!"', 'not a name of an image'],
  ['command: x, env: { X: "a\\0" }', 'NUL'],
])('a kind that no system starts: %s', (kind, text) => {
  expect(problems(`peers: [a]\nkinds: { k: { ${kind}, peers: [a] } }\n`)).toEqual([expect.stringContaining(text)]);
});

test.each(['python:3.12-slim', 'ghcr.io/owner/peer:1', 'localhost:5000/peer', `peer@sha256:${'0'.repeat(64)}`])(
  'an image: %s',
  image => {
    expect(problems(`peers: [a]\nkinds: { k: { image: '${image}', peers: [a] } }\n`)).toEqual([]);
  },
);

test('a text that fits no frame', () => {
  const text = 'x'.repeat(1_100_000);
  expect(problems(`peers: [a, b]\nlinks: [[a, b]]\nscenario: [{ broadcast: { from: a, text: ${text} } }]\n`)).toEqual([
    expect.stringContaining('must be at most 1048512 B'),
  ]);
});

test.each(['none', 'horizon'])('the word %s of reaches: names no peer', word => {
  expect(problems(`peers: [${word}, b]\n`)).toEqual([expect.stringContaining(`"${word}" cannot name a peer`)]);
});

test('the word for every peer names none', () => {
  expect(problems('peers: [all, b]\nlinks: [[all, b]]\n')).toEqual([
    expect.stringContaining('"all" cannot name a peer: commands and scenarios use it for every peer'),
  ]);
  expect(problems('peers: { all: , b: }\n')).toHaveLength(1);
});
