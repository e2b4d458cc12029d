import { expect, test } from 'vitest';
import { jsonText } from './json-text.ts';

test.each([
  [12.300000000000182, '12.3'],
  [1234567.891234, '1234567.891'],
  [0.1 + 0.2, '0.3'],
  [0.000123456789, '0.000123457'],
  [-2.00049, '-2'],
  [5, '5'],
  [2 ** 53, '9007199254740992'],
  [Number.NaN, 'null'],
])('%d is %s', (value, text) => expect(jsonText(value)).toBe(text));

test('the rest is as JSON has it', () => {
  const document = { at: [1.23456, { b: 0.5 }], text: '0.1234567', none: undefined, date: new Date(0), nothing: null };
  expect(jsonText(document)).toBe(
    '{"at":[1.235,{"b":0.5}],"text":"0.1234567","date":"1970-01-01T00:00:00.000Z","nothing":null}',
  );
  expect(jsonText({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
});
