import { expect, it } from 'vitest';
import { chooseAddresses, type HostAddress } from './choose-addresses.ts';

const at = (address: string, device = 'eth0', prefix = 24): HostAddress => ({ address, prefix, device, mtu: 1500 });
const chosen = (
  found: Readonly<Record<string, readonly HostAddress[]>>,
  given: Readonly<Record<string, string>> = {},
) =>
  Object.fromEntries(
    chooseAddresses(Object.keys(found), new Map(Object.entries(given)), new Map(Object.entries(found))),
  );

it('takes the only address, whatever bridges the machine has', () => {
  const bridges = [at('127.0.0.1', 'lo', 8), at('172.17.0.1', 'docker0', 16), at('172.18.0.1', 'br-1234')];
  expect(chosen({ a: [...bridges, at('10.0.0.1')], b: [at('192.168.7.9', 'wlan0')] })).toEqual({
    a: '10.0.0.1',
    b: '192.168.7.9',
  });
});

it('takes the network that all share', () => {
  expect(
    chosen({ a: [at('10.0.0.1'), at('198.18.0.1', 'lan')], b: [at('198.18.0.11')], c: [at('198.18.0.12')] }).a,
  ).toBe('198.18.0.1');
});

it('believes what it is told, and finds the network of that', () => {
  const a = [at('10.0.0.1'), at('198.18.0.1', 'lan')];
  expect(chosen({ a, b: [at('172.30.0.4')] }, { b: '10.0.0.77' })).toEqual({ a: '10.0.0.1', b: '10.0.0.77' });
  expect(chosen({ a }, { a: '203.0.113.5' })).toEqual({ a: '203.0.113.5' });
});

it.each([
  [
    'several shared ones',
    { a: [at('10.0.0.1'), at('10.1.0.1', 'lan')], b: [at('10.0.0.2'), at('10.1.0.2', 'lan')] },
    /a has several addresses: 10.0.0.1 on eth0, 10.1.0.1 on lan/,
  ],
  [
    'none that is shared',
    { a: [at('10.0.0.1'), at('10.1.0.1', 'lan')], b: [at('10.2.0.2')] },
    /a has several addresses/,
  ],
  [
    'none at all',
    { a: [at('127.0.0.1', 'lo', 8)], b: [at('10.2.0.2')] },
    /a has no address that other machines can reach/,
  ],
])('asks for it where there are %s', (_, found, message) => {
  expect(() => chosen(found)).toThrow(
    expect.objectContaining({
      code: 'CANNOT_CARRY',
      message: expect.stringMatching(message),
      advice: expect.stringContaining('--address a=ADDRESS'),
    }),
  );
});
