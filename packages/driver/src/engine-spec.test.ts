/** Engines as the user names them. */
import { describe, expect, test } from 'vitest';
import { parseEngineSpec, requireDistinctEngines } from './engine-spec.ts';

describe('NAME=ENDPOINT', () => {
  test.each([
    ['a=unix:///var/run/docker.sock', { name: 'a', endpoint: 'unix:///var/run/docker.sock' }],
    ['lab-3=context:lab=3', { name: 'lab-3', endpoint: 'context:lab=3' }],
  ])('%s is read', (text, spec) => {
    expect(parseEngineSpec(text)).toEqual(spec);
  });

  test.each(['a', 'a=', '=unix:///x', 'A=unix:///x', 'a b=unix:///x', '-a=unix:///x', ''])('"%s" is refused', text => {
    expect(() => parseEngineSpec(text)).toThrow(expect.objectContaining({ code: 'NOT_SUPPORTED' }));
  });
});

test.each([
  [['a=unix:///x', 'a=unix:///y'], /two engines have the name a/],
  [['a=unix:///x', 'b=unix:///x'], /a and b are one/],
])('%s are refused', (texts, message) => {
  expect(() => requireDistinctEngines(texts.map(parseEngineSpec))).toThrow(message);
});
