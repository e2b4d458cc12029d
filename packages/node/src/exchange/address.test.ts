import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, isBelievable, parseAddress } from './address.ts';

test.each([
  ['10.0.0.1:8000', { host: '10.0.0.1', port: 8000 }],
  ['node.example:1', { host: 'node.example', port: 1 }],
  ['[::1]:65535', { host: '::1', port: 65_535 }],
  ['[fe80::1:2]:80', { host: 'fe80::1:2', port: 80 }],
])('%s', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
  expect(formatAddress(address)).toBe(text);
});

test.each([
  '',
  '10.0.0.1',
  ':80',
  '10.0.0.1:0',
  '10.0.0.1:65536',
  '::1:80',
  '[10.0.0.1]:80',
  '[::1]',
  'a b:80',
  'http://a:80',
  'a:+8',
])('%s is none', text => {
  expect(parseAddress(text)).toBeUndefined();
});

test('any text is read or refused, and what is read is written the same', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      const address = parseAddress(text);
      if (address !== undefined) expect(parseAddress(formatAddress(address))).toEqual(address);
    }),
  );
});

test.each([
  // A neighbour on this machine may tell of anything; one far away of nothing nearer than itself.
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', '192.168.1.9', true],
  ['192.168.1.9', '127.0.0.1', false],
  ['192.168.1.9', '10.1.2.3', true],
  ['192.168.1.9', '9.9.9.9', true],
  ['9.9.9.9', '192.168.1.1', false],
  ['9.9.9.9', '172.16.0.1', false],
  ['9.9.9.9', '169.254.169.254', false],
  ['9.9.9.9', '::1', false],
  ['9.9.9.9', 'fd00::1', false],
  ['9.9.9.9', '2001:db8::1', true],
  ['9.9.9.9', '8.8.8.8', true],
  ['127.0.0.1', '0.0.0.0', false],
  ['127.0.0.1', '224.0.0.1', false],
  ['127.0.0.1', '255.255.255.255', false],
  ['127.0.0.1', '::', false],
  ['127.0.0.1', 'ff02::1', false],
  ['127.0.0.1', 'localhost', false],
  ['9.9.9.9', '::ffff:127.0.0.1', false],
  ['9.9.9.9', '::ffff:10.0.0.1', false],
])('of %s, %s is believed: %s', (teller, host, isBelieved) => {
  expect(isBelievable({ host, port: 8000 }, teller)).toBe(isBelieved);
});
