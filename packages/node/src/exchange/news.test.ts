import { CONTENT } from '@peerlab/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeContent } from '../content.ts';
import { decodeNews, encodeNews, MAX_TOLD } from './news.ts';

const ID = '3e55a6e0-0000-4000-8000-000000000003';

test('what was put in comes out, no more than fits', () => {
  const nodes = Array.from({ length: MAX_TOLD + 5 }, (_, i) => ({ id: ID, host: '::1', port: 1 + i }));
  const read = decodeNews(encodeNews({ isAsking: true, canSpare: false, isFull: true, nodes }));
  expect(read).toEqual({ isAsking: true, canSpare: false, isFull: true, nodes: nodes.slice(0, MAX_TOLD) });
});

test('as the manual shows it', () => {
  const { payload } = encodeNews({
    isAsking: true,
    canSpare: false,
    isFull: true,
    nodes: [{ id: ID, host: '10.0.0.3', port: 8000 }],
  });
  const text = Buffer.from(payload).toString('utf8');
  expect(text).toBe(`{"asks":true,"spares":false,"full":true,"peers":[{"id":"${ID}","address":"10.0.0.3:8000"}]}`);
});

test('entries that are none are left out', () => {
  const peers = [
    null,
    7,
    {},
    { id: 'x', address: '10.0.0.1:1' },
    { id: ID, address: '10.0.0.1' },
    { id: ID, address: '10.0.0.1:1' },
  ];
  const body = encodeContent({ asks: false, spares: true, full: false, peers });
  expect(decodeNews(body)?.nodes).toEqual([{ id: ID, host: '10.0.0.1', port: 1 }]);
});

test.each([
  null,
  'text',
  {},
  { asks: true, spares: true, full: true },
  { asks: 1, spares: true, full: false, peers: [] },
  [],
])('%j is none', value => {
  expect(decodeNews(encodeContent(value))).toBeUndefined();
});

test('any bytes are read or refused', () => {
  fc.assert(fc.property(fc.uint8Array(), payload => void decodeNews({ payload, content: CONTENT.json })));
});
