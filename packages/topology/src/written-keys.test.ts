/** What the file writes is what counts: keys and scalars that YAML would change. */
import { describe, expect, test } from 'vitest';
import { parseTopology } from './parse.ts';
import { TopologyError } from './topology-error.ts';

function problems(source: string): string {
  try {
    parseTopology(source, { file: 'x.yaml' });
  } catch (error) {
    if (error instanceof TopologyError) return error.message;
    throw error;
  }
  return '';
}

const names = (source: string): string[] => parseTopology(source, { file: 'x.yaml' }).peers.map(({ name }) => name);

describe('through aliases and merged maps', () => {
  test.each([
    ['a merged map', 'peers:\n  a: {env: &e {A: 0644}}\n  b: {env: {<<: *e}}\n', 'b.env.A', '0644'],
    ['a list of merged maps', 'peers:\n  a: &x {env: {A: 1.10}}\n  b: {<<: [*x]}\n', 'b.env.A', '1.10'],
    ['an alias of a scalar', 'peers:\n  a: {env: {A: &n 1e3}}\n  b: {env: {A: *n}}\n', 'b.env.A', '1e3'],
    ['an alias of a map', 'peers:\n  a: &m {env: {A: 0x1F}}\n  b: *m\n', 'b.env.A', '0x1F'],
  ])('%s: advice quotes what was written', (_, source, path, text) => {
    expect(problems(source)).toContain(`peers.${path}: must be text, not ${text}; put it in quotes: "${text}"`);
  });
});

test.each([
  ['peers: 1.0', 'not 1.0'],
  ['peers: 99999999999999999999', 'not 99999999999999999999'],
  ['peers: True', 'not True'],
])('a generator is judged by what was written: %s', (parameter, text) => {
  expect(problems(`topology: { generator: ring, ${parameter} }\n`)).toContain(text);
});

test.each([
  ['peers:\n  [a]:\n', 'a key must be text, not a list'],
  ['peers:\n  ? {a: b}\n  :\n', 'a key must be text, not a map'],
  ['peers:\n  &a a:\n  ? *a\n  :\n', 'a key must be text, not an alias'],
  ['peers: {a: {env: {X: !!binary aGk=}}}\n', 'the tag !!binary has no meaning here'],
  ['peers: !!set {a: , b: }\n', 'the tag !!set has no meaning here'],
])('what no topology has is named: %j', (source, text) => {
  expect(problems(source)).toContain(text);
});

describe('map keys', () => {
  test('stay as they are written', () => {
    const source = 'peers:\n  01:\n  1:\n  010:\n  true:\nlinks: [["01", "1"], ["1", "010"], ["010", "true"]]\n';
    expect(names(source)).toEqual(['01', '1', '010', 'true']);
    expect(parseTopology(source, { file: 'x.yaml' }).links.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  test('that are written alike stand twice', () => {
    expect(problems('peers:\n  01: \n  01: \n')).toContain('the key "01" appears twice');
    expect(problems('peers: {"01": , 01: }\n')).toContain('the key "01" appears twice');
  });

  test('that JavaScript reserves are refused, wherever they stand', () => {
    expect(problems('peers:\n  a:\n  __proto__:\n')).toMatch(/x\.yaml:3:3: the key "__proto__" is reserved/);
    expect(problems('peers: {a: {env: {__proto__: x}}}\n')).toContain('the key "__proto__" is reserved');
  });

  test('may be names of methods', () => {
    const source = 'peers: {constructor: , tostring: , hasownproperty: }\nlinks: [[constructor, tostring]]\n';
    expect(names(source)).toEqual(['constructor', 'tostring', 'hasownproperty']);
  });
});

describe('numbers where text is needed', () => {
  test.each(['1.10', '0644', '12345678901234567890', '0x1F', '1e3', 'true', '+7', '1_0'.replace('_', '')])(
    '%s is quoted as written',
    written => {
      const message = problems(`peers: {a: {env: {X: ${written}}}}\n`);
      expect(message).toContain(`must be text, not ${written}; put it in quotes: "${written}"`);
    },
  );

  test('in a list of peers', () => {
    expect(problems('peers: [01, 02]\n')).toContain('put it in quotes: "01"');
  });

  test('in a link', () => {
    expect(problems('peers: ["01", "02"]\nlinks: [[01, 02]]\n')).toContain('put it in quotes: "01"');
  });
});

describe('merge keys', () => {
  test('bring the keys of another map, which own keys override', () => {
    const source = `
peers:
  a: &base { env: { MODE: fast, LEVEL: "1" } }
  b: { <<: *base }
  c: { <<: [*base], env: { MODE: slow } }
links: [[a, b], [b, c]]
`;
    expect(parseTopology(source, { file: 'x.yaml' }).peers.map(({ settings }) => settings.env)).toEqual([
      { MODE: 'fast', LEVEL: '1' },
      { MODE: 'fast', LEVEL: '1' },
      { MODE: 'slow' },
    ]);
  });

  test('bring peers, in the order of the file', () => {
    const source = 'defaults: { links: &none {} }\npeers: &all { z: , b: }\nlinks: [[z, b]]\n';
    expect(names(source)).toEqual(['z', 'b']);
    expect(problems('peers: { <<: 5, a: }\n')).toContain('the merge key "<<" takes a map or an alias of one');
  });
});

test('another version of YAML is refused, at its line', () => {
  expect(problems('%YAML 1.1\n---\npeers: [a]\n')).toBe(
    'x.yaml:1:1: the file asks for YAML 1.1; a topology is YAML 1.2; remove the %YAML line',
  );
  expect(names('%YAML 1.2\n---\npeers: [a]\n')).toEqual(['a']);
});
