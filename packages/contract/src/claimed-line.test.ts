/** What claims to be a line of the contract and is none is a breach, and nothing else is. */
import { describe, expect, test } from 'vitest';
import { LineSplitter, MAX_LINE_LENGTH, parsePeerLine } from './lines.ts';

const ID = '11111111-2222-4333-8444-555555555501';
const EXPIRED = { event: 'expired', id: ID, from: ID } as const;
const LINE = JSON.stringify(EXPIRED);
const RECEIVED = { event: 'received', id: ID, kind: 'broadcast', origin: ID, from: ID, hops: 1, payload: 'x' };

function breach(text: string): string | undefined {
  const line = parsePeerLine(text);
  return line.type === 'log' && line.isBreach === true ? line.problem : undefined;
}

describe('a breach', () => {
  test.each<[string, object, RegExp]>([
    ['hops as text', { ...RECEIVED, hops: '1' }, /hops/],
    ['hops of a half', { ...RECEIVED, hops: 1.5 }, /hops/],
    ['hops below 0', { ...RECEIVED, hops: -1 }, /hops/],
    ['no payload', { ...RECEIVED, payload: undefined }, /payload/],
    ['a payload that is an object', { ...RECEIVED, payload: { text: 'x' } }, /payload.base64/],
    ['bytes that are not base64', { ...RECEIVED, payload: { base64: '%%%' } }, /payload/],
    ['no kind', { ...RECEIVED, kind: undefined }, /kind/],
    ['a name in place of an id', { ...RECEIVED, from: 'n1' }, /from/],
    ['a reply to a number', { reply: 5, result: {} }, /reply/],
    ['a reply with neither result nor error', { reply: 'x-1', error: 'no' }, /error|result/],
    ['an event that is no text', { event: 7 }, /event/],
    ['a ready without its address', { event: 'ready', contract: 1, nodeId: ID, capabilities: [] }, /node|listen/],
    ['a slip of a name', { ...RECEIVED, event: 'recieved' }, /did you mean "received"/],
    ['a name in another case', { ...EXPIRED, event: 'Expired' }, /did you mean "expired"/],
    ['a name with another joint', { event: 'link_up' }, /did you mean "link-up"/],
  ])('%s', (_, value, problem) => {
    expect(breach(JSON.stringify(value))).toMatch(problem);
  });

  test.each([
    ['an object that is cut off', LINE.slice(0, -5)],
    ['two objects on a line', `${LINE}${LINE}`],
    ["Python's dict", "{'event': 'received', 'hops': 1}"],
    ['a number that JSON does not have', '{"event":"received","hops":NaN}'],
  ])('that is not JSON: %s', (_, text) => {
    expect(breach(text)).toMatch(/^not JSON: /);
  });

  test('a line that is longer than lines may be', () => {
    const text = JSON.stringify({ ...RECEIVED, payload: 'x'.repeat(MAX_LINE_LENGTH) });
    expect(breach(text.slice(0, MAX_LINE_LENGTH))).toMatch(/^longer than/);
  });

  test('UTF-16, as some consoles write it', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(LINE, 'utf16le')]);
    expect(breach(bytes.toString('utf8'))).toMatch(/UTF-16/);
  });
});

test.each([
  ['a byte order mark before it', `\ufeff${LINE}`],
  ['blanks around it', `  \t${LINE}  `],
  ['a carriage return after it', `${LINE}\r`],
])('a line counts with %s', (_, text) => {
  expect(parsePeerLine(text)).toEqual({ type: 'event', event: EXPIRED });
});

test('ids count in upper case, and are compared in lower case', () => {
  const id = ID.replaceAll('1', 'a');
  const line = parsePeerLine(JSON.stringify({ ...RECEIVED, id: id.toUpperCase(), origin: id.toUpperCase() }));
  expect(line).toMatchObject({ type: 'event', event: { id, origin: id } });
});

test.each([
  'listening on 127.0.0.1:7946',
  '{"level":"info","message":"hello"}',
  '{"event":"user logged in","level":"info"}',
  '{ event: started }',
  '{"msg": "cut off',
  '[1,2]',
  'null',
  '\u0000\ufffd',
  '',
])('log is no breach: %s', text => {
  expect(parsePeerLine(text)).toMatchObject({ type: 'log', text });
  expect(breach(text)).toBeUndefined();
});

describe('a stream', () => {
  function split(work: (splitter: LineSplitter) => void): string[] {
    const lines: string[] = [];
    work(new LineSplitter(line => lines.push(line)));
    return lines;
  }

  test('that is silent after an object without a line end: the breach is named', () => {
    const [line] = split(splitter => {
      splitter.push(LINE);
      splitter.silent();
    });
    expect(breach(line ?? '')).toMatch(/no line end/);
  });

  test('that is silent in the middle of a line: the rest may come', () => {
    const lines = split(splitter => {
      splitter.push(LINE.slice(0, 20));
      splitter.silent();
      splitter.push('> ');
      splitter.silent();
    });
    expect(lines).toEqual([]);
  });

  test('that ends after an object without a line end: the object counts', () => {
    const [line] = split(splitter => {
      splitter.push(LINE);
      splitter.end();
    });
    expect(parsePeerLine(line ?? '')).toMatchObject({ type: 'event' });
  });

  test('that ends in the middle of an object, as by a kill: that is no breach', () => {
    const [line] = split(splitter => {
      splitter.push(LINE.slice(0, 30));
      splitter.end();
    });
    expect(line).toContain(LINE.slice(0, 30));
    expect(breach(line ?? '')).toBeUndefined();
  });
});
